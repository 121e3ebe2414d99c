import io
import re

import pytest
from PIL import Image

from floodeval.errors import FloodevalError
from floodeval.report.logo import LARGEST, SIZE_PX, UploadedLogo, read_logo
from floodeval.report.model import LONGEST_LINE, one_line
from floodeval.report.render.score_files import write_form
from floodeval.report.select import CaseRule
from tests.support.wording import said


@pytest.fixture
def logo(tmp_path):
    def saved(name="logo.png", size=(900, 300), **options):
        path = tmp_path / name
        Image.new("RGB", size, "teal").save(path, **options)
        return path

    return saved


@pytest.mark.parametrize("name", ["logo.png", "logo.jpg"])
def test_a_logo_is_drawn_anew_without_its_metadata(logo, name):
    exif = Image.Exif()
    exif[0x010E] = "secret"
    content = read_logo(logo(name, exif=exif))
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG" and image.size == (600, 200) == SIZE_PX
        assert not image.getexif() and b"secret" not in content


def test_logo_author_and_organization_are_on_the_first_page(make, logo, tmp_path):
    prepared = make(
        "two", CaseRule(n=0), author="Ana <b>", organization="A & B", logo=logo(), photographs=False
    )
    write_form("html", tmp_path / "r.html", prepared)
    cover = (tmp_path / "r.html").read_text().split("<nav>")[0]
    assert "Ana &lt;b&gt;, A &amp; B" in cover
    assert re.search(r'<img class="logo" src="data:image/png;base64,', cover)
    assert "--author='Ana <b>' '--organization=A & B'" in prepared.report.annex[-1].blocks[-1].lines[-1] or (
        "'--author=Ana <b>' '--organization=A & B'" in prepared.report.annex[-1].blocks[-1].lines[-1]
    )


def write_svg(path):
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")


def write_gif(path):
    Image.new("P", (4, 4)).save(path, "GIF")


def write_half(path):
    stream = io.BytesIO()
    Image.effect_noise((200, 200), 60).save(stream, "PNG")
    path.write_bytes(stream.getvalue()[:4000])


@pytest.mark.parametrize(
    ("write", "key"),
    [
        (write_svg, "report_errors.no_logo"),
        (write_gif, "report_errors.no_logo"),
        (write_half, "report_errors.no_logo"),
        (lambda path: path.write_bytes(b""), "report_errors.no_logo"),
        (lambda path: Image.new("1", (6000, 6000)).save(path, "PNG"), "report_errors.no_logo"),
        (lambda path: path.write_bytes(bytes(LARGEST + 1)), "report_errors.logo_too_large"),
        (lambda path: path.mkdir(), "report_errors.logo_unreadable"),
        (lambda path: None, "report_errors.logo_unreadable"),
    ],
)
def test_what_is_no_logo_is_refused_in_one_line(tmp_path, write, key):
    path = tmp_path / "logo.png"
    write(path)
    with pytest.raises(FloodevalError, match=said(key)) as caught:
        read_logo(path)
    assert "\n" not in str(caught.value)


def test_an_uploaded_logo_has_the_limits_of_a_file_and_keeps_its_name_alone(logo):
    content = logo().read_bytes()
    uploaded = UploadedLogo("../folder/\tour logo\n.png", content)
    assert read_logo(uploaded) == read_logo(logo())
    assert str(uploaded) == "our logo.png" and len(repr(uploaded)) < 300
    with pytest.raises(FloodevalError, match=said("report_errors.logo_too_large")):
        read_logo(UploadedLogo("logo.png", bytes(LARGEST + 1)))
    with pytest.raises(FloodevalError, match=said("report_errors.no_logo")):
        read_logo(UploadedLogo("logo.png", b"<svg/>"))


def test_a_name_is_one_line_of_limited_length():
    assert one_line("author", " Ana\n Example ") == "Ana Example"
    with pytest.raises(FloodevalError, match="author has 201 characters"):
        one_line("author", "x" * (LONGEST_LINE + 1))
