"""Files of predicted masks: every format gives the values that were written, and bad files are refused."""

import io
import pickle
import zipfile

import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval.errors import FloodevalError
from floodeval.evaluation.mask_files import read_predicted, read_size
from tests.support.mask_folders import SIZE, water, write_values

BYTES = np.arange(32 * 48, dtype=np.uint16).reshape(SIZE).astype(np.uint8)
FLOATS = (np.arange(32 * 48, dtype=np.float32) / 2000).reshape(SIZE)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("a.png", BYTES),
        ("a.tif", BYTES),
        ("a.tif", FLOATS),
        ("a.npy", BYTES),
        ("a.npy", FLOATS.astype(np.float16)),
        ("a.npy", water(7)),
        ("a.npz", FLOATS.astype(np.float64)),
        ("a.npz", BYTES.astype(np.int64)),
    ],
)
def test_values_are_read_as_they_were_written_and_the_size_from_the_header(tmp_path, name, values):
    path = write_values(tmp_path / name, values)
    assert read_size(path) == SIZE
    read = read_predicted(path)
    assert np.array_equal(read.values, values) and not read.is_lossy


def test_a_float_tiff_of_another_program_is_read(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", FLOATS, compression="zlib")
    assert np.array_equal(read_predicted(tmp_path / "a.tif").values, FLOATS)


def test_a_tiff_whose_zero_is_white_is_read_as_it_is_drawn(tmp_path):
    white = water(9)
    tifffile.imwrite(tmp_path / "a.tif", np.where(white, 0, 255).astype(np.uint8), photometric="miniswhite")
    assert np.array_equal(read_predicted(tmp_path / "a.tif").values, np.where(white, 255, 0))


def test_a_tiff_of_several_pages_is_refused(tmp_path):
    for n in (2, 3):
        tifffile.imwrite(tmp_path / "a.tif", np.stack([BYTES] * n), photometric="minisblack")
        with pytest.raises(FloodevalError, match="has several pages of one size"):
            read_predicted(tmp_path / "a.tif")
    with tifffile.TiffWriter(tmp_path / "overview.tif") as file:  # as of a cloud-optimized GeoTIFF
        file.write(BYTES, subifds=1)
        file.write(BYTES[::2, ::2], subfiletype=1)
    assert np.array_equal(read_predicted(tmp_path / "overview.tif").values, BYTES)


def test_the_content_decides_and_not_the_suffix(tmp_path):
    np.save(tmp_path / "a.npy", FLOATS)
    (tmp_path / "a.npy").rename(tmp_path / "a.png")
    assert np.array_equal(read_predicted(tmp_path / "a.png").values, FLOATS)


def test_one_plane_more_is_dropped(tmp_path):
    for name, values in (("a", FLOATS[None]), ("b", FLOATS[..., None])):
        np.save(tmp_path / f"{name}.npy", values)
        assert read_size(tmp_path / f"{name}.npy") == SIZE
        assert np.array_equal(read_predicted(tmp_path / f"{name}.npy").values, FLOATS)


def test_bilevel_pictures_are_booleans_and_palettes_what_they_draw_or_their_ids(tmp_path):
    Image.fromarray(water(9)).save(tmp_path / "bilevel.png")
    assert np.array_equal(read_predicted(tmp_path / "bilevel.png").values, water(9))
    for name, colors in (("gray", [255, 255, 255, 0, 0, 0]), ("colored", [0, 0, 0, 128, 0, 0])):
        picture = Image.fromarray(water(9).astype(np.uint8), "P")
        picture.putpalette(colors)
        picture.save(tmp_path / f"{name}.png")
    assert np.array_equal(read_predicted(tmp_path / "gray.png").values, np.where(water(9), 0, 255))
    assert np.array_equal(read_predicted(tmp_path / "colored.png").values, water(9))


def test_a_jpeg_of_black_and_white_is_cut_in_the_middle_and_marked_as_lossy(tmp_path):
    Image.fromarray(water(21).astype(np.uint8) * 255).save(tmp_path / "a.jpg", quality=75)
    read = read_predicted(tmp_path / "a.jpg")
    assert read.is_lossy and set(np.unique(read.whole)) == {0, 255}
    assert np.array_equal(read.whole > 0, water(21))
    assert np.array_equal(read.values, np.asarray(Image.open(tmp_path / "a.jpg")))


def bomb_header(shape) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return stream.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def saved(array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


class Harmful:
    def __reduce__(self):
        return exec, ("raise SystemExit('code of a file was run')",)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"no picture", "not"),
        (b"", "empty"),
        (saved(np.array([[Harmful()]], dtype=object)), "contains Python objects"),
        (pickle.dumps(Harmful()), "not"),
        (zipped({"mask.npy": saved(np.array([[Harmful()]], dtype=object))}), "contains Python objects"),
        (saved(FLOATS)[:500], "cannot be read"),
        (zipped({"mask.npy": saved(FLOATS)})[:500], "cannot be read"),
        (bomb_header((100_000, 100_000)), "170"),
        (zipped({"mask.npy": bomb_header((2**40, 2**40))}), "170"),
        (zipped({"a.npy": saved(FLOATS), "b.npy": saved(FLOATS)}), "has the arrays a, b; expected one array"),
        (zipped({"a.txt": b"text"}), "expected one array"),
        (saved(np.zeros((3, 32, 48))), "is an array of 3 x 32 x 48; expected height x width"),
        (saved(np.zeros(5)), "is an array of 5;"),
        (saved(np.zeros((0, 4))), "is an array of 0 x 4"),
        (saved(np.zeros(SIZE, complex)), "values of the type complex128"),
        (saved(np.full(SIZE, "x")), "values of the type <U1"),
        (saved(np.where(water(3), np.nan, FLOATS)), "NaN or infinite"),
        (saved(np.where(water(3), np.inf, FLOATS)), "NaN or infinite"),
    ],
)
def test_a_file_that_is_no_mask_is_refused_in_one_line(tmp_path, content, complaint):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(FloodevalError, match=complaint) as error:
        read_size(tmp_path / "a.npy")
        read_predicted(tmp_path / "a.npy")
    assert "\n" not in str(error.value)
