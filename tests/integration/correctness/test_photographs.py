"""Photographs that are thin, large, real or odd in other ways."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset, read_sample_photograph
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.images import read_photograph
from floodeval.errors import FloodevalError
from floodeval.sam.inference import input_size
from tests.support.photographs import HEIGHT, RNG, WIDTH, dataset, kinds, left_half, noise, save


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1), (1, 2049)])
def test_a_photograph_too_thin_for_sam_is_refused_by_name(size):
    with pytest.raises(FloodevalError, match="too narrow"):
        input_size(size)


def test_an_audit_names_photographs_too_thin_for_sam(tmp_path):
    assert kinds(dataset(tmp_path, {"a.png": RNG.integers(0, 256, (1, 3000, 3)).astype(np.uint8)}))[
        "thin_photograph"
    ] == ("a",)


def test_decoding_in_threads_leaves_the_warning_filters_alone(tmp_path):
    paths = [save(tmp_path / f"{n}.png", noise(256, np.uint8)) for n in range(8)]
    paths += [save(tmp_path / f"{n}.tif", noise(256, np.uint8, 4)) for n in range(8)]
    before = list(warnings.filters)
    seen = []

    def read(path: Path) -> None:
        read_photograph(path)
        seen.append(list(warnings.filters) == before)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(read, paths * 20))
    assert all(seen)
    assert warnings.filters == before


def test_a_large_photograph_is_read_without_a_warning(tmp_path):
    path = tmp_path / "large.png"
    Image.new("1", (10_000, 9_500)).save(path)  # more than Pillow takes without a warning
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_photograph(path).shape == (9_500, 10_000, 3)


@pytest.mark.real
def test_real_photographs_are_read_as_pillow_shows_them(real_dataset):
    for sample in real_dataset.samples[::8]:
        with Image.open(sample.photograph) as image:
            assert np.array_equal(read_sample_photograph(sample), np.asarray(image.convert("RGB")))


@pytest.mark.real
@pytest.mark.parametrize(("place", "n_bands"), [("naip", 4), ("s2_12band", 12), ("sen1floods11", 2)])
def test_real_geotiffs_are_read_or_refused_by_their_bands(real_dataset, tmp_path, place, n_bands):
    source = real_dataset.folder.parent / "geotiff" / place
    if not source.is_dir():
        pytest.skip("the real GeoTIFFs are not in $FLOODEVAL_DATA")
    (tmp_path / "images").mkdir()
    for path in sorted(source.glob("*S1Hand.tif" if n_bands == 2 else "*.tif")):
        (tmp_path / "images" / path.name).write_bytes(path.read_bytes())
        height, width = tifffile.imread(path).shape[-2:] if n_bands == 2 else tifffile.imread(path).shape[:2]
        save(tmp_path / "masks" / f"{path.stem}.png", left_half(height, width))
    if n_bands == 4:
        data = load_dataset(tmp_path)
        stored = tifffile.imread(data.samples[0].photograph)
        assert np.array_equal(read_sample_photograph(data.samples[0]), stored[..., :3])
    else:
        with pytest.raises(FloodevalError, match=f"{n_bands} bands"):
            load_dataset(tmp_path)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_fourth_band_of_zeros_alone_is_no_transparency(tmp_path, suffix):
    values = RNG.integers(50, 200, (HEIGHT, WIDTH, 4)).astype(np.uint8)
    values[..., 3] = 0
    sample = load_dataset(dataset(tmp_path, {f"p{suffix}": values})).samples[0]
    assert (read_sample_photograph(sample) == values[..., :3]).all()


def test_a_stretch_leaves_out_pixels_of_the_highest_possible_value(tmp_path):
    values = RNG.integers(0, 500, (HEIGHT, WIDTH, 3)).astype(np.uint16)
    ends = np.percentile(values[5:].reshape(-1, 3), (2, 98), axis=0)
    values[:5] = 65535
    reading = load_dataset(
        dataset(tmp_path, {"p.tif": values}), ReadingOptions(stretch="percentiles")
    ).reading
    assert np.allclose(np.transpose(reading.photographs.stretch), ends)


@pytest.mark.parametrize(
    "deep", [RNG.random((HEIGHT, WIDTH)).astype(np.float32), np.full((HEIGHT, WIDTH), 99, np.uint16)]
)
def test_8_bits_among_deeper_values_that_8_bits_would_hold_are_refused(tmp_path, deep):
    shallow = RNG.integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    folder = dataset(tmp_path, {"a.png": shallow, "b.tif": deep})
    with pytest.raises(FloodevalError, match="have 8 bits and others"):
        load_dataset(folder, ReadingOptions(stretch="percentiles"))


def test_a_16_bit_tiff_in_which_0_is_white_is_read_as_it_is_shown(tmp_path):
    values = RNG.integers(0, 65536, (HEIGHT, WIDTH)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "p.tif", values, photometric="miniswhite")
    assert (read_photograph(tmp_path / "p.tif")[..., 0] == (65535 - values) >> 8).all()


def test_the_audit_lists_values_that_nothing_explains_and_leaves_with_2(tmp_path, capsys):
    values = RNG.integers(0, 500, (HEIGHT, WIDTH, 3)).astype(np.uint16)
    assert main(["audit", str(dataset(tmp_path, {"p.tif": values}))]) == 2
    shown = capsys.readouterr()
    assert "value_range" in shown.out + shown.err
    assert "use --stretch percentiles" in shown.err.splitlines()[-1]
