from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from floodeval.datasets.images import decode_photograph, encode_mask, read_photograph, read_reduced
from floodeval.datasets.reference_masks import read_mask
from floodeval.errors import FloodevalError

RED = np.zeros((4, 6, 3), np.uint8)
RED[..., 0] = 200
LEFT = np.zeros((4, 6), bool)
LEFT[:, :3] = True


def save(path: Path, array: np.ndarray, mode: str | None = None, **options: object) -> Path:
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(path, **options)
    return path


@pytest.mark.parametrize("extension", ["png", "webp", "tiff", "bmp"])
def test_a_photograph_is_read_by_its_content_whatever_its_extension(tmp_path, extension):
    path = save(tmp_path / f"photo.{extension}", RED, **({"lossless": True} if extension == "webp" else {}))
    disguised = path.rename(tmp_path / "photo.jpg")
    assert np.array_equal(read_photograph(disguised), RED)


def test_exif_orientation_is_applied_to_the_photograph(tmp_path):
    image = Image.fromarray(RED)
    exif = image.getexif()
    exif[0x0112] = 6  # to be shown turned by a quarter
    image.save(tmp_path / "turned.jpg", exif=exif)
    assert read_photograph(tmp_path / "turned.jpg").shape == (6, 4, 3)
    content = (tmp_path / "turned.jpg").read_bytes()
    assert np.array_equal(decode_photograph(content, "turned.jpg"), read_photograph(tmp_path / "turned.jpg"))


def test_greyscale_and_16_bit_photographs_become_rgb_of_8_bits(tmp_path):
    grey = np.full((4, 6), 77, np.uint8)
    assert (read_photograph(save(tmp_path / "grey.png", grey)) == 77).all()
    deep = np.full((4, 6), 77 * 257, np.uint16)
    assert (read_photograph(save(tmp_path / "deep.png", deep)) == 77).all()


def test_transparency_is_laid_on_black(tmp_path):
    rgba = np.dstack([RED, np.zeros((4, 6), np.uint8)])
    rgba[:, 3:, 3] = 255
    read = read_photograph(save(tmp_path / "see-through.png", rgba))
    assert (read[:, :3] == 0).all()
    assert (read[:, 3:] == RED[:, 3:]).all()


def test_a_palette_photograph_keeps_its_colors(tmp_path):
    path = tmp_path / "palette.png"
    Image.fromarray(RED).quantize(4).save(path)
    assert np.abs(read_photograph(path).astype(int) - RED).max() <= 2


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_black_and_white_masks_are_read_in_every_mode(tmp_path, mode):
    path = save(tmp_path / "mask.png", LEFT.astype(np.uint8) * 255, mode)
    assert np.array_equal(read_mask(path), LEFT)


def test_a_16_bit_mask_is_read_by_its_high_byte(tmp_path):
    path = save(tmp_path / "mask.png", LEFT.astype(np.uint16) * 65535)
    assert np.array_equal(read_mask(path), LEFT)


def test_an_empty_mask_is_read_as_no_water(tmp_path):
    assert not read_mask(save(tmp_path / "mask.png", np.zeros((4, 6), np.uint8))).any()


def test_encoded_masks_are_8_bit_png_of_0_and_255_and_read_back_the_same(tmp_path):
    (tmp_path / "mask.png").write_bytes(encode_mask(LEFT))
    image = Image.open(tmp_path / "mask.png")
    assert (image.format, image.mode) == ("PNG", "L")
    assert set(np.unique(np.asarray(image))) == {0, 255}
    assert np.array_equal(read_mask(tmp_path / "mask.png"), LEFT)


def label_map(path: Path) -> None:
    Image.fromarray(LEFT.astype(np.uint8)).save(path)


def colored(path: Path) -> None:
    colors = np.zeros((4, 6, 3), np.uint8)
    colors[LEFT] = (0, 0, 255)
    Image.fromarray(colors).save(path)


def shallow_16_bit(path: Path) -> None:
    Image.fromarray(LEFT.astype(np.uint16) * 255).save(path)


def transparent(path: Path) -> None:
    Image.fromarray(np.dstack([np.full((4, 6), 255, np.uint8)] * 3 + [LEFT.astype(np.uint8) * 255])).save(
        path
    )


def floating(path: Path) -> None:
    Image.fromarray(LEFT.astype(np.float32)).save(path, format="TIFF")


@pytest.mark.parametrize("write", [label_map, colored, shallow_16_bit, transparent, floating])
def test_a_mask_whose_values_do_not_say_what_is_water_is_refused_by_name(tmp_path, write):
    write(tmp_path / "odd.png")
    with pytest.raises(FloodevalError, match=r"odd\.png") as refused:
        read_mask(tmp_path / "odd.png")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("read", [read_photograph, read_mask])
@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_broken_file_is_refused_in_one_line(tmp_path, read, content):
    (tmp_path / "broken.png").write_bytes(content)
    with pytest.raises(FloodevalError, match=r"broken\.png") as refused:
        read(tmp_path / "broken.png")
    assert "\n" not in str(refused.value)
    with pytest.raises(FloodevalError, match=r"broken\.png"):
        decode_photograph(content, "broken.png")


def test_an_uploaded_photograph_may_be_held_to_fewer_pixels(tmp_path):
    content = save(tmp_path / "photo.png", RED).read_bytes()
    assert np.array_equal(decode_photograph(content, "photo.png", most_pixels=24), RED)
    with pytest.raises(FloodevalError, match=r"photo\.png: more than 0 megapixels"):
        decode_photograph(content, "photo.png", most_pixels=23)


def test_a_truncated_jpeg_is_refused(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    path = save(tmp_path / "cut.jpg", noise)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(FloodevalError, match="damaged"):
        read_photograph(path)


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path):
    Image.new("1", (20_000, 15_000)).save(tmp_path / "bomb.png")
    with pytest.raises(FloodevalError, match="megapixels"):
        read_photograph(tmp_path / "bomb.png")


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(FloodevalError, match="no such file"):
        read_mask(tmp_path / "absent.png")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_reduced_photograph_is_the_whole_one_made_smaller(tmp_path, orientation):
    path = tmp_path / "photograph.jpg"
    ramp = np.linspace(0, 255, 640).astype(np.uint8)[None, :, None]
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(np.broadcast_to(ramp, (400, 640, 3)).copy())
    picture.save(path, exif=exif, quality=95)
    whole = read_photograph(path)
    reduced, size = read_reduced(path, lambda height, width: (height // 8, width // 8))
    assert size == whole.shape[:2]
    assert reduced.shape[:2] == (whole.shape[0] // 8, whole.shape[1] // 8)
    small = np.asarray(Image.fromarray(whole).resize(reduced.shape[1::-1], Image.Resampling.BOX))
    assert np.abs(reduced.astype(int) - small).max() < 8


def test_a_photograph_with_few_pixels_is_not_reduced(tmp_path):
    path = tmp_path / "photograph.png"
    Image.fromarray(np.zeros((30, 40, 3), np.uint8)).save(path)
    reduced, size = read_reduced(path, lambda height, width: (3 * height, 3 * width))
    assert reduced.shape == (30, 40, 3)
    assert size == (30, 40)
