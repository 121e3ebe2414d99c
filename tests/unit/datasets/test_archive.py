"""A data set from a zip archive: unpacked whole, or refused with nothing left behind."""

import io
import os
import stat
import struct
import threading
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from floodeval.datasets.archive import ArchiveLimits, add_archive
from floodeval.datasets.dataset import load_dataset
from floodeval.errors import FloodevalError
from tests.support.datasets import make_pairs


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The empty folder that data sets are added to."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("FLOODEVAL_DATA", str(folder))
    return folder


@pytest.fixture
def pairs(tmp_path):
    return make_pairs(tmp_path / "made", ["a", "b"])


def zipped(folder, top="", more=(), compression=zipfile.ZIP_DEFLATED):
    """A zip of a folder's files below `top`, with further entries: (name or ZipInfo, content)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, top + path.relative_to(folder).as_posix())
        for name, content in more:
            archive.writestr(name, content)
    stream.seek(0)
    return stream


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("top", ["", "floods/", "a folder/"])
def test_an_archive_becomes_a_data_set_with_the_same_files(data, pairs, top):
    found = add_archive(zipped(pairs, top), "mine")
    assert found == data / "mine" and files(found) == files(pairs)
    assert all((found / name).read_bytes() == (pairs / name).read_bytes() for name in files(pairs))
    assert [sample.id for sample in load_dataset("mine").samples] == ["a", "b"]
    assert [path.name for path in data.iterdir()] == ["mine"]


def link(name, target=b"/etc/passwd"):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info, target


def device(name):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFCHR | 0o666) << 16
    return info, b""


REFUSED = [
    [("../outside.png", b"x")],
    [("images/../../outside.png", b"x")],
    [("/etc/outside.png", b"x")],
    [("//server/outside.png", b"x")],
    [("C:/outside.png", b"x")],
    [("..\\outside.png", b"x")],
    [("images//x.png", b"x")],
    [("./images/x.png", b"x")],
    [("images/line\nbreak.png", b"x")],
    [("images/" + "n" * 300 + ".png", b"x")],
    [link("images/c.png")],
    [link("images")],
    [device("images/c.png")],
    [("images/A.PNG", b"x")],
    [("images/twice.png", b"x"), ("images/TWICE.png", b"y")],
]


@pytest.mark.parametrize(
    "more", REFUSED, ids=lambda more: repr(getattr(more[0][0], "filename", more[0][0]))[:40]
)
def test_a_hostile_entry_is_refused_and_nothing_is_left(data, pairs, tmp_path, more):
    before = files(tmp_path)
    with pytest.raises(FloodevalError) as refusal:
        add_archive(zipped(pairs, more=more), "mine")
    assert "\n" not in str(refusal.value)
    assert files(tmp_path) == before and not list(data.iterdir())


def test_a_backslash_separates_folders_as_some_programs_write_it(data, pairs):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in files(pairs):
            info = zipfile.ZipInfo("x")
            info.filename = name.replace("/", "\\")
            archive.writestr(info, (pairs / name).read_bytes())
    assert files(add_archive(stream, "mine")) == files(pairs)


def test_a_bomb_is_refused_by_what_it_unpacks_to(data, pairs):
    limits = ArchiveLimits(file_bytes=10**6, total_bytes=2 * 10**6)
    bomb = [("images/bomb.png", b"\0" * 1_500_000)]
    assert len(zipped(pairs, more=bomb).getvalue()) < 20_000
    with pytest.raises(FloodevalError, match="larger than"):
        add_archive(zipped(pairs, more=bomb), "mine", limits=limits)
    many = [(f"images/{n}.png", b"\0" * 900_000) for n in range(3)]
    with pytest.raises(FloodevalError, match="holds more than"):
        add_archive(zipped(pairs, more=many), "mine", limits=limits)
    assert not list(data.iterdir())


def test_a_bomb_that_states_a_small_size_is_refused(data, pairs):
    """The sizes in the directory are replaced by 10; what comes out is cut there and fails its checksum."""
    content = zipped(pairs, more=[("images/bomb.png", b"\0" * 1_500_000)]).getvalue()
    stated = struct.pack("<L", 1_500_000)
    assert stated in content
    with pytest.raises(FloodevalError, match="cannot be unpacked"):
        add_archive(io.BytesIO(content.replace(stated, struct.pack("<L", 10))), "mine")
    assert not list(data.iterdir())


def test_too_many_files_and_too_many_pixels_are_refused(data, pairs):
    with pytest.raises(FloodevalError, match="more than 3 files"):
        add_archive(zipped(pairs), "mine", limits=ArchiveLimits(files=3))
    stream = io.BytesIO()
    Image.fromarray(np.zeros((400, 500), np.uint8)).save(stream, "PNG")
    large = [("images/c.png", stream.getvalue())]
    with pytest.raises(FloodevalError, match=r"c\.png has 500"):
        add_archive(zipped(pairs, more=large), "mine", limits=ArchiveLimits(pixels=100_000))
    assert not list(data.iterdir())


def test_a_disk_without_room_is_refused_before_anything_is_unpacked(data, pairs):
    with pytest.raises(FloodevalError, match="holds more than"):
        add_archive(zipped(pairs), "mine", limits=ArchiveLimits(reserve_bytes=10**18))
    assert not list(data.iterdir())


@pytest.mark.parametrize("name", ["río", "洪水", unicodedata.normalize("NFD", "niño"), "a'b &c"])
@pytest.mark.parametrize("states_utf8", [True, False])
def test_names_of_any_language_are_kept(data, tmp_path, name, states_utf8):
    made = make_pairs(tmp_path / "made", ["x"])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for kind in ("images", "masks"):
            archive.writestr(f"{kind}/{name}.png", (made / kind / "x.png").read_bytes())
    content = stream.getvalue()
    if not states_utf8:  # as many programs write it: UTF-8 that is not marked as such
        content = without_utf8_flag(content)
    add_archive(io.BytesIO(content), "mine")
    assert [sample.id for sample in load_dataset("mine").samples] == [unicodedata.normalize("NFC", name)]


def without_utf8_flag(content):
    found = bytearray(content)
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = found.find(signature)
        while start >= 0:
            found[start + at + 1] &= ~0x08
            start = found.find(signature, start + 4)
    return bytes(found)


def test_what_computers_add_to_archives_is_left_out(data, pairs):
    more = [("__MACOSX/images/._a.png", b"x"), (".DS_Store", b"x"), ("images/Thumbs.db", b"x")]
    assert files(add_archive(zipped(pairs, more=more), "mine")) == files(pairs)


@pytest.mark.parametrize(
    "content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18, b"PK\x03\x04" + b"\xff" * 50]
)
def test_what_is_no_archive_is_refused(data, content):
    with pytest.raises(FloodevalError):
        add_archive(io.BytesIO(content), "mine")
    assert not list(data.iterdir())


def test_an_encrypted_archive_is_refused(data, pairs):
    content = bytearray(zipped(pairs).getvalue())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FloodevalError, match="encrypted"):
        add_archive(io.BytesIO(bytes(content)), "mine")


def test_what_is_no_data_set_is_refused(data, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("a")
    with pytest.raises(FloodevalError):
        add_archive(zipped(tmp_path / "letters"), "mine")
    assert not list(data.iterdir())


@pytest.mark.parametrize("name", ["../up", "", ".hidden", "a/b"])
def test_a_name_that_leads_out_is_refused(data, pairs, name):
    with pytest.raises(FloodevalError, match="not a valid name"):
        add_archive(zipped(pairs), name)


def test_a_data_set_is_never_replaced(data, pairs):
    add_archive(zipped(pairs), "mine")
    with pytest.raises(FloodevalError, match="already"):
        add_archive(zipped(pairs), "mine")
    (data / "dangling").symlink_to(data / "nowhere")
    with pytest.raises(FloodevalError, match="already"):
        add_archive(zipped(pairs), "dangling")


def test_of_two_that_add_the_same_name_at_once_one_wins(data, pairs):
    outcomes = []

    def add():
        try:
            outcomes.append(add_archive(zipped(pairs), "mine"))
        except FloodevalError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(outcome, Path) for outcome in outcomes) == 1
    assert files(data / "mine") == files(pairs)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=1, max_size=3))
def test_whatever_the_names_nothing_is_written_outside(data, tmp_path, names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in dict.fromkeys(names):
            archive.writestr(zipfile.ZipInfo(name), b"x")
    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(data)]
    try:
        add_archive(stream, f"mine{os.urandom(4).hex()}")
    except FloodevalError as error:
        assert "\n" not in str(error)
    assert [path for path in tmp_path.rglob("*") if not path.is_relative_to(data)] == outside
