"""Photographs and masks at the size at which a screen shows them; thin water stays visible."""

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.data.rasters import Mask
from floodeval.pictures.palette import Rgb

LONGEST_PX = 1600  # of a picture that fills a screen; larger costs time and shows nothing more
THUMBNAIL_PX = 400  # pictures no longer than this are glanced at: halved only, which is many times faster

Coverage = npt.NDArray[np.uint8]
"""H x W: how much of a shown pixel the class covers, from 0 (nothing of it) to 255 (all of it)."""


def shrunk_size(height: int, width: int, longest: int = LONGEST_PX) -> tuple[int, int]:
    """Height and width in proportion, with the longer side at most `longest` pixels; never larger.

    Up to `THUMBNAIL_PX` they are halves, quarters, ... of the picture's own, rounded up as JPEG decoders do.
    """
    if longest <= THUMBNAIL_PX:
        while max(height, width) > longest:
            height, width = (height + 1) // 2, (width + 1) // 2
        return height, width
    scale = min(1.0, longest / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def shrink_photograph(photograph: Rgb, longest: int = LONGEST_PX) -> Rgb:
    """Average a photograph down to `shrunk_size`; returned as it is where it is small enough."""
    height, width = photograph.shape[:2]
    return averaged(photograph, shrunk_size(height, width, longest))


def coverage(mask: Mask, longest: int = LONGEST_PX) -> Coverage:
    """How much of each shown pixel is in the mask, at `shrunk_size`.

    A line narrower than a shown pixel gets fainter; it does not vanish, as nearest-neighbour sampling
    would have it, and it does not grow.
    """
    shown = mask.view(np.uint8) * np.uint8(255)
    height, width = mask.shape
    return averaged(shown, shrunk_size(height, width, longest))


def averaged(picture: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Average a picture, H x W or H x W x 3, down to a height and width; as it is where it has them."""
    if max(size) <= THUMBNAIL_PX:
        picture = _halved(picture, size)
    if picture.shape[:2] == size:
        return picture
    return np.asarray(cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _halved(picture: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Halve a picture down to a size, or until it would get smaller; an odd last row or column is doubled."""
    while (shape := picture.shape[:2]) != size:
        rows, columns = ((side + 1) // 2 for side in shape)
        if rows < size[0] or columns < size[1]:
            break
        if shape != (2 * rows, 2 * columns):
            missing = 2 * rows - shape[0], 2 * columns - shape[1]
            picture = cv2.copyMakeBorder(picture, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE)
        picture = np.asarray(cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    return picture
