"""Bands of photographs: dropped, transparent or declared."""

import re

import numpy as np
import pytest
import tifffile

from floodeval.cli.run_summary import photograph_lines
from floodeval.datasets.dataset import load_dataset, read_sample_photograph
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.images import read_photograph
from floodeval.errors import FloodevalError
from tests.support.photographs import WIDTH, dataset, kinds, noise, only


def test_what_was_done_to_photographs_is_said_in_words():
    said = list(photograph_lines(PhotographReading(((20, 980),) * 3, "ignore", (0, 1, 2))))
    assert "dropped" in said[0]
    assert "20 to 980" in said[1]
    assert said[2] == "orientation tags are ignored"
    assert list(photograph_lines(PhotographReading())) == []


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_near_infrared_in_a_fourth_band_is_dropped_and_reported(tmp_path, suffix, dtype):
    values = noise(np.iinfo(dtype).max + 1, dtype, 4)
    values[:, : WIDTH // 2, 3] = 0  # water is black in near infrared
    folder = dataset(tmp_path, {f"a{suffix}": values, f"b{suffix}": values[::-1]})
    data = load_dataset(folder)
    assert data.reading.photographs.bands == (0, 1, 2)
    expected = values[..., :3] if dtype is np.uint8 else values[..., :3] >> 8
    assert np.array_equal(read_sample_photograph(data.samples[0]), expected)
    assert kinds(folder)["dropped_band"] == ("a", "b")
    assert np.array_equal(read_photograph(folder / "images" / f"a{suffix}"), expected)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_transparency_of_nothing_or_all_is_laid_on_black(tmp_path, suffix):
    values = noise(256, np.uint8, 4)
    values[..., 3] = np.where(np.arange(WIDTH) < 20, 0, 255)
    folder = dataset(tmp_path, {f"a{suffix}": values})
    read = read_sample_photograph(only(folder))
    assert (read[:, :20] == 0).all()
    assert np.array_equal(read[:, 20:], values[:, 20:, :3])
    assert "dropped_band" not in kinds(folder)


def test_transparency_with_soft_edges_is_laid_on_black(tmp_path):
    values = noise(256, np.uint8, 4)
    values[..., 3] = np.where(np.arange(WIDTH) < 20, 0, 255)
    values[:, 20, 3] = 128
    read = read_sample_photograph(only(dataset(tmp_path, {"a.png": values})))
    assert np.abs(read[:, 20].astype(int) - values[:, 20, :3] * 128.0 / 255).max() <= 1


def test_whether_a_band_is_transparency_is_decided_for_the_whole_data_set(tmp_path):
    infrared, opaque = noise(256, np.uint8, 4), noise(256, np.uint8, 4)
    opaque[..., 3] = np.where(np.arange(WIDTH) < 30, 0, 255)  # as near infrared saturates
    data = load_dataset(dataset(tmp_path, {"a.png": infrared, "b.png": opaque}))
    assert np.array_equal(read_sample_photograph(data["b"]), opaque[..., :3])


@pytest.mark.parametrize("bands", [2, 5, 12])
def test_bands_that_nothing_names_are_refused_until_they_are_declared(tmp_path, bands):
    folder = dataset(tmp_path, {"a.tif": noise(256, np.uint8, bands)})
    example = "[0]" if bands == 2 else "[0, 1, 2]"
    with pytest.raises(FloodevalError, match=rf"{bands} bands.*bands = {re.escape(example)}"):
        load_dataset(folder)
    assert kinds(folder)["value_range"] == ("a",)


def test_declared_bands_are_red_green_and_blue(tmp_path):
    values = noise(256, np.uint8, 12)
    path = dataset(tmp_path, {"a.tif": values}) / "images" / "a.tif"
    assert np.array_equal(read_photograph(path, PhotographReading(bands=(3, 2, 1))), values[..., [3, 2, 1]])


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_bands_are_found_however_a_tiff_orders_them(tmp_path, planar):
    values = noise(256, np.uint8, 5)
    ordered = values if planar == "contig" else np.moveaxis(values, 2, 0)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, ordered, photometric="minisblack", planarconfig=planar)
    assert np.array_equal(read_photograph(path, PhotographReading(bands=(4, 0, 2))), values[..., [4, 0, 2]])
