"""Photographs of 8, 12 and 16 bits and of floating-point values: stretched, scaled or refused."""

import numpy as np
import pytest
import tifffile

from floodeval.datasets.audit.audit import audit
from floodeval.datasets.dataset import load_dataset, read_sample_photograph, read_sample_reduced
from floodeval.datasets.dataset_config import PhotographReading, ReadingOptions
from floodeval.datasets.images import read_photograph
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from tests.support.photographs import HEIGHT, RNG, WIDTH, dataset, kinds, left_half, noise, only, save


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize(("highest", "bands"), [(4096, 3), (4096, 1), (520, 3), (520, 1), (16384, 3)])
def test_16_bits_that_do_not_fill_their_range_are_refused_with_the_option(tmp_path, suffix, highest, bands):
    values = noise(highest, np.uint16, bands)
    folder = dataset(tmp_path, {f"a{suffix}": values[..., 0] if bands == 1 else values})
    with pytest.raises(FloodevalError, match='stretch="percentiles"') as refused:
        load_dataset(folder)
    assert f"up to {formats.count(int(values.max()))} in a{suffix}" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_12_bits_in_16_are_stretched_over_the_data_set_and_not_file_by_file(tmp_path, suffix):
    ramp = np.zeros((1, 101, 3), np.uint16)
    ramp[0, :, 0] = np.arange(101) * 10  # percentiles of the whole: 20 and 980
    ramp[0, :, 1] = np.arange(101) * 20
    ramp[0, :, 2] = np.arange(101) * 40
    folder = dataset(tmp_path, {f"a{suffix}": ramp[:, :50], f"b{suffix}": ramp[:, 50:]})
    data = load_dataset(folder, ReadingOptions(stretch="percentiles"))
    assert data.reading.photographs.stretch == ((20, 980), (40, 1960), (80, 3920))
    first, second = (read_sample_photograph(sample) for sample in data.samples)
    assert first[0, :3, 0].tolist() == [0, 0, 0]  # 0, 10, 20
    assert first[0, 26].tolist() == [64, 64, 64]  # (260 - 20) / 960 of 255 is 63.75
    assert second[0, 0].tolist() == [128, 128, 128]  # 500 is in the middle: 127.5, to even
    assert second[0, -3:, 2].tolist() == [255, 255, 255]


def test_a_stretch_leaves_out_what_the_file_declares_as_no_data(tmp_path):
    values = np.full((10, 100), 60_000, np.uint16)
    values[:, :50] = np.arange(1, 51) * 10
    (tmp_path / "images").mkdir()
    tags = [(42113, "s", 0, "60000", True)]
    tifffile.imwrite(tmp_path / "images" / "a.tif", values, extratags=tags)
    save(tmp_path / "masks" / "a.png", left_half(10, 100))
    data = load_dataset(tmp_path, ReadingOptions(stretch="percentiles"))
    (low, high), *_ = data.reading.photographs.stretch
    assert 10 <= low < high <= 500
    assert (read_sample_photograph(data.samples[0])[:, 50:] == 0).all()


def test_16_bits_that_fill_their_range_are_scaled_by_256(tmp_path):
    values = noise(65536, np.uint16)
    sample = only(dataset(tmp_path, {"a.png": values}))
    assert np.array_equal(read_sample_photograph(sample), values >> 8)


def test_8_bits_widened_to_16_are_read_whatever_their_brightness(tmp_path):
    dim = noise(60, np.uint16)
    sample = only(dataset(tmp_path, {"a.tif": dim * 257}))
    assert np.array_equal(read_sample_photograph(sample), dim)


def test_stretch_none_scales_by_256_all_the_same(tmp_path):
    values = noise(4096, np.uint16)
    sample = only(dataset(tmp_path, {"a.tif": values}), stretch="none")
    assert np.array_equal(read_sample_photograph(sample), values >> 8)


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_signed_and_floating_values_are_stretched_or_refused(tmp_path, dtype):
    values = (RNG.normal(size=(HEIGHT, WIDTH, 3)) * 900).astype(dtype)
    folder = dataset(tmp_path, {"a.tif": values})
    for options in ({}, {"stretch": "none"}):
        with pytest.raises(FloodevalError, match='stretch="percentiles"'):
            load_dataset(folder, ReadingOptions(**options))
    low, high = np.percentile(values[..., 1].astype(float), (2, 98))
    read = read_sample_photograph(only(folder, stretch="percentiles"))
    expected = np.rint(np.clip((values[..., 1] - low) / (high - low), 0, 1) * 255)
    assert np.abs(read[..., 1] - expected).max() <= 1


def test_8_bit_photographs_among_deeper_ones_are_left_as_they_are(tmp_path):
    shallow = noise(256, np.uint8)
    folder = dataset(tmp_path, {"a.tif": noise(4096, np.uint16), "b.png": shallow})
    data = load_dataset(folder, ReadingOptions(stretch="percentiles"))
    assert np.array_equal(read_sample_photograph(data["b"]), shallow)


def test_a_small_picture_is_stretched_as_the_whole_one_is(tmp_path):
    sample = only(dataset(tmp_path, {"a.tif": noise(4096, np.uint16)}), stretch="percentiles")
    small, size = read_sample_reduced(sample, lambda height, width: (height // 8, width // 8))
    assert np.array_equal(small, read_sample_photograph(sample))
    assert size == (HEIGHT, WIDTH)


def test_a_run_keeps_the_stretch_and_reads_with_it_again(tmp_path):
    folder = dataset(tmp_path, {"a.tif": noise(4096, np.uint16)})
    data = load_dataset(folder, ReadingOptions(stretch="percentiles"))
    kept = PhotographReading.from_json(data.reading.photographs.to_json())
    assert kept == data.reading.photographs
    assert np.array_equal(
        read_photograph(folder / "images" / "a.tif", kept), read_sample_photograph(data.samples[0])
    )


def test_an_audit_names_black_white_and_constant_photographs(tmp_path):
    black, white = noise(9, np.uint8), 255 - noise(9, np.uint8)
    constant = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    folder = dataset(
        tmp_path,
        {"black.png": black, "white.png": white, "one.png": constant, "ok.png": noise(256, np.uint8)},
    )
    found = kinds(folder)
    assert found["black_photograph"] == ("black",)
    assert found["white_photograph"] == ("white",)
    assert found["constant_photograph"] == ("one",)
    assert set(audit(folder).flags()) == {"black", "white", "one"}


def test_an_audit_of_values_that_nothing_explains_is_a_finding_and_no_error(tmp_path):
    folder = dataset(tmp_path, {"a.png": noise(4096, np.uint16), "b.png": noise(256, np.uint8)})
    (issue,) = (issue for issue in audit(folder).issues if issue.kind == "value_range")
    assert issue.ids == ("a",)
    assert 'stretch="percentiles"' in issue.suggestion
