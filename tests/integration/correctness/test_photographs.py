"""Photographs: values, channels, orientation and pairing."""

import re
import unicodedata
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval.cli import main
from floodeval.cli.run_summary import photograph_lines
from floodeval.datasets.audit.audit import audit
from floodeval.datasets.dataset import load_dataset, read_pair, read_sample_photograph, read_sample_reduced
from floodeval.datasets.dataset_config import PhotographReading, ReadingOptions
from floodeval.datasets.image_files import turned
from floodeval.datasets.images import read_header, read_photograph
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import mask_path
from floodeval.i18n import formats
from floodeval.sam.inference import input_size

RNG = np.random.default_rng(7)
ORIENTATION = 0x0112
HEIGHT, WIDTH = 40, 60


def left_half(height=HEIGHT, width=WIDTH):
    water = np.zeros((height, width), np.uint8)
    water[:, : width // 2] = 255
    return water


def save(path: Path, values: np.ndarray) -> Path:
    """Write values, RGB first, as the suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".tif":
        shown = "rgb" if values.ndim == 3 and values.shape[2] in (3, 4) else "minisblack"
        bands = {"planarconfig": "contig"} if values.ndim == 3 else {}
        tifffile.imwrite(path, values, photometric=shown, compression="zlib", **bands)
    elif values.dtype == np.uint16:
        order = {2: slice(None), 3: [2, 1, 0], 4: [2, 1, 0, 3]}[
            values.ndim if values.ndim == 2 else values.shape[2]
        ]
        cv2.imwrite(str(path), values if values.ndim == 2 else np.ascontiguousarray(values[..., order]))
    else:
        Image.fromarray(values).save(path)
    return path


def dataset(folder: Path, photographs: dict[str, np.ndarray], mask: np.ndarray | None = None) -> Path:
    """A data set whose photographs have these names; the left half of each is water."""
    for name, values in photographs.items():
        save(folder / "images" / name, values)
        save(
            folder / "masks" / f"{Path(name).with_suffix('')}.png",
            left_half(*values.shape[:2]) if mask is None else mask,
        )
    return folder


def noise(high: int, dtype: type, bands: int = 3) -> np.ndarray:
    return RNG.integers(0, high, (HEIGHT, WIDTH, bands)).astype(dtype)


def only(folder: Path, **options: object):
    return load_dataset(folder, ReadingOptions(**options)).samples[0]


def kinds(folder: Path) -> dict[str, tuple[str, ...]]:
    return {issue.kind: issue.ids for issue in audit(folder).issues}


# Values


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


# Channels


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


# Orientation


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


# What SAM cannot see


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1), (1, 2049)])
def test_a_photograph_too_thin_for_sam_is_refused_by_name(size):
    with pytest.raises(FloodevalError, match="too narrow"):
        input_size(size)


def test_an_audit_names_photographs_too_thin_for_sam(tmp_path):
    assert kinds(dataset(tmp_path, {"a.png": RNG.integers(0, 256, (1, 3000, 3)).astype(np.uint8)}))[
        "thin_photograph"
    ] == ("a",)


# Pairing

NFC, NFD = (unicodedata.normalize(form, "Köln é") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(("photograph", "mask"), [(NFC, NFD), (NFD, NFC), (NFD, NFD)])
def test_names_that_differ_only_in_unicode_normalization_pair(tmp_path, photograph, mask):
    save(tmp_path / "images" / f"{photograph}.png", noise(256, np.uint8))
    save(tmp_path / "masks" / f"{mask}.png", left_half())
    data = load_dataset(tmp_path)
    assert [sample.id for sample in data.samples] == [NFC]
    assert data.skipped == ()


def test_a_listed_name_of_another_normalization_is_found(tmp_path):
    save(tmp_path / "Image" / f"{NFD}.png", noise(256, np.uint8))
    save(tmp_path / "Mask" / f"{NFC}.png", left_half())
    (tmp_path / "metadata.csv").write_text(f"Image,Mask\n{NFC}.png,{NFD}.png\n", encoding="utf-8")
    data = load_dataset(tmp_path)
    assert [sample.id for sample in data.samples] == [NFC]
    assert data.skipped == ()


def test_files_in_subfolders_pair_and_their_ids_keep_the_path(tmp_path):
    folder = dataset(tmp_path, {name: noise(256, np.uint8) for name in ("a.png", "x/a.png", "x/y/b.png")})
    data = load_dataset(folder)
    assert [sample.id for sample in data.samples] == ["a", "x/a", "x/y/b"]
    assert data.skipped == ()


def test_listed_files_in_subfolders_keep_their_path(tmp_path):
    for name in ("x/a", "y/a"):
        save(tmp_path / "Image" / f"{name}.png", noise(256, np.uint8))
        save(tmp_path / "Mask" / f"{name}.png", left_half())
    (tmp_path / "metadata.csv").write_text("Image,Mask\nx/a.png,x/a.png\ny/a.png,y/a.png\n")
    assert [sample.id for sample in load_dataset(tmp_path).samples] == ["x/a", "y/a"]


def test_a_subfolder_without_its_counterpart_is_one_finding(tmp_path):
    folder = dataset(tmp_path, {"a.png": noise(256, np.uint8)})
    for number in range(5):
        save(folder / "images" / "more" / f"{number}.png", noise(256, np.uint8))
    (issue,) = audit(folder).of_kind("unpaired_folder")
    assert "images/more/ contains 5 photographs" in issue.detail
    assert [skipped.id for skipped in load_dataset(folder).skipped] == ["more/"]


@pytest.mark.parametrize("place", ["images", "masks"])
def test_two_files_with_one_stem_and_different_extensions_are_reported(tmp_path, place):
    folder = dataset(tmp_path, {"a.png": noise(256, np.uint8)})
    save(folder / place / "a.tif", noise(256, np.uint8) if place == "images" else left_half())
    (issue,) = audit(folder).of_kind("repeated_id")
    assert issue.ids == ("a",)
    assert [sample.id for sample in load_dataset(folder).samples] == ["a"]


def test_ids_that_differ_in_case_only_are_refused_by_name(tmp_path):
    folder = dataset(tmp_path, {name: noise(256, np.uint8) for name in ("Flood.png", "flood.png")})
    data = load_dataset(folder)
    assert [sample.id for sample in data.samples] == ["Flood"]
    assert "flood and Flood differ only in upper and lower case" in data.skipped[0].reason


def test_files_that_stand_next_to_a_geotiff_are_no_photographs(tmp_path):
    folder = dataset(tmp_path, {"a.tif": noise(256, np.uint8)})
    for name in ("a.tfw", "a.tif.aux.xml", "a.tif.ovr"):
        (folder / "images" / name).write_text("1.0")
    assert audit(folder).of_kind("repeated_id") == []
    assert load_dataset(folder).skipped == ()


@pytest.mark.parametrize("content", ["id,date\n1,2020\n", "", "Image,Mask\n", "\x00\xff"])
def test_a_metadata_table_that_means_something_else_is_no_obstacle(tmp_path, content):
    folder = dataset(tmp_path, {"a.png": noise(256, np.uint8)})
    (folder / "metadata.csv").write_text(content)
    data = load_dataset(folder)
    assert [sample.id for sample in data.samples] == ["a"]
    assert data.skipped == ()


def test_masks_of_ids_with_a_path_lie_in_subfolders_of_their_prompt_alone(tmp_path):
    assert mask_path(tmp_path, "v", "box", "x/a") == tmp_path / "masks" / "v" / "box" / "x" / "a.png"
    for escape in ("../point/a", "x/../../a", "/etc/a"):
        with pytest.raises(FloodevalError, match="is outside run"):
            mask_path(tmp_path, "v", "box", escape)


# Threads


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


# Real photographs


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
