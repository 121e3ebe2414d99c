"""Layouts whose masks come from annotation files, and masks next to photographs."""

import pytest

from floodeval import LabelScheme, ReadingOptions, load_dataset
from floodeval.datasets.dataset import read_pair
from floodeval.datasets.label_scheme import StatedLabels
from floodeval.errors import FloodevalError
from tests.support.laid_out import (
    HEIGHT,
    INSIDE,
    WIDTH,
    coco,
    labelme,
    mask,
    photograph,
    text,
    yolo,
)
from tests.support.layout_checks import check, ids, subsets, water


def test_an_annotation_file_that_is_a_link_out_of_the_folder_is_not_read(tmp_path):
    photograph(tmp_path / "data" / "a.jpg")
    (tmp_path / "data" / "labels.json").symlink_to(text(tmp_path / "labels.json", coco(["a.jpg"])))
    with pytest.raises(FloodevalError, match="is not a data set"):
        load_dataset(tmp_path / "data")


def test_coco_draws_the_areas_of_each_photograph_of_each_subset(tmp_path):
    for subset, names in (("train", ["a.jpg", "b.jpg"]), ("valid", ["c.jpg"])):
        for name in names:
            photograph(tmp_path / subset / name, seed=ord(name[0]))
        text(tmp_path / subset / "_annotations.coco.json", coco(names))
    dataset = check(tmp_path, "COCO", ["a", "b", "c"])
    assert subsets(dataset) == {"a": "train", "b": "train", "c": "validation"}
    assert dataset.reading.labels == LabelScheme((1,))


def test_coco_in_its_own_folders_names_the_subset_in_the_file(tmp_path):
    photograph(tmp_path / "images" / "train2017" / "a.jpg")
    photograph(tmp_path / "images" / "val2017" / "a2.jpg", seed=1)
    text(tmp_path / "annotations" / "instances_train2017.json", coco(["a.jpg"]))
    text(tmp_path / "annotations" / "instances_val2017.json", coco(["a2.jpg"]))
    dataset = load_dataset(tmp_path)
    assert subsets(dataset) == {"a": "train", "a2": "validation"}
    assert all((water(dataset, sample_id) == INSIDE).all() for sample_id in ids(dataset))


def test_roboflows_parent_class_is_left_out_and_photographs_without_areas_are_land(tmp_path):
    photograph(tmp_path / "train" / "a.jpg")
    photograph(tmp_path / "train" / "b.jpg", seed=1)
    classes = [
        {"id": 0, "name": "waters", "supercategory": "none"},
        {"id": 1, "name": "water", "supercategory": "waters"},
    ]
    content = coco(["a.jpg", "b.jpg"], categories=classes)
    content["annotations"] = content["annotations"][:1]
    text(tmp_path / "train" / "_annotations.coco.json", content)
    dataset = load_dataset(tmp_path)
    assert dataset.listing.classes.values == {"water": (1,)}
    assert (water(dataset, "a") == INSIDE).all()
    assert not water(dataset, "b").any()


def test_roboflows_masks_lie_next_to_the_photographs_with_a_table_of_classes(tmp_path):
    photograph(tmp_path / "train" / "a.jpg")
    mask(tmp_path / "train" / "a_mask.png", 2, 1)
    text(tmp_path / "train" / "_classes.csv", "Pixel Value, Class\n0, background\n1, land\n2, flood\n")
    dataset = check(tmp_path, "pictures side by side")
    assert dataset.reading.labels == LabelScheme((2,))
    assert subsets(dataset) == {"a": "train"}


@pytest.mark.parametrize(
    "places", [("images", "annotations"), ("images", "labels"), ("x", "x"), ("images", "images")]
)
def test_labelme_draws_its_shapes_in_order(tmp_path, places):
    photograph(tmp_path / places[0] / "a.jpg")
    hole = {"label": "boat", "points": [[12, 7], [16, 9]], "shape_type": "rectangle"}
    shapes = labelme()["shapes"] + [hole]
    text(tmp_path / places[1] / "a.json", labelme(*shapes))
    dataset = load_dataset(tmp_path)
    assert dataset.listing.layout == "LabelMe"
    assert ids(dataset) == ["x/a" if places[0] == "x" else "a"]
    expected = INSIDE.copy()
    expected[7:9, 12:16] = False
    assert (water(dataset, ids(dataset)[0]) == expected).all()
    assert dataset.listing.classes.values == {"boat": (1,), "water": (2,)}


def test_labelmes_own_names_are_background_and_ignored(tmp_path):
    photograph(tmp_path / "a.jpg")
    lost = {"label": "__ignore__", "points": [[0, 0], [WIDTH, 3]], "shape_type": "rectangle"}
    text(tmp_path / "a.json", labelme(*labelme()["shapes"], lost))
    pair = read_pair(load_dataset(tmp_path)["a"])
    assert pair.ignored[:3].all()
    assert not pair.ignored[3:].any()
    assert (pair.truth == INSIDE).all()


@pytest.mark.parametrize("places", [("images/train", "labels/train"), ("train/images", "train/labels")])
def test_yolo_polygons_with_the_names_of_data_yaml(tmp_path, places):
    photograph(tmp_path / places[0] / "a.jpg")
    boat = " ".join(f"{x / WIDTH} {y / HEIGHT}" for x, y in ((12, 7), (16, 7), (16, 9), (12, 9)))
    text(tmp_path / places[1] / "a.txt", f"1 {boat}\n{yolo(0)}")  # the smaller area comes first
    text(tmp_path / "data.yaml", "path: .\ntrain: images/train\nnames:\n  0: water\n  1: boat\n")
    dataset = load_dataset(tmp_path)
    assert dataset.listing.layout == "YOLO"
    expected = INSIDE.copy()
    expected[7:9, 12:16] = False
    assert (water(dataset, "a") == expected).all()
    assert subsets(dataset) == {"a": "train"}
    assert dataset.reading.labels == LabelScheme((0,))


def test_yolo_without_names_asks_for_numbers(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    text(tmp_path / "labels" / "a.txt", yolo(3))
    with pytest.raises(FloodevalError, match=r"nothing says which classes are water"):
        load_dataset(tmp_path)
    check(tmp_path, "YOLO", options=ReadingOptions(labels=StatedLabels(water=(3,))))


def test_ultralytics_semantic_masks_have_names_and_ignore_255(tmp_path):
    photograph(tmp_path / "images" / "train" / "a.jpg")
    mask(tmp_path / "seg" / "train" / "a.png", 1, 255)
    text(tmp_path / "flood.yaml", "masks_dir: seg\nnames: [land, water]\n")
    dataset = check(tmp_path, "Ultralytics semantic")
    assert dataset.reading.labels == LabelScheme((1,), (255,))
    assert (read_pair(dataset["a"]).ignored == ~INSIDE).all()
    assert subsets(dataset) == {"a": "train"}


def test_masks_next_to_photographs(tmp_path):
    photograph(tmp_path / "north" / "a.tif")
    mask(tmp_path / "north" / "a_mask.png")
    check(tmp_path, "pictures side by side", ["north/a"])
