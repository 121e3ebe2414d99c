import builtins
import re
import sys

import pytest
from PIL import ImageFile

from floodeval.errors import FloodevalError
from floodeval.report.render.html import _fetcher
from floodeval.report.render.score_files import write_form
from tests.support.wording import said


@pytest.mark.usefixtures("pdf_tools")
def test_the_pdf_holds_the_page(make, tmp_path):
    write_form("pdf", tmp_path / "r.pdf", make("two"))
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.usefixtures("pdf_tools")
def test_a_broken_photograph_stays_broken_once_pdfs_are_made(make, tmp_path):
    write_form("pdf", tmp_path / "r.pdf", make("two"))
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://localhost/", "picture:other.jpg", "data:,x"]
)
@pytest.mark.usefixtures("pdf_tools")
def test_the_pdf_fetches_nothing_but_its_own_pictures(address):
    with pytest.raises(ValueError, match="loads no external files"):
        _fetcher({}).fetch(address)


def test_without_pango_one_line_says_what_to_install(make, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'\nmore lines")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    no_pango = said("report_errors.no_pango", packages=re.compile("libpango-1.0-0.*"))
    with pytest.raises(FloodevalError, match=no_pango) as told:
        write_form("pdf", tmp_path / "r.pdf", make("two"))
    assert "\n" not in str(told.value) and not list(tmp_path.iterdir())


def test_without_weasyprint_one_line_names_the_extra_that_brings_it(make, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(FloodevalError, match=r"pip install 'floodeval\[report\]'"):
        write_form("pdf", tmp_path / "r.pdf", make("two"))
