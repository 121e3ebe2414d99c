"""The description of a data set, and the `dataset.toml` that it is written as."""

import json

import pytest
from PIL import Image

from floodeval import LabelScheme, load_dataset
from floodeval.datasets.dataset import read_truth
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.dataset_toml_template import template
from floodeval.datasets.description import describe_dataset
from floodeval.datasets.folder_tree import MOST_LINES, folder_tree
from floodeval.datasets.label_scheme import StatedLabels
from floodeval.datasets.splits import own_split
from tests.support.laid_out import INSIDE, coco, colors, mask, photograph, text

SHARE = INSIDE.mean()


@pytest.fixture
def folder(tmp_path):
    for subset, name in (("train", "a"), ("test", "b")):
        photograph(tmp_path / subset / "images" / f"{name}.jpg", seed=ord(name))
        mask(tmp_path / subset / "masks" / f"{name}.png", 1, 3)
    return tmp_path


def test_a_description_states_values_with_shares_meaning_and_subsets(folder):
    found = describe_dataset(folder, ReadingOptions(labels=StatedLabels(water=(1,), ignore=(3,))))
    assert found.listing.layout == "folders"
    assert found.subset_sizes == {"train": 1, "test": 1}
    assert (found.smallest, found.largest, found.formats) == ((40, 30), (40, 30), {"JPEG": 2})
    rows = {one.value: (one.share, one.meaning) for one in found.values}
    assert rows == {3: (pytest.approx(1 - SHARE), "ignored"), 1: (pytest.approx(SHARE), "water")}
    assert found.doubts == ()


def test_what_a_data_set_is_refused_for_is_a_doubt(folder):
    found = describe_dataset(folder)
    assert found.labels is None
    assert "values 1, 3 look like class ids" in str(found.doubts[0])
    assert all(one.meaning == "" for one in found.values)


def test_json_is_a_list_with_the_documented_keys(folder):
    (entry,) = json.loads(describe_dataset(folder).to_json())
    counts = ["n_pairs", "n_photographs", "n_masks", "n_unpaired"]
    pictures = ["formats", "bands", "smallest", "largest"]
    masks = ["labels", "photographs", "classes", "values", "split", "notes", "doubts"]
    assert list(entry) == ["name", "layout", *counts, *pictures, *masks]
    assert entry["n_pairs"] == 2
    assert entry["values"][0] == {
        "value": 3,
        "class": "",
        "share": pytest.approx(0.75, abs=1e-6),
        "meaning": "",
    }


def test_a_class_taken_by_its_name_and_files_without_partner_are_doubts(tmp_path):
    photograph(tmp_path / "a.jpg")
    text(tmp_path / "labels.json", coco(["a.jpg", "gone.jpg"]))
    doubts = [str(doubt) for doubt in describe_dataset(tmp_path).doubts]
    assert "the class water is taken as water, by its name" in doubts[0]
    assert "1 file or folder is not part of a pair: " in doubts[1]
    assert "labels.json lists gone.jpg, which is missing" in doubts[1]


@pytest.mark.parametrize("kind", ["folders", "coco", "colors", "undeclared"])
def test_a_written_declaration_reads_the_data_set_in_the_same_way(tmp_path, folder, kind):
    options = ReadingOptions(labels=StatedLabels(water=(1,), ignore=(3,)))
    place = folder
    if kind == "coco":
        place, options = tmp_path / "coco", ReadingOptions()
        photograph(place / "a.jpg")
        text(place / "labels.json", coco(["a.jpg"]))
    elif kind == "colors":
        place, options = tmp_path / "voc", ReadingOptions()
        photograph(place / "JPEGImages" / "a.jpg")
        colors(place / "SegmentationClass" / "a.png", (0, 0, 9), (7, 0, 0))
        text(place / "labelmap.txt", 'la"nd:7,0,0::\nwater:0,0,9::\n')
    before = load_dataset(place, options)
    written = template(describe_dataset(place, ReadingOptions() if kind == "undeclared" else options))
    text(place / "dataset.toml", written)
    after = load_dataset(place, options if kind == "undeclared" else ReadingOptions())
    assert after.fingerprint == before.fingerprint
    assert after.reading == before.reading
    assert after.listing.subset_of == before.listing.subset_of
    truths = [[read_truth(sample).water.tobytes() for sample in one.samples] for one in (before, after)]
    assert truths[0] == truths[1]


def test_the_folders_are_a_split_with_scenes(folder):
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (3,))))
    split = own_split(dataset)
    assert split.is_own
    assert split.ids("test") == {"b"}
    assert list(split.table.columns) == ["id", "scene", "split"]
    (folder / "train").rename(folder / "other")
    assert own_split(load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (3,))))).ids("test") == {
        "b"
    }


def test_a_tree_is_bounded_and_harmless(tmp_path):
    for n in range(MOST_LINES + 10):
        text(tmp_path / f"d{n:03}" / "x.txt", "")
    text(tmp_path / "evil\n\x1b[31m" / "y.txt", "")
    lines = folder_tree(tmp_path)
    assert len(lines) == MOST_LINES + 1
    assert lines[0] == f"{tmp_path.name}/"
    assert lines[1] == "  d000/  1 .txt"
    assert lines[-1] == "... and 12 more folders"
    assert all(line.isprintable() for line in lines)


def test_masks_that_cannot_be_used_are_doubts(folder):
    options = ReadingOptions(labels=StatedLabels(water=(1,), ignore=(3,)))
    place = folder / "test" / "masks" / "b.png"
    place.write_bytes(place.read_bytes()[:40])
    (doubt,) = describe_dataset(folder, options).doubts
    assert str(doubt).startswith("1 mask cannot be read: ")
    assert "masks/b.png" in str(doubt)
    Image.new("L", (7, 9), 1).save(place)
    (doubt,) = describe_dataset(folder, options).doubts
    assert str(doubt).startswith("1 pair has two sizes: b.jpg is 40 × 30 px and its mask b.png is 7 × 9 px; ")
