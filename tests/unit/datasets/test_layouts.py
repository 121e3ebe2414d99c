"""Each layout of the table: which photographs and masks it pairs, which pixels are water, which subset."""

import numpy as np
import pytest
from PIL import Image

from floodeval import LabelScheme, ReadingOptions, load_dataset
from floodeval.datasets.dataset import read_pair, read_sample_photograph, read_truth
from floodeval.datasets.dataset_config import AS_DECLARED
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.label_scheme import StatedLabels
from floodeval.errors import FloodevalError
from tests.support.laid_out import (
    HEIGHT,
    INSIDE,
    RING,
    WIDTH,
    coco,
    colors,
    labelme,
    mask,
    photograph,
    text,
    tiff,
    yolo,
)

WATER = ReadingOptions(labels=StatedLabels(water=("water",)))


def ids(dataset):
    return [sample.id for sample in dataset.samples]


def water(dataset, sample_id):
    return read_pair(dataset[sample_id]).truth


def subsets(dataset):
    return dict(dataset.listing.subset_of)


def check(folder, layout, expected=("a",), options=AS_DECLARED):
    """Load a data set, check its layout, its ids and that the rectangle is water everywhere."""
    dataset = load_dataset(folder, options)
    assert dataset.listing.layout == layout
    assert ids(dataset) == list(expected)
    assert dataset.skipped == ()
    for sample_id in expected:
        assert (water(dataset, sample_id) == INSIDE).all()
    check_labels(dataset)
    return dataset


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


def test_pascal_voc_by_the_colors_and_names_of_its_labelmap(tmp_path):
    photograph(tmp_path / "JPEGImages" / "a.jpg")
    photograph(tmp_path / "JPEGImages" / "b.jpg", seed=1)
    colors(tmp_path / "SegmentationClass" / "a.png", (0, 0, 200), (0, 0, 0))
    indexed = Image.fromarray(np.where(INSIDE, 7, 3).astype(np.uint8), "P")
    indexed.putpalette([0] * 3 * 7 + [0, 0, 200])
    indexed.save(tmp_path / "SegmentationClass" / "b.png")
    lines = "# label:color_rgb:parts:actions\nbackground:0,0,0::\nroad:90,90,90::\nwater:0,0,200::\n"
    text(tmp_path / "labelmap.txt", lines)
    text(tmp_path / "ImageSets" / "Segmentation" / "train.txt", "a\n")
    text(tmp_path / "ImageSets" / "Segmentation" / "val.txt", "b\n")
    dataset = check(tmp_path, "Pascal VOC", ["a", "b"])
    assert dataset.reading.labels == LabelScheme((2,))
    assert subsets(dataset) == {"a": "train", "b": "validation"}


def test_a_changed_palette_is_read_again_by_the_label_check(tmp_path):
    photograph(tmp_path / "JPEGImages" / "a.jpg")
    colors(tmp_path / "SegmentationClass" / "a.png", (0, 0, 200), (0, 0, 0))
    for lines, value in (("land:0,0,0::\nwater:0,0,200::\n", 1), ("water:0,0,200::\nland:0,0,0::\n", 0)):
        text(tmp_path / "labelmap.txt", lines)
        counts = check_labels(load_dataset(tmp_path)).counts
        assert counts[value] == INSIDE.sum()


def test_a_color_that_the_labelmap_lacks_is_refused_by_name(tmp_path):
    photograph(tmp_path / "JPEGImages" / "a.jpg")
    colors(tmp_path / "SegmentationClass" / "a.png", (1, 2, 3), (0, 0, 0))
    text(tmp_path / "labelmap.txt", "background:0,0,0::\nwater:0,0,200::\n")
    with pytest.raises(FloodevalError, match=r"a\.png: the color \(1, 2, 3\) is not declared in .*labelmap"):
        read_truth(load_dataset(tmp_path)["a"])


FLOODNET_IDS = {"background": 0, "building-flooded": 1, "road-flooded": 3, "water": 5, "grass": 9}


@pytest.mark.parametrize("folder", ["", "train/"])
def test_floodnet_asks_which_classes_are_water(tmp_path, folder):
    photograph(tmp_path / f"{folder}train-org-img" / "6279.jpg")
    mask(tmp_path / f"{folder}train-label-img" / "6279_lab.png", 5, 9)
    with pytest.raises(FloodevalError, match=r"nothing says which classes are water.*road-flooded \(3\)"):
        load_dataset(tmp_path)
    dataset = check(tmp_path, "FloodNet", ["6279"], WATER)
    assert dataset.reading.labels == LabelScheme((5,))
    assert subsets(dataset) == {"6279": "train"}
    several = ReadingOptions(labels=StatedLabels(water=("Water", "road_flooded", 1)))
    assert load_dataset(tmp_path, several).reading.labels.water == (1, 3, 5)


def test_floodnets_masks_in_colors_are_the_same_classes(tmp_path):
    photograph(tmp_path / "test-org-img" / "1.jpg")
    colors(tmp_path / "test-label-img" / "1_lab.png", (61, 230, 250), (4, 250, 7))
    check(tmp_path, "FloodNet", ["1"], WATER)


def test_a_value_that_is_no_class_of_floodnet_is_refused(tmp_path):
    photograph(tmp_path / "val-org-img" / "1.jpg")
    mask(tmp_path / "val-label-img" / "1_lab.png", 5, 10)
    with pytest.raises(FloodevalError, match="values 10 are not classes of FloodNet"):
        check_labels(load_dataset(tmp_path, WATER))


