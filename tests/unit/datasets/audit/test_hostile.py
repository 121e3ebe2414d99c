"""Whatever lies in a data set's folder: it is named, skipped or refused, and never a traceback."""

import json
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from floodeval.cli.commands.audit_command import show_audit
from floodeval.datasets.audit.audit import audit
from floodeval.datasets.dataset import load_dataset, read_sample_photograph
from floodeval.datasets.layouts import Sample, printable
from floodeval.datasets.reference_masks import read_stored
from floodeval.errors import FloodevalError
from floodeval.report.render.html import audit_page
from tests.support.datasets import kaggle, make_pairs

pytestmark = pytest.mark.heavy  # audits whole data sets

A_FOLDER = 100  # damaged pairs


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(p)) + n + p + struct.pack(">I", zlib.crc32(n + p)) for n, p in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def flipped(content: bytes, rng: np.random.Generator) -> bytes:
    damaged = bytearray(content)
    for place in rng.integers(0, len(content), rng.integers(1, 20)):
        damaged[place] ^= int(rng.integers(1, 256))
    return bytes(damaged)


def damage(content: bytes, rng: np.random.Generator) -> bytes:
    """One of the ways in which a file goes wrong."""
    sizes = ((1 << 31) - 1, 300_000, 65_535, 1, 0)
    ways = (
        lambda: flipped(content, rng),
        lambda: content[: rng.integers(0, len(content))],
        lambda: rng.bytes(rng.integers(0, 300)),
        lambda: png_header(int(rng.choice(sizes)), int(rng.choice(sizes))),
        lambda: content + content,
    )
    return ways[rng.integers(len(ways))]()


def odd_picture(path: Path, rng: np.random.Generator) -> None:
    """A picture of another size or of channels that fit neither photographs nor masks."""
    height, width = rng.integers(1, 40, 2)
    mode = str(rng.choice(["1", "L", "LA", "P", "RGB", "RGBA", "I;16"]))
    noise = Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))
    noise.convert("L" if mode == "I;16" else mode).convert("I;16" if mode == "I;16" else mode).save(
        path, "PNG"
    )


@pytest.mark.parametrize("n_damages", [400, pytest.param(2000, marks=pytest.mark.slow)])
def test_damaged_files_never_stop_an_audit_and_the_sound_pair_is_left_in_peace(tmp_path, n_damages):
    rng = np.random.default_rng(0)
    for round_ in range(n_damages // A_FOLDER):
        folder = make_pairs(tmp_path / str(round_), [str(i) for i in range(A_FOLDER + 1)], (16, 12))
        for i in range(1, A_FOLDER + 1):
            victim = folder / str(rng.choice(["images", "masks"])) / f"{i}.png"
            if rng.random() < 0.3:
                odd_picture(victim, rng)
            else:
                victim.write_bytes(damage(victim.read_bytes(), rng))
        result = audit(folder)
        json.loads(result.to_json())
        named = {sample_id for issue in result.issues for sample_id in issue.ids}
        assert "0" not in result.flags()
        assert all(issue.detail and issue.suggestion and "\n" not in issue.detail for issue in result.issues)
        unreadable = {issue.ids[0] for issue in result.issues if issue.kind == "unreadable"}
        dataset = load_dataset(folder, reading=result.reading)
        assert unreadable == {i for i in named | {str(n) for n in range(A_FOLDER + 1)} if broken(dataset[i])}


def broken(sample: Sample) -> bool:
    """Whether one of the pair's two files cannot be read; odd values of a mask are another matter."""
    try:
        read_sample_photograph(sample)
        read_stored(sample.mask)
    except FloodevalError:
        return True
    return False


@pytest.mark.parametrize("size", [(20_000, 15_000), (2_000_000_000, 2_000_000_000)])
def test_a_picture_of_hundreds_of_megapixels_is_named_and_not_decoded(pair_folder, monkeypatch, size):
    (pair_folder / "images" / "a.png").write_bytes(png_header(*size))
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load_prepare", no_decoding(size))
    (issue,) = audit(pair_folder).issues
    assert (issue.kind, issue.ids) == ("unreadable", ("a",))
    assert "megapixels" in issue.detail


def no_decoding(size: tuple[int, int]):
    from PIL.PngImagePlugin import PngImageFile

    prepare = PngImageFile.load_prepare

    def guarded(self):
        assert self.size != size
        prepare(self)

    return guarded


def test_links_out_of_the_folder_pipes_and_rings_are_not_followed(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c", "d"])
    images = folder / "images"
    Image.new("RGB", (48, 32)).save(tmp_path / "secret.png")
    for name in ("a", "b", "c"):
        (images / f"{name}.png").unlink()
    (images / "a.png").symlink_to(tmp_path / "secret.png")
    (images / "b.png").symlink_to(images / "b.png")
    os.mkfifo(images / "c.png")
    result = audit(folder)
    assert result.n_photographs == 1
    assert {(issue.kind, issue.ids) for issue in result.issues} == {
        ("outside_file", ("a",)),
        ("missing_photograph", ("b",)),
        ("missing_photograph", ("c",)),
    }


NAMES = [
    "--help",
    "-rf",
    "Überflutung Köln",
    "a b",
    "[bold]x",
    "<script>alert(1)</script>",
    "ж水",
    "x;y,z",
    "new\nline",
    "\x1b[31m",
]


def test_any_name_is_audited_printed_and_drawn_as_it_is_and_harmless(tmp_path, capsys):
    folder = make_pairs(tmp_path / "floods", [name.replace("/", "") for name in NAMES])
    for path in (folder / "masks").iterdir():
        Image.new("L", (10, 10)).save(path)
    result = audit(folder)
    assert len(result.of_kind("size_mismatch")) == len(NAMES)
    show_audit(result)
    assert "\x1b[31m" not in capsys.readouterr().out
    page = audit_page(result, folder)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page


def test_a_name_that_is_no_text_is_audited_and_drawn(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a"])
    for place in ("images", "masks"):
        (folder / place / "a.png").rename(folder / place / os.fsdecode(b"\xff\xfe.png"))
    Image.new("L", (10, 10)).save(folder / "masks" / os.fsdecode(b"\xff\xfe.png"))
    result = audit(folder)
    audit_page(result, folder).encode()
    assert "size_mismatch" in result.to_json()


@pytest.mark.parametrize(
    "line", ["a\0b.png,0.png", f"{'x' * 5000}.png,0.png", "/dev/zero,0.png", ".,.", "Ö,ß"]
)
def test_a_line_that_names_no_possible_file_is_a_gap(tmp_path, line):
    folder = kaggle(tmp_path / "floods", ("0",))
    with (folder / "metadata.csv").open("a") as table:
        table.write(line + "\n")
    kinds = {issue.kind for issue in audit(folder).issues}
    assert kinds <= {"missing_photograph", "missing_mask", "outside_file"}
    assert kinds


def test_printable_keeps_every_script_and_drops_what_steers_a_terminal():
    assert printable("Köln 水") == "Köln 水"
    assert printable("a\x1b\n\udcff") == "a\ufffd\ufffd\ufffd"
