"""Each layout of the table: which photographs and masks it pairs, which pixels are water, which subset."""

import pytest
from PIL import Image

from floodeval import ReadingOptions, load_dataset
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.label_scheme import StatedLabels
from floodeval.errors import FloodevalError
from tests.support.laid_out import (
    INSIDE,
    RING,
    coco,
    labelme,
    mask,
    photograph,
    text,
    yolo,
)
from tests.support.layout_checks import WATER, check, ids, subsets


@pytest.mark.parametrize("images", ["images", "Image", "IMG", "imgs", "photos"])
@pytest.mark.parametrize("masks", ["masks", "Mask", "labels", "Label", "GT", "annotations"])
def test_the_usual_names_of_folders_in_any_capitalization(tmp_path, images, masks):
    photograph(tmp_path / images / "a.jpg")
    mask(tmp_path / masks / "a.png")
    assert subsets(check(tmp_path, "folders")) == {}


@pytest.mark.parametrize(
    "name", ["a_mask.png", "a_lab.png", "a_label.tif", "a_gt.png", "a.jpg.png", "A_GT.png"]
)
def test_a_mask_may_be_named_after_its_photograph_with_an_ending(tmp_path, name):
    sample_id = "A" if name.startswith("A") else "a"
    photograph(tmp_path / "images" / f"{sample_id}.jpg")
    mask(tmp_path / "masks" / name)
    check(tmp_path, "folders", [sample_id])


def test_a_photograph_whose_own_name_has_an_ending_keeps_its_mask(tmp_path):
    for name in ("a", "a_mask"):
        photograph(tmp_path / "images" / f"{name}.jpg")
        mask(tmp_path / "masks" / f"{name}.png")
    check(tmp_path, "folders", ["a", "a_mask"])


