"""Photographs and masks as arrays, read by content and not by extension."""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from floodeval.data.label_scheme import WATER_ABOVE as WATER_ABOVE
from floodeval.errors import FloodevalError
from floodeval.language.sentences import saying

MAX_PIXELS = 170_000_000  # an aerial frame camera's picture fits; a decompression bomb does not
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "GIF", "PPM", "JPEG2000")  # none that runs a program

QUARTER_TURNS = (5, 6, 7, 8)  # EXIF orientations that swap width and height

Photograph = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Enough = Callable[[int, int], tuple[int, int]]
"""From a picture's whole height and width to those that will do."""


@dataclass(frozen=True)
class Header:
    """What a picture's header says: Pillow's name of the format, and the upright size in pixels."""

    format: str
    width: int
    height: int


def read_header(path: Path) -> Header:
    """Read a picture's header; its pixels are not decoded.

    Raises:
        FloodevalError: the file is absent, is no picture, or is too large to be decoded.
    """
    with _opened(path) as image:
        return Header(str(image.format), *_upright_size(image))


def read_photograph(path: Path) -> Photograph:
    """Read a photograph as it is meant to be seen: H x W x 3, RGB, 8 bits, EXIF orientation applied.

    Greyscale is repeated over the channels, 16-bit greyscale is scaled to 8, transparency is laid on black.

    Raises:
        FloodevalError: the file is absent, broken, too large, or of a kind that cannot be read right.
    """
    return _rgb(path, _open(path)[0])


def decode_photograph(content: bytes, name: str, most_pixels: int = MAX_PIXELS) -> Photograph:
    """Read a photograph from the bytes of a file, as `read_photograph` reads it from its path.

    Args:
        content: the file's bytes.
        name: what errors call it.
        most_pixels: of a photograph that is decoded.

    Raises:
        FloodevalError: as `read_photograph`, or it has more than `most_pixels`.
    """
    path = Path(name)
    with _opened(path, content, most_pixels) as image:
        _load_upright(image)
    return _rgb(path, image)


def read_reduced(path: Path, enough: Enough) -> tuple[Photograph, tuple[int, int]]:
    """Read a photograph where fewer pixels will do, as `read_photograph` reads it, and its size on disk.

    A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that is enough: several times faster. Anything else
    comes whole.

    Returns:
        The photograph, H x W x 3, and the height and width that `read_photograph` would give it.

    Raises:
        FloodevalError: as `read_photograph`.
    """
    image, size = _open(path, enough)
    return _rgb(path, image), size


def read_mask(path: Path) -> Mask:
    """Read a ground-truth mask: H x W, true where its 8-bit value is over 127.

    Bilevel, greyscale, 16-bit, palette and RGB files are read where they are plainly black and white.

    Raises:
        FloodevalError: the file is absent or broken, or its values do not say which of them are water.
    """
    return read_mask_values(path) > WATER_ABOVE


def read_mask_values(path: Path) -> npt.NDArray[np.uint8]:
    """Read a mask as it is on disk, before the threshold: H x W, 8 bits, 0 land to 255 water.

    Raises:
        FloodevalError: as `read_mask`.
    """
    grey = _grey(path, _open(path)[0])
    highest = int(grey.max(initial=0))
    if 0 < highest <= WATER_ABOVE:
        raise FloodevalError(saying("rasters.dark", path=path, highest=highest, water=WATER_ABOVE))
    return grey


def encode_mask(mask: Mask) -> bytes:
    """Encode an H x W mask as a PNG of 0 and 255."""
    import cv2  # here, because reading photographs does not need it

    options = [cv2.IMWRITE_PNG_COMPRESSION, 6, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP]
    ok, encoded = cv2.imencode(".png", mask.astype(np.uint8) * 255, options)
    if not ok:
        raise FloodevalError(saying("rasters.no_png", width=mask.shape[1], height=mask.shape[0]))
    return bytes(encoded)


def _open(path: Path, enough: Enough | None = None) -> tuple[Image.Image, tuple[int, int]]:
    """Open a picture the right way up, with at least enough of its pixels, and say its whole size."""
    with _opened(path) as image:
        upright = _upright_size(image)
        if enough:
            height, width = enough(image.height, image.width)
            image.draft(None, (width, height))
        _load_upright(image)
        return image, upright[::-1]


def _load_upright(image: Image.Image) -> None:
    """Decode a picture and turn it the right way up; in place, for a copy of 18 megapixels takes a while."""
    image.load()
    ImageOps.exif_transpose(image, in_place=True)


def _upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height of a picture that is seen as it is meant to be."""
    turned = image.getexif().get(ExifTags.Base.Orientation, 1) in QUARTER_TURNS
    return image.size[::-1] if turned else image.size


@contextmanager
def _opened(path: Path, content: bytes | None = None, most_pixels: int = MAX_PIXELS) -> Iterator[Image.Image]:
    """Open a picture without decoding it, and say in one line what goes wrong in there.

    Where there is `content`, that is read, and the path is its name alone.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused or read right below
            with Image.open(path if content is None else io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > most_pixels:
                    raise Image.DecompressionBombError
                yield image
    except FileNotFoundError:
        raise FloodevalError(saying("rasters.absent", path=path)) from None
    except UnidentifiedImageError:
        n_bytes = path.stat().st_size if content is None else len(content)
        key = "rasters.empty" if n_bytes == 0 else "rasters.no_picture"
        raise FloodevalError(saying(key, path=path)) from None
    except Image.DecompressionBombError:
        raise FloodevalError(saying("rasters.large", path=path, most=most_pixels // 10**6)) from None
    except Exception as error:  # Pillow's decoders raise many kinds on a broken file
        raise FloodevalError(saying("rasters.broken", path=path, why=_one_line(error))) from None


def _rgb(path: Path, image: Image.Image) -> Photograph:
    if image.mode.startswith("I;16"):
        image = Image.fromarray(_to_8_bits(np.asarray(image)))
    elif image.mode in ("I", "F"):
        raise FloodevalError(saying("rasters.range", path=path, mode=image.mode))
    elif image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _grey(path: Path, image: Image.Image) -> npt.NDArray[np.uint8]:
    if image.mode.startswith("I;16"):
        return _grey_of_16_bits(path, np.asarray(image))
    if image.mode in ("1", "L"):
        return np.asarray(image if image.mode == "L" else image.convert("L"))
    if image.mode in ("P", "RGB", "RGBA", "LA", "PA"):
        return _grey_of_colour(path, image)
    raise FloodevalError(saying("rasters.mode", path=path, mode=image.mode))


def _grey_of_16_bits(path: Path, values: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    if 0 < int(values.max(initial=0)) < 256:
        raise FloodevalError(saying("rasters.deep", path=path, highest=values.max()))
    return _to_8_bits(values)


def _grey_of_colour(path: Path, image: Image.Image) -> npt.NDArray[np.uint8]:
    rgba = np.asarray(image.convert("RGBA"))
    if int(rgba[..., 3].min(initial=255)) < 255:
        raise FloodevalError(saying("rasters.transparent", path=path))
    rgb = rgba[..., :3]
    # JPEG leaves a little colour in grey pixels; a label drawn in a colour differs by far more.
    if int(np.ptp(rgb, axis=-1).max(initial=0)) > 24:
        raise FloodevalError(saying("rasters.coloured", path=path))
    return rgb[..., 1]


def _to_8_bits(values: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    return (values >> 8).astype(np.uint8)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