def test_rescuenet_by_its_name_with_its_own_numbers_or_colors(tmp_path):
    folder = tmp_path / "RescueNet"
    photograph(folder / "train" / "train-org-img" / "1.jpg")
    photograph(folder / "test" / "test-org-img" / "2.jpg", seed=1)
    mask(folder / "train" / "train-label-img" / "1_lab.png", 1, 10)
    colors(folder / "test" / "test-label-img" / "2_lab.png", (61, 230, 250), (255, 184, 6))
    dataset = check(folder, "RescueNet", ["1", "2"])
    assert dataset.reading.labels == LabelScheme((1,))
    assert subsets(dataset) == {"1": "train", "2": "test"}


def test_loveda_has_its_classes_and_ignores_no_data(tmp_path):
    for place, number in (("Train/Urban", 0), ("Val/Rural", 2522)):
        photograph(tmp_path / place / "images_png" / f"{number}.png")
        mask(tmp_path / place / "masks_png" / f"{number}.png", 4, 0)
    dataset = check(tmp_path, "LoveDA", ["0", "2522"])
    assert dataset.reading.labels == LabelScheme((4,), (0,))
    assert subsets(dataset) == {"0": "train", "2522": "validation"}
    assert (read_pair(dataset["0"]).ignored == ~INSIDE).all()


def test_nnunet_by_its_dataset_json(tmp_path):
    photograph(tmp_path / "imagesTr" / "case_1_0000.png")
    photograph(tmp_path / "imagesTs" / "case_2_0000.png", seed=1)
    mask(tmp_path / "labelsTr" / "case_1.png", 1, 2)
    mask(tmp_path / "labelsTs" / "case_2.png", 1, 2)
    labels = {"background": 0, "water": 1, "ignore": 2}
    about = {"channel_names": {"0": "R"}, "labels": labels, "numTraining": 1, "file_ending": ".png"}
    text(tmp_path / "dataset.json", about)
    dataset = check(tmp_path, "nnU-Net", ["case_1", "case_2"])
    assert dataset.reading.labels == LabelScheme((1,), (2,))
    assert subsets(dataset) == {"case_1": "train", "case_2": "test"}


def test_nnunet_with_a_file_per_channel_is_refused(tmp_path):
    for channel in range(2):
        photograph(tmp_path / "imagesTr" / f"case_000{channel}.png")
    mask(tmp_path / "labelsTr" / "case.png", 1)
    text(tmp_path / "dataset.json", {"labels": {"background": 0, "water": 1}})
    with pytest.raises(FloodevalError, match=r"in several files, such as imagesTr/case_0001\.png"):
        load_dataset(tmp_path)


def test_an_annotation_file_that_is_a_link_out_of_the_folder_is_not_read(tmp_path):
    photograph(tmp_path / "data" / "a.jpg")
    (tmp_path / "data" / "labels.json").symlink_to(text(tmp_path / "labels.json", coco(["a.jpg"])))
    with pytest.raises(FloodevalError, match="is not a data set"):
        load_dataset(tmp_path / "data")


def test_sen1floods11_reads_three_bands_with_a_stretch_and_its_own_labels(tmp_path):
    rng = np.random.default_rng(0)
    bands = rng.integers(200, 4000, (HEIGHT, WIDTH, 13)).astype(np.int16)
    place = tmp_path / "v1.1" / "data" / "flood_events" / "HandLabeled"
    tiff(place / "S2Hand" / "Ghana_1_S2Hand.tif", bands)
    values = np.where(INSIDE, 1, 0).astype(np.int16)
    values[0] = -1
    tiff(place / "LabelHand" / "Ghana_1_LabelHand.tif", values)
    dataset = check(tmp_path, "Sen1Floods11 S2", ["Ghana_1"])
    assert dataset.reading.labels == LabelScheme((1,), (-1,))
    assert (read_pair(dataset["Ghana_1"]).ignored == (values == -1)).all()
    low, high = np.percentile(bands[..., [3, 2, 1]].reshape(-1, 3).astype(float), (2, 98), axis=0)
    stretched = np.clip((bands[..., [3, 2, 1]] - low) / (high - low), 0, 1) * 255
    assert np.abs(read_sample_photograph(dataset["Ghana_1"]) - stretched).max() <= 0.51


def test_sen1floods11_radar_is_gray_and_both_sensors_are_a_choice(tmp_path):
    rng = np.random.default_rng(0)
    tiff(tmp_path / "S1Hand" / "a_S1Hand.tif", rng.normal(-12, 4, (HEIGHT, WIDTH, 2)).astype(np.float32))
    tiff(tmp_path / "LabelHand" / "a_LabelHand.tif", np.where(INSIDE, 1, 0).astype(np.int16))
    dataset = check(tmp_path, "Sen1Floods11 S1")
    picture = read_sample_photograph(dataset["a"])
    assert (picture[..., 0] == picture[..., 2]).all()
    bands = rng.integers(200, 4000, (HEIGHT, WIDTH, 13)).astype(np.int16)
    tiff(tmp_path / "S2Hand" / "a_S2Hand.tif", bands)
    with pytest.raises(FloodevalError, match="files of two layouts, Sen1Floods11 S2 and Sen1Floods11 S1"):
        load_dataset(tmp_path)
    text(tmp_path / "dataset.toml", '[files]\nlayout = "Sen1Floods11 S2"\n')
    check(tmp_path, "Sen1Floods11 S2")


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
