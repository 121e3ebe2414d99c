"""Orientation tags of photographs and masks."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval.datasets.audit.audit import audit
from floodeval.datasets.dataset import load_dataset, read_pair, read_sample_photograph
from floodeval.datasets.dataset_config import PhotographReading, ReadingOptions
from floodeval.datasets.image_files import turned
from floodeval.datasets.images import read_header, read_photograph
from floodeval.errors import FloodevalError
from tests.support.photographs import HEIGHT, RNG, WIDTH, left_half, noise, save

ORIENTATION = 0x0112


def tagged(path: Path, values: np.ndarray, orientation: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(values)
    exif = image.getexif()
    exif[ORIENTATION] = orientation
    image.save(path, exif=exif, **({"quality": 95} if path.suffix == ".jpg" else {}))


def displayed(values: np.ndarray, orientation: int) -> np.ndarray:
    """By hand: what a viewer shows of stored values."""
    return {
        1: values,
        2: values[:, ::-1],
        3: values[::-1, ::-1],
        4: values[::-1],
        5: np.swapaxes(values, 0, 1),
        6: np.rot90(values, -1),
        7: np.swapaxes(values[::-1, ::-1], 0, 1),
        8: np.rot90(values),
    }[orientation]


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_or_ignored_in_pictures_and_geotiffs(tmp_path, suffix, orientation):
    values = noise(256, np.uint8)
    path = tmp_path / f"a{suffix}"
    tagged(path, values, orientation)
    shown, stored = displayed(values, orientation), PhotographReading(exif="ignore")
    assert np.array_equal(read_photograph(path), shown)
    assert np.array_equal(read_photograph(path, stored), values)
    header = read_header(path)
    assert (header.height, header.width) == shown.shape[:2]


@pytest.mark.parametrize("exif", ["apply", "ignore"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_tags_of_16_bit_tiffs_are_applied_once_whatever_the_compression(
    tmp_path, orientation, exif
):
    values = RNG.integers(0, 65536, (12, 20)).astype(np.uint16)
    path = tmp_path / "p.tif"
    Image.fromarray(values).save(path, compression="tiff_lzw", tiffinfo={ORIENTATION: orientation})
    wanted = turned(values >> 8, orientation) if exif == "apply" else values >> 8
    assert (read_photograph(path, PhotographReading(exif=exif))[..., 0] == wanted).all()


def test_a_dropped_band_leaves_the_colors_alone_whatever_the_compression(tmp_path):
    values = RNG.integers(0, 256, (12, 20, 4)).astype(np.uint8)
    (tmp_path / "images").mkdir()
    Image.fromarray(values).save(tmp_path / "images" / "p.tif", compression="tiff_lzw")
    save(tmp_path / "masks" / "p.png", left_half(12, 20))
    sample = load_dataset(tmp_path).samples[0]
    assert (read_sample_photograph(sample) == values[..., :3]).all()


@pytest.mark.parametrize("orientation", range(2, 9))
def test_orientation_tags_of_16_bit_geotiffs_are_applied_too(tmp_path, orientation):
    values = noise(65536, np.uint16)
    tags = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", extratags=tags)
    assert np.array_equal(read_photograph(tmp_path / "a.tif"), displayed(values, orientation) >> 8)


def pairs_with_tag(folder: Path, orientation: int, drawn_on: str, size=(HEIGHT, WIDTH)) -> Path:
    """Eleven pairs of blobs that the photograph shows; the first photograph has a tag."""
    for number in range(11):
        rng = np.random.default_rng(number)
        y, x = np.mgrid[: size[0], : size[1]]
        centers = rng.uniform(0.15, 0.85, (3, 2)) * size
        water = np.min([np.hypot(y - cy, (x - cx)) for cy, cx in centers], axis=0) < 9
        picture = np.where(water[..., None], (120, 90, 60), (40, 130, 50)) + rng.normal(0, 6, (*size, 3))
        picture = np.clip(picture, 0, 255).astype(np.uint8)
        tagged(folder / "images" / f"{number}.png", picture, orientation if number == 0 else 1)
        mask = water.astype(np.uint8) * 255
        if number == 0 and drawn_on == "displayed":
            mask = displayed(mask, orientation)
        save(folder / "masks" / f"{number}.png", np.ascontiguousarray(mask))
    return folder


def orientation_of(folder: Path, **options: object) -> list[str]:
    result = audit(folder, **options)
    return [issue.suggestion for issue in result.of_kind("orientation")]


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_mask_of_the_stored_size_is_refused_with_exif_ignore(tmp_path, orientation):
    folder = pairs_with_tag(tmp_path, orientation, "stored")
    assert orientation_of(folder) == ['use exif="ignore"']
    with pytest.raises(FloodevalError, match='use exif="ignore"'):
        read_pair(load_dataset(folder)["0"])
    pair = read_pair(load_dataset(folder, ReadingOptions(exif="ignore"))["0"])
    assert pair.photograph.shape[:2] == pair.truth.shape == (HEIGHT, WIDTH)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_mask_of_the_displayed_size_is_right(tmp_path, orientation):
    folder = pairs_with_tag(tmp_path, orientation, "displayed")
    assert orientation_of(folder) == []
    assert read_pair(load_dataset(folder)["0"]).truth.shape == (WIDTH, HEIGHT)


@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("drawn_on", ["stored", "displayed"])
def test_the_shore_tells_where_sizes_do_not(tmp_path, orientation, drawn_on):
    folder = pairs_with_tag(tmp_path, orientation, drawn_on, (48, 48))
    assert orientation_of(folder) == (['use exif="ignore"'] if drawn_on == "stored" else [])


@pytest.mark.parametrize("orientation", [2, 3, 4])
def test_what_neither_size_nor_shore_tells_is_flagged_until_it_is_stated(tmp_path, orientation):
    for number in range(3):
        tagged(tmp_path / "images" / f"{number}.png", noise(256, np.uint8), orientation)
        save(tmp_path / "masks" / f"{number}.png", left_half())
    assert orientation_of(tmp_path) == ['look at the pair, then use exif="apply" or exif="ignore"'] * 3
    assert set(audit(tmp_path).flags()) == {"0", "1", "2"}
    for exif in ("apply", "ignore"):
        assert (
            orientation_of(tmp_path, reading=load_dataset(tmp_path, ReadingOptions(exif=exif)).reading) == []
        )


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_tag_that_photograph_and_mask_share_is_no_finding(tmp_path, orientation):
    values, water = noise(256, np.uint8), left_half()
    tagged(tmp_path / "images" / "a.png", values, orientation)
    tagged(tmp_path / "masks" / "a.png", water, orientation)
    assert orientation_of(tmp_path) == []
    for exif in ("apply", "ignore"):
        pair = read_pair(load_dataset(tmp_path, ReadingOptions(exif=exif))["a"])
        turned = displayed(water, orientation) if exif == "apply" else water
        assert np.array_equal(pair.truth, turned > 0)


def test_a_tag_on_the_mask_alone_is_a_finding(tmp_path):
    save(tmp_path / "images" / "a.png", noise(256, np.uint8))
    tagged(tmp_path / "masks" / "a.png", left_half(), 6)
    assert orientation_of(tmp_path) == ['use exif="ignore"']
