"""Which file of a folder belongs to which sample."""

from pathlib import Path

import pytest

from floodeval.datasets.listing import Sample
from floodeval.errors import FloodevalError
from floodeval.evaluation.mask_listing import content_sha256, match_masks, read_timings


def samples(*ids):
    return [Sample(one, Path(f"images/{one}.jpg"), Path(f"masks/{one}.png")) for one in ids]


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


@pytest.mark.parametrize(
    ("name", "sample_id"),
    [
        ("a.png", "a"),
        ("a.tif", "a"),
        ("a.NPY", "a"),
        ("north/a.npz", "north/a"),
        ("unet/a.png", "a"),
        ("unet/north/a.png", "north/a"),
        ("a_mask.png", "a"),
        ("a_masks.png", "a"),
        ("a_lab.png", "a"),
        ("a_labels.png", "a"),
        ("a_label.png", "a"),
        ("a_gt.png", "a"),
        ("a_Pred.png", "a"),
        ("a_prediction.npy", "a"),
        ("a.jpg.png", "a"),
        ("a.jpg_mask.png", "a"),
        ("unet/a_mask.jpg.png", "a"),
        ("flood.2024.png", "flood.2024"),
        ("cafe\N{COMBINING ACUTE ACCENT}.png", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ],
)
def test_a_file_belongs_to_the_sample_that_its_name_says(tmp_path, name, sample_id):
    touch(tmp_path, name, "notes.txt", "a.geojson", ".hidden.png")
    assert match_masks(tmp_path, samples(sample_id, "other")) == {sample_id: tmp_path / name}


def test_the_whole_name_comes_before_a_shorter_one(tmp_path):
    touch(tmp_path, "a.png", "a_mask.png", "north/a.png")
    found = match_masks(tmp_path, samples("a", "a_mask", "north/a"))
    assert found == {name: tmp_path / f"{name}.png" for name in ("a", "a_mask", "north/a")}


@pytest.mark.parametrize("second", ["a.npy", "a_mask.png", "sub/a.png", "a.jpg.png"])
def test_two_masks_for_one_sample_are_refused_by_name(tmp_path, second):
    touch(tmp_path, "a.png", second)
    with pytest.raises(FloodevalError, match=r"has two masks for sample a: .*; keep one") as error:
        match_masks(tmp_path, samples("a", "b"))
    assert second in str(error.value) and "\n" not in str(error.value)


def test_a_folder_without_a_matching_mask_says_what_it_holds_and_what_was_expected(tmp_path):
    touch(tmp_path, "x.png", "y.png")
    with pytest.raises(FloodevalError, match=r"found: \S*/x.png, \S*/y.png\).* such as a.png, b.png"):
        match_masks(tmp_path, samples("a", "b"))


def test_the_digest_changes_with_a_mask_a_timing_and_nothing_else(tmp_path):
    touch(tmp_path, "a.png", "b.png", "other.png")
    asked = samples("a", "b")
    seen = [content_sha256(tmp_path, asked)]
    touch(tmp_path, "c.png", "notes.txt")
    assert content_sha256(tmp_path, asked) == seen[0]
    for name in ("a.png", "timing.csv"):
        (tmp_path / name).write_text("changed")
        seen.append(content_sha256(tmp_path, asked))
    (tmp_path / "b.png").unlink()
    seen.append(content_sha256(tmp_path, asked))
    assert len(set(seen)) == 4


def test_timings_are_read_by_id(tmp_path):
    assert read_timings(tmp_path) == {}
    (tmp_path / "timing.csv").write_text("id,ms,device\na,12.5,gpu\nnorth/b,0,gpu\n")
    assert read_timings(tmp_path) == {"a": 12.5, "north/b": 0.0}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("", 1),
        ("id,seconds\na,1\n", 1),
        ("id,ms\na,fast\n", 2),
        ("id,ms\na,1\nb,-1\n", 3),
        ("id,ms\na,nan\n", 2),
        ("id,ms\na,1\na,2\n", 3),
        ("id,ms\na\n", 2),
    ],
)
def test_timings_that_cannot_be_used_are_refused_by_line(tmp_path, text, row):
    (tmp_path / "timing.csv").write_text(text)
    with pytest.raises(FloodevalError, match=f"timing.csv line {row} cannot be used"):
        read_timings(tmp_path)
