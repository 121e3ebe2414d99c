"""Photographs and masks at the size at which a screen shows them; thin water stays visible."""

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.data.rasters import Mask
from floodeval.pictures.palette import Rgb

LONGEST_PX = 1600  # of a picture that fills a screen; larger costs time and shows nothing more

Coverage = npt.NDArray[np.uint8]
"""H x W: how much of a shown pixel the class covers, from 0 (nothing of it) to 255 (all of it)."""


def shrunk_size(height: int, width: int, longest: int = LONGEST_PX) -> tuple[int, int]:
    """Height and width in proportion, with the longer side at most `longest` pixels; never larger."""
    scale = min(1.0, longest / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def shrink_photograph(photograph: Rgb, longest: int = LONGEST_PX) -> Rgb:
    """Average a photograph down to `shrunk_size`; returned as it is where it is small enough."""
    return _averaged(photograph, longest)


def coverage(mask: Mask, longest: int = LONGEST_PX) -> Coverage:
    """How much of each shown pixel is in the mask, at `shrunk_size`.

    A line narrower than a shown pixel gets fainter; it does not vanish, as nearest-neighbour sampling
    would have it, and it does not grow.
    """
    return _averaged(mask.astype(np.uint8) * np.uint8(255), longest)


def _averaged(picture: npt.NDArray[np.uint8], longest: int) -> npt.NDArray[np.uint8]:
    height, width = shrunk_size(picture.shape[0], picture.shape[1], longest)
    if (height, width) == picture.shape[:2]:
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
