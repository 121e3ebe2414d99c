"""Layouts whose masks have classes or bands: VOC, FloodNet, RescueNet, LoveDA, nnU-Net, Sen1Floods11."""

import numpy as np
import pytest
from PIL import Image

from floodeval import LabelScheme, ReadingOptions, load_dataset
from floodeval.datasets.dataset import read_pair, read_sample_photograph, read_truth
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.label_scheme import StatedLabels
from floodeval.errors import FloodevalError
from tests.support.laid_out import (
    HEIGHT,
    INSIDE,
    WIDTH,
    colors,
    mask,
    photograph,
    text,
    tiff,
)
from tests.support.layout_checks import WATER, check, subsets


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