def test_two_masks_of_one_photograph_are_named(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    mask(tmp_path / "masks" / "a.png")
    mask(tmp_path / "masks" / "a_mask.png")
    (gap,) = load_dataset(tmp_path).skipped
    assert gap.id == "a"
    assert "two masks have the name a; remove or rename masks/a_mask.png (masks/a.png is used)" in gap.reason


@pytest.mark.parametrize("above", [True, False])
def test_split_folders_above_or_below_become_the_subsets(tmp_path, above):
    names = {"train": "train", "val": "validation", "test": "test"}
    for folder, subset in names.items():
        for kind, write in (("images", photograph), ("masks", mask)):
            place = tmp_path / folder / kind if above else tmp_path / kind / folder
            write(place / "north" / f"{subset}.png")
    dataset = check(tmp_path, "folders", ["north/test", "north/train", "north/validation"])
    assert subsets(dataset) == {f"north/{subset}": subset for subset in names.values()}


def test_valid_is_validation_and_one_name_in_two_subsets_is_one_id(tmp_path):
    for folder in ("train", "valid"):
        photograph(tmp_path / folder / "images" / "a.png", seed=len(folder))
        mask(tmp_path / folder / "masks" / "a.png")
    photograph(tmp_path / "valid" / "images" / "b.png")
    mask(tmp_path / "valid" / "masks" / "b.png")
    dataset = load_dataset(tmp_path)
    assert ids(dataset) == ["a", "b"]
    assert subsets(dataset)["b"] == "validation"
    assert "two photographs have the name a" in dataset.skipped[0].reason


def test_metadata_csv_still_pairs_image_and_mask(tmp_path):
    photograph(tmp_path / "Image" / "a.jpg")
    mask(tmp_path / "Mask" / "other.png")
    text(tmp_path / "metadata.csv", "Image,Mask\na.jpg,other.png\n")
    check(tmp_path, "Kaggle")


def test_image_and_mask_without_a_table_are_paired_by_name(tmp_path):
    photograph(tmp_path / "Image" / "a.jpg")
    mask(tmp_path / "Mask" / "a.png")
    check(tmp_path, "folders")


def test_water_is_taken_by_name_only_where_no_other_class_may_be_water(tmp_path):
    photograph(tmp_path / "a.jpg")
    text(tmp_path / "a.json", labelme(*labelme()["shapes"]))
    notes = [str(note) for note in check_labels(load_dataset(tmp_path)).notes]
    assert "water is water (1)" in notes
    other = {"label": "flooded road", "points": [[1, 1], [4, 4]], "shape_type": "rectangle"}
    text(tmp_path / "a.json", labelme(*labelme()["shapes"], other))
    with pytest.raises(FloodevalError, match=r"classes: flooded road \(1\), water \(2\)"):
        load_dataset(tmp_path)
    with pytest.raises(
        FloodevalError, match=r"has no class 'lake'; its classes are flooded road \(1\), water"
    ):
        load_dataset(tmp_path, ReadingOptions(labels=StatedLabels(water=("lake",))))


def test_a_name_without_named_classes_is_refused(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    mask(tmp_path / "masks" / "a.png")
    with pytest.raises(FloodevalError, match="has no class 'water', because it names no classes"):
        load_dataset(tmp_path, WATER)


def test_two_folders_of_masks_are_a_choice(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    mask(tmp_path / "masks" / "a.png")
    mask(tmp_path / "gt" / "a.png")
    with pytest.raises(FloodevalError, match="gt/ and masks/ may both be meant; say which in dataset"):
        load_dataset(tmp_path)


def test_two_layouts_are_a_choice(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    mask(tmp_path / "masks" / "a.png")
    text(tmp_path / "labels" / "a.txt", yolo())
    with pytest.raises(FloodevalError, match="the files of two layouts, folders and YOLO"):
        load_dataset(tmp_path)
    text(tmp_path / "dataset.toml", '[files]\nlayout = "folders"\n')
    check(tmp_path, "folders")


def test_an_unknown_layout_names_what_is_there_and_the_nearest(tmp_path):
    photograph(tmp_path / "JPEGImages" / "a.jpg")
    text(tmp_path / "notes.txt", "none")
    with pytest.raises(FloodevalError) as refusal:
        load_dataset(tmp_path)
    said = str(refusal.value)
    assert "found: JPEGImages/ (1 .jpg), notes.txt" in said
    assert "nearest layout: Pascal VOC" in said
    assert "\n" not in said


def test_the_fingerprint_follows_the_annotation_of_a_sample_and_not_its_file(tmp_path):
    photograph(tmp_path / "a.jpg")
    path = text(tmp_path / "coco.json", coco(["a.jpg"]))
    first = load_dataset(tmp_path).fingerprint
    text(path, coco(["a.jpg"], info={"year": 2026}))
    assert load_dataset(tmp_path).fingerprint == first
    text(path, coco(["a.jpg"], segmentation=[[*RING[:-1], 21]]))
    assert load_dataset(tmp_path).fingerprint != first


def test_metadata_csv_pairs_image_and_mask_in_any_capitalization(tmp_path):
    photograph(tmp_path / "image" / "a.jpg")
    mask(tmp_path / "MASK" / "other.png")
    text(tmp_path / "metadata.csv", "Image,Mask\na.jpg,other.png\n")
    check(tmp_path, "Kaggle")


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_gray_colors_are_colors_in_a_gray_mask_too(tmp_path, mode):
    photograph(tmp_path / "JPEGImages" / "a.jpg")
    (tmp_path / "SegmentationClass").mkdir()
    Image.fromarray(~INSIDE).convert(mode).save(tmp_path / "SegmentationClass" / "a.png")
    text(tmp_path / "labelmap.txt", "land:255,255,255::\nwater:0,0,0::\n")
    check(tmp_path, "Pascal VOC")


@pytest.mark.parametrize("layout", ["folders", "COCO", "LabelMe", "pictures side by side"])
@pytest.mark.parametrize("first_has_mask", [True, False])
def test_a_name_in_two_subsets_is_in_that_of_the_photograph_that_is_used(tmp_path, layout, first_has_mask):
    for subset in ("test", "train"):
        place = tmp_path / subset / ("images" if layout == "folders" else "")
        photograph(place / "a.jpg", seed=len(subset))
        if subset == "test" and not first_has_mask:
            continue
        if layout == "folders":
            mask(tmp_path / subset / "masks" / "a.png")
        elif layout == "pictures side by side":
            mask(place / "a_mask.png")
        elif layout == "COCO":
            text(place / "labels.json", coco(["a.jpg"]))
        else:
            text(place / "a.json", labelme())
    dataset = load_dataset(tmp_path)
    assert dataset.listing.layout == layout
    used = dataset["a"].photograph.relative_to(tmp_path.resolve()).parts[0]
    assert used == ("test" if first_has_mask else "train")
    assert subsets(dataset) == {"a": used}
