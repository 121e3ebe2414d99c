"""Photographs and masks as arrays, read by content and not by extension."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from floodeval.datasets import bands
from floodeval.datasets.bands import Header as Header
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.image_files import FORMATS as FORMATS
from floodeval.datasets.image_files import MAX_PIXELS as MAX_PIXELS
from floodeval.datasets.image_files import Enough as Enough
from floodeval.datasets.image_files import Source
from floodeval.datasets.photograph_values import alone, eight_bits
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.i18n.formats import picture_size

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


def encode_mask(mask: Mask) -> bytes:
    """Encode an H x W mask as a PNG of 0 and 255."""
    import cv2  # here, because reading photographs does not need it

    options = [cv2.IMWRITE_PNG_COMPRESSION, 6, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP]
    ok, encoded = cv2.imencode(".png", mask.astype(np.uint8) * 255, options)
    if not ok:
        raise FloodevalError(saying("images.no_png", size=picture_size(mask.shape[1], mask.shape[0])))
    return bytes(encoded)
