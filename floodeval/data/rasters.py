"""Photographs and masks as arrays, read by content and not by extension."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from floodeval.data import bands, image_files
from floodeval.data.bands import Header as Header
from floodeval.data.image_files import FORMATS as FORMATS
from floodeval.data.image_files import MAX_PIXELS as MAX_PIXELS
from floodeval.data.image_files import Enough as Enough
from floodeval.data.image_files import Source
from floodeval.data.label_scheme import WATER_ABOVE as WATER_ABOVE
from floodeval.data.photograph_values import alone, eight_bits
from floodeval.data.reading import PhotographReading
from floodeval.errors import FloodevalError
from floodeval.language.sentences import saying

Photograph = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


def read_header(path: Path, exif: str = "apply") -> Header:
    """Read a picture's header; its pixels are not decoded.

    Args:
        path: the picture's file.
        exif: `apply` gives the size of the picture turned as its orientation tag says, `ignore` as stored.

    Raises:
        FloodevalError: the file is absent, is no picture, or is too large to be decoded.
    """
    return bands.read_header(Source(path), exif)


def read_photograph(path: Path, reading: PhotographReading | None = None) -> Photograph:
    """Read a photograph as it is meant to be seen: H x W x 3, RGB, 8 bits, its orientation tag applied.

    Greyscale is repeated over the channels, and 16 bits are scaled to 8. How else values become 8 bits, which
    bands are used and whether the photograph is turned is the `reading` of its data set; without one it is
    decided from this file alone.

    Raises:
        FloodevalError: the file is absent, broken, too large, or of a kind that cannot be read right.
    """
    return _photograph(Source(path), reading)[0]


def decode_photograph(
    content: bytes, name: str, most_pixels: int = MAX_PIXELS, reading: PhotographReading | None = None
) -> Photograph:
    """Read a photograph from the bytes of a file, as `read_photograph` reads it from its path.

    Args:
        content: the file's bytes.
        name: what errors call it.
        most_pixels: of a photograph that is decoded.
        reading: as in `read_photograph`.

    Raises:
        FloodevalError: as `read_photograph`, or it has more than `most_pixels`.
    """
    return _photograph(Source(Path(name), content, most_pixels), reading)[0]


def read_reduced(
    path: Path, enough: Enough, reading: PhotographReading | None = None
) -> tuple[Photograph, tuple[int, int]]:
    """Read a photograph where fewer pixels will do, as `read_photograph` reads it, and its size on disk.

    A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that is enough: several times faster. Anything else
    comes whole.

    Returns:
        The photograph, H x W x 3, and the height and width that `read_photograph` would give it.

    Raises:
        FloodevalError: as `read_photograph`.
    """
    return _photograph(Source(path), reading, enough)


def _photograph(
    source: Source, reading: PhotographReading | None, enough: Enough | None = None
) -> tuple[Photograph, tuple[int, int]]:
    stored, size = bands.read_bands(source, reading.exif if reading else "apply", enough)
    return eight_bits(stored, source.path, reading or alone(stored, source.path)), size


def read_mask(path: Path, exif: str = "apply") -> Mask:
    """Read a ground-truth mask: H x W, true where its 8-bit value is over 127.

    Bilevel, greyscale, 16-bit, palette and RGB files are read where they are plainly black and white. `exif`
    is as in `read_header`.

    Raises:
        FloodevalError: the file is absent or broken, or its values do not say which of them are water.
    """
    return read_mask_values(path, exif) > WATER_ABOVE


def read_mask_values(path: Path, exif: str = "apply") -> npt.NDArray[np.uint8]:
    """Read a mask as it is on disk, before the threshold: H x W, 8 bits, 0 land to 255 water.

    Raises:
        FloodevalError: as `read_mask`.
    """
    grey = _grey(path, _open(path, exif))
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


def _open(path: Path, exif: str = "apply") -> Image.Image:
    """Open a picture the right way up."""
    with image_files.opened(path) as image:
        image_files.load(image, exif)
        return image


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
