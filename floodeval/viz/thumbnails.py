"""Pictures at the size at which a screen shows them, encoded as JPEG or PNG; thin water stays visible."""

import io
from base64 import b64encode

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from floodeval.datasets.images import Mask
from floodeval.viz.style import Rgb

LONGEST_PX = 1600  # of a picture that fills a screen; larger costs time and shows nothing more
THUMBNAIL_PX = 400  # of a picture that is glanced at

Size = tuple[int, int]
"""Height and width, in pixels."""

Coverage = npt.NDArray[np.uint8]
"""H x W: how much of a shown pixel the class covers, from 0 (nothing of it) to 255 (all of it)."""


def shrunk_size(height: int, width: int, longest: int = LONGEST_PX) -> Size:
    """Height and width in proportion, with the longer side at most `longest` pixels; never larger."""
    scale = min(1.0, longest / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def halved_size(height: int, width: int, longest: int = THUMBNAIL_PX) -> Size:
    """Height and width halved until no side is over `longest` pixels; rounded up, as JPEG decoders do.

    A picture is brought to such a size many times faster than to any other.
    """
    while max(height, width) > longest:
        height, width = _half(height, width)
    return height, width


def _half(height: int, width: int) -> Size:
    return (height + 1) // 2, (width + 1) // 2


def shrink_photograph(photograph: Rgb, longest: int = LONGEST_PX) -> Rgb:
    """Average a photograph down to `shrunk_size`; returned as it is where it is small enough."""
    height, width = photograph.shape[:2]
    return averaged(photograph, shrunk_size(height, width, longest))


def coverage(mask: Mask, longest: int = LONGEST_PX) -> Coverage:
    """How much of each shown pixel is in the mask, at `shrunk_size`.

    A line narrower than a shown pixel gets fainter; it does not vanish, as nearest-neighbor sampling
    would have it, and it does not grow.
    """
    height, width = mask.shape
    return coverage_at(mask, shrunk_size(height, width, longest))


def coverage_at(mask: Mask, size: Size) -> Coverage:
    """How much of each shown pixel is in the mask, as `coverage`, at a height and width."""
    return averaged(mask.view(np.uint8) * np.uint8(255), size)


def averaged(picture: npt.NDArray[np.uint8], size: Size) -> npt.NDArray[np.uint8]:
    """Average a picture, H x W or H x W x 3, down to a height and width; as it is where it has them."""
    sizes, halved = [], picture.shape[:2]
    while halved != size and halved[0] >= size[0] and halved[1] >= size[1] and halved != (1, 1):
        halved = _half(*halved)
        sizes.append(halved)
    if halved == size:
        for half in sizes:
            picture = _averaged_by_two(picture, half)
        return picture
    return np.asarray(cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _averaged_by_two(picture: npt.NDArray[np.uint8], half: Size) -> npt.NDArray[np.uint8]:
    """Average a picture two by two pixels; an odd last row or column counts twice."""
    rows, columns = 2 * half[0] - picture.shape[0], 2 * half[1] - picture.shape[1]
    if rows or columns:
        picture = cv2.copyMakeBorder(picture, 0, rows, 0, columns, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(picture, half[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def jpeg(picture: Rgb, quality: int = 88) -> bytes:
    """Encode a photograph; without chroma subsampling, so that thin lines keep their color."""
    sampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _encoded(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality, *sampling])


def png(picture: Rgb) -> bytes:
    """Encode a map of flat colors, exactly."""
    return _encoded(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])


def _encoded(extension: str, picture: Rgb, options: list[int]) -> bytes:
    ok, encoded = cv2.imencode(extension, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    if not ok:
        raise ValueError(f"a picture of shape {picture.shape} could not be encoded as {extension}")
    return np.asarray(encoded).tobytes()


def small_png(picture: Rgb) -> bytes:
    """Encode a map of flat colors as a small file, with at most 64 colors."""
    image = Image.fromarray(picture).quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def data_url(encoded: bytes) -> str:
    """A JPEG or PNG as a data URL, so that a page does not depend on files that the server may drop."""
    kind = "png" if encoded.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(encoded).decode()}"
