"""Formats of reference masks: lossy and lossless files, palettes, bits and tags."""

import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval import LabelScheme, load_dataset
from floodeval.datasets.dataset import read_truth
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.image_files import turned
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.reference_masks import read_reference
from floodeval.errors import FloodevalError
from tests.support.label_files import LAND, OTHER, WATER, drawn, jpeg, palette, refusal, save, tiff


@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_black_and_white_mask_in_jpeg_needs_no_declaration(tmp_path, quality):
    dataset = load_dataset(save(tmp_path / "floods", jpeg(0, 255, 255, quality=quality)))
    check_labels(dataset)
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER | OTHER)


def test_jpeg_masks_are_read_by_the_nearest_declared_value_or_refused_where_detail_is_lost(tmp_path):
    folder = save(tmp_path / "floods", jpeg(0, 255, 128))
    refusal(load_dataset(folder))
    truth = read_truth(load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (128,)))).samples[0])
    assert np.mean(truth.water != WATER) < 0.01
    assert np.mean(truth.ignored != OTHER) < 0.01
    ids = save(tmp_path / "ids", jpeg(0, 1, 255, quality=98))
    assert "save the mask as PNG" in refusal(
        load_dataset(ids, ReadingOptions(labels=LabelScheme((1,), (255,))))
    )


def written(suffix, **options):
    """Land, water and another place in a file of that format."""
    return lambda path: Image.fromarray(drawn([0, 1, 255])).save(path.with_suffix(suffix), **options)


def test_a_lossless_webp_is_read_by_its_exact_values(tmp_path):
    folder = save(tmp_path, written(".webp", lossless=True, exact=True))
    sample = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,)))).samples[0]
    assert (read_truth(sample).water == WATER).all() and (read_truth(sample).ignored == OTHER).all()


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        (".tif", {"compression": "jpeg"}),
        (".jp2", {"irreversible": True, "quality_mode": "dB", "quality_layers": [45]}),
        (".webp", {"quality": 90}),
    ],
)
def test_every_format_that_loses_detail_is_read_by_the_nearest_value(tmp_path, suffix, options):
    def write(path):
        Image.fromarray(drawn([0, 255, 0])).save(path.with_suffix(suffix), **options)

    sample = load_dataset(save(tmp_path, write), ReadingOptions(labels=LabelScheme((255,)))).samples[0]
    assert (read_truth(sample).water == WATER).mean() > 0.99
    ids = load_dataset(
        save(tmp_path / "ids", written(suffix, **options)), ReadingOptions(labels=LabelScheme((1,), (255,)))
    )
    assert "cannot be distinguished in a lossy format" in refusal(ids)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.float64])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_masks_own_orientation_tag_is_applied_or_ignored_whatever_its_type(tmp_path, dtype, orientation):
    values = np.random.default_rng(orientation).integers(0, 2, (5, 7)).astype(dtype)
    tag = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(tmp_path / "mask.tif", values, extratags=tag)
    stored = read_reference(tmp_path / "mask.tif", LabelScheme((1,)), upright=False)
    assert (stored.water == (values == 1)).all()
    displayed = read_reference(tmp_path / "mask.tif", LabelScheme((1,)), upright=True)
    assert (displayed.water == turned(values == 1, orientation)).all()


def test_a_palette_that_is_drawn_all_black_is_refused(tmp_path):
    folder = save(tmp_path / "floods", palette(1, 0, 0, colors=[0] * 768))
    assert "values 0, 1 look like class ids; declare them with water=(" in refusal(load_dataset(folder))


def test_a_black_and_white_palette_is_read_by_its_colors_until_its_indices_are_declared(tmp_path):
    white_first = [255, 255, 255, 0, 0, 0]
    folder = save(tmp_path / "floods", palette(1, 0, 0, colors=white_first))
    assert np.array_equal(read_truth(load_dataset(folder).samples[0]).water, WATER | OTHER)
    declared = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,))))
    assert np.array_equal(read_truth(declared.samples[0]).water, LAND)


@pytest.mark.parametrize("declared", [1, 255])
def test_the_white_of_a_mask_of_one_bit_is_1_or_255_as_declared(tmp_path, declared):
    folder = save(tmp_path / "floods", lambda path: Image.fromarray(WATER).save(path))
    assert np.array_equal(read_truth(load_dataset(folder).samples[0]).water, WATER)
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((declared,))))
    check_labels(dataset)
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER)


def test_a_geotiff_with_nodata_in_its_masks_is_refused_until_that_is_named(tmp_path):
    folder = save(tmp_path / "floods", tiff(0, 255, 255, nodata=0))
    assert "water=(255,) and ignore=(0,)" in refusal(load_dataset(folder))
    truth = read_truth(load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (0,)))).samples[0])
    assert np.array_equal(truth.ignored, LAND)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int64])
def test_a_mask_of_several_pages_is_refused_and_one_with_an_overview_is_read(tmp_path, dtype):
    mask = np.zeros((40, 60), dtype)
    mask[:, :30] = 255
    labels = LabelScheme((255,))
    path = tmp_path / "pages.tif"
    tifffile.imwrite(path, np.stack([mask, mask.T.reshape(40, 60)]), photometric="minisblack")
    with pytest.raises(FloodevalError, match="several pages of one size"):
        read_reference(path, labels)
    with tifffile.TiffWriter(path) as writer:
        writer.write(mask, photometric="minisblack")
        writer.write(mask[::2, ::2], photometric="minisblack", subfiletype=1)
    assert np.array_equal(read_reference(path, labels).water, mask == 255)
