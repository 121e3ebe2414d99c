"""Labels: a declared scheme for the whole data set, never a guess per file."""

import cv2
import numpy as np
import pytest

from floodeval import LabelScheme, load_dataset
from floodeval.datasets.dataset import read_pair, read_truth
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.label_check import check_labels
from floodeval.errors import FloodevalError
from tests.support.label_files import (
    HEIGHT,
    OTHER,
    WATER,
    WIDTH,
    drawn,
    jpeg,
    palette,
    png,
    refusal,
    save,
    tiff,
)

GRAYS = [level for value in range(256) for level in (value, value, value)]
IGNORED_BAND = {
    "png": (png(0, 1, 255), "0, 1, 255", (1,), (255,)),
    "tiff": (tiff(0, 1, 255), "0, 1, 255", (1,), (255,)),
    "geotiff with nodata": (tiff(0, 1, 255, nodata=255), "0, 1, 255", (1,), (255,)),
    "palette in colors": (palette(0, 1, 255), "0, 1, 255", (1,), (255,)),
    "palette of grays": (palette(0, 1, 255, colors=GRAYS), "0, 1, 255", (1,), (255,)),
    "other id": (png(0, 5, 255), "0, 5, 255", (5,), (255,)),
    "int8": (tiff(0, 1, -1, dtype=np.int8), "-1, 0, 1", (1,), (-1,)),
    "int16": (tiff(0, 1, -1, dtype=np.int16), "-1, 0, 1", (1,), (-1,)),
    "int32": (tiff(0, 1, -1, dtype=np.int32), "-1, 0, 1", (1,), (-1,)),
    "int64": (tiff(0, 1, -1, dtype=np.int64), "-1, 0, 1", (1,), (-1,)),
    "float32": (tiff(0, 1, 255, dtype=np.float32), "0, 1, 255", (1,), (255,)),
    "float64": (tiff(0, 1, -1, dtype=np.float64), "-1, 0, 1", (1,), (-1,)),
    "uint16": (png(0, 1, 65535, dtype=np.uint16), "0, 1, 65535", (1,), (65535,)),
    "uint16 tiff": (tiff(0, 1, 65535, dtype=np.uint16), "0, 1, 65535", (1,), (65535,)),
    "uint32": (tiff(0, 1, 65535, dtype=np.uint32), "0, 1, 65535", (1,), (65535,)),
}


@pytest.mark.parametrize("encoding", IGNORED_BAND)
def test_class_ids_with_an_ignored_value_are_refused_with_the_options_that_declare_them(tmp_path, encoding):
    mask, values, water, ignore = IGNORED_BAND[encoding]
    said = f"values {values} look like class ids; declare them with water={water} and ignore={ignore}"
    folder = save(tmp_path / "floods", mask)
    assert said in refusal(load_dataset(folder))
    with pytest.raises(FloodevalError, match="look like class ids"):
        read_truth(load_dataset(folder).samples[0])


@pytest.mark.parametrize("encoding", IGNORED_BAND)
def test_class_ids_are_read_as_declared(tmp_path, encoding):
    mask, _, water, ignore = IGNORED_BAND[encoding]
    dataset = load_dataset(save(tmp_path / "floods", mask), ReadingOptions(labels=LabelScheme(water, ignore)))
    check_labels(dataset)
    truth = read_truth(dataset.samples[0])
    assert np.array_equal(truth.water, WATER)
    assert np.array_equal(truth.ignored, OTHER)
    pair = read_pair(dataset.samples[0])
    assert np.array_equal(pair.truth, WATER)
    assert np.array_equal(pair.ignored, OTHER)


def test_a_data_set_of_which_only_some_files_have_an_ignored_value_is_refused_as_a_whole(tmp_path):
    folder = save(tmp_path / "floods", png(0, 255, 255), png(0, 1, 255), png(0, 1, 1))
    said = refusal(load_dataset(folder))
    assert (
        "values 0, 1, 255 look like class ids; declare them with water=(1,) and ignore=(255,) (2 of 3" in said
    )


def test_one_scheme_reads_files_with_and_without_an_ignored_value(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 1), png(0, 1, 255))
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))
    first, second = (read_truth(sample) for sample in dataset.samples)
    assert np.array_equal(first.water, WATER | OTHER)
    assert not first.ignored.any()
    assert np.array_equal(second.water, WATER)


def test_an_uncertain_gray_is_refused_until_it_is_declared(tmp_path):
    folder = save(tmp_path / "floods", png(0, 255, 128), png(0, 255, 255))
    said = refusal(load_dataset(folder))
    assert "values 0, 128, 255 look like class ids; declare them with water=(255,) and ignore=(128,)" in said
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (128,))))
    check_labels(dataset)
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER)
    assert np.array_equal(read_truth(dataset.samples[0]).ignored, OTHER)


@pytest.mark.parametrize("gray", [2, 64, 100, 127, 128, 129, 200, 254])
@pytest.mark.parametrize("extent", [(slice(12, 15), slice(4, 30)), (slice(2, 6), slice(33, 37))])
def test_a_band_or_a_spot_of_any_gray_is_refused(tmp_path, gray, extent):
    values = drawn((0, 255, 255))
    values[extent] = gray
    assert "look like class ids" in refusal(load_dataset(save(tmp_path / "floods", values)))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_smooth_edges_of_a_drawn_mask_need_no_declaration_and_are_cut_in_the_middle(tmp_path, scale):
    fine = np.zeros((300 * scale, 400 * scale), np.uint8)
    cv2.ellipse(fine, (180 * scale, 140 * scale), (120 * scale, 70 * scale), 20, 0, 360, 255, -1)
    values = cv2.resize(fine, (400, 300), interpolation=cv2.INTER_AREA)
    assert len(np.unique(values)) > 2
    dataset = load_dataset(save(tmp_path / "floods", values))
    check_labels(dataset)
    assert np.array_equal(read_truth(dataset.samples[0]).water, values > 127)


def test_a_thin_water_of_class_1_within_ignored_pixels_is_no_smooth_edge(tmp_path):
    values = np.zeros((HEIGHT, WIDTH), np.uint8)
    values[:, 12:14], values[:, 14:] = 1, 255
    dataset = load_dataset(save(tmp_path, values))
    assert "values 0, 1, 255 look like class ids; declare them with water=(1,) and ignore=(255,)" in refusal(
        dataset
    )


def test_class_ids_spread_over_gray_are_refused_until_they_are_declared(tmp_path):
    folder = save(tmp_path / "floods", png(0, 85, 170), png(0, 170, 255))
    said = refusal(load_dataset(folder))
    assert "values 0, 85, 170, 255 look like class ids" in said
    assert "water=..." in said
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((170,), (255,))))
    check_labels(dataset)
    first, second = (read_truth(sample) for sample in dataset.samples)
    assert np.array_equal(first.water, OTHER)
    assert np.array_equal(second.water, WATER)
    assert np.array_equal(second.ignored, OTHER)


@pytest.mark.parametrize(
    "mask", [png(0, 1, 1), tiff(0, 1, 1, dtype=np.int32), palette(0, 1, 1), tiff(0, 1, 1, dtype=np.float32)]
)
def test_a_mask_of_zeros_and_ones_is_read_with_the_option_that_its_refusal_gives(tmp_path, mask):
    folder = save(tmp_path / "floods", mask)
    assert "values 0, 1 look like class ids; declare them with water=(1,)" in refusal(load_dataset(folder))
    truth = read_truth(load_dataset(folder, ReadingOptions(labels=LabelScheme((1,)))).samples[0])
    assert np.array_equal(truth.water, WATER | OTHER)
    assert truth.ignored is None


def test_inverted_masks_are_read_with_water_0(tmp_path):
    inverted = (png(255, 0, 0), palette(1, 0, 0, colors=[0] * 768), jpeg(255, 0, 0))
    for number, mask in enumerate(inverted):
        folder = save(tmp_path / f"floods-{number}", mask)
        dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((0,))))
        check_labels(dataset)
        assert np.array_equal(read_truth(dataset.samples[0]).water, WATER | OTHER)


@pytest.mark.parametrize(
    ("mask", "missing", "option"),
    [
        (png(0, 1, 255), "255", "ignore=(255,)"),
        (tiff(0, 1, -1, dtype=np.int16), "-1", "ignore=(-1,)"),
        (tiff(0, 1, 65535, dtype=np.uint16), "65535", "ignore=(65535,)"),
        (tiff(0, 1, 7, nodata=7), "7", "ignore=(7,)"),
    ],
)
def test_values_that_may_mean_no_label_must_be_named_where_water_is_declared(tmp_path, mask, missing, option):
    folder = save(tmp_path / "floods", mask)
    said = refusal(load_dataset(folder, ReadingOptions(labels=LabelScheme((1,)))))
    assert f"values {missing} may mean that a pixel has no label" in said
    assert option in said


def test_other_values_than_those_declared_are_land_and_are_told(tmp_path):
    folder = save(tmp_path / "floods", png(0, 3, 7))
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((3,))))
    (note,) = check_labels(dataset).notes
    assert "values 7 count as land (17% of the pixels)" in str(note)
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER)


def test_a_value_for_water_that_no_mask_has_is_refused(tmp_path):
    said = refusal(
        load_dataset(save(tmp_path / "floods", png(0, 2, 3)), ReadingOptions(labels=LabelScheme((1,))))
    )
    assert "no mask has the water value 1; the masks have 0, 2, 3" in said


@pytest.mark.parametrize(
    ("water", "ignore", "said"),
    [((), (), "no value of water"), (None, (255,), r"give water=\.\.\. too"), ((1,), (1,), "both water and")],
)
def test_a_scheme_that_contradicts_itself_is_refused(water, ignore, said):
    with pytest.raises(FloodevalError, match=said):
        LabelScheme(water, ignore)
