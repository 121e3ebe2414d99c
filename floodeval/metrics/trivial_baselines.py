"""Trivial baselines: masks that need no model, and what they score. A model has to be better than these."""

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.metrics.overlap import Mask

EVERYTHING = "all_water"  # every pixel is water
NOTHING = "no_water"  # no pixel is
TRAINING_PRIOR = "prior"  # where most of the training photographs have water
FILLED_BOX = "filled_box"  # the prompt's box, filled
DISC = "disc"  # a disc around the prompt's point
BASELINES = (EVERYTHING, NOTHING, TRAINING_PRIOR, FILLED_BOX, DISC)

Shape = tuple[int, int]  # height and width in pixels


def all_water(shape: Shape) -> Mask:
    """The mask of which every pixel is water."""
    return np.ones(shape, bool)


def no_water(shape: Shape) -> Mask:
    """The mask of which no pixel is water."""
    return np.zeros(shape, bool)


def filled_box(box: npt.ArrayLike, shape: Shape) -> Mask:
    """The pixels within a box.

    Args:
        box: x0, y0, x1, y1 in pixels, the last two exclusive; rounded to whole pixels.
        shape: height and width.

    Examples:
        >>> filled_box([1, 0, 3, 1], (2, 4)).astype(int)
        array([[0, 1, 1, 0],
               [0, 0, 0, 0]])
    """
    x0, y0, x1, y1 = (max(0, round(float(end))) for end in np.asarray(box, np.float64))
    mask = np.zeros(shape, bool)
    mask[y0:y1, x0:x1] = True
    return mask


def disc(x: float, y: float, share: float, shape: Shape) -> Mask:
    """The pixels nearest to a point that make up a share of the frame: a disc, cut off at the frame.

    Args:
        x: column of the point, in pixels.
        y: its row.
        share: of the frame's pixels, 0 to 1. Pixels equally far from the point are taken together, so the
            disc can be a few pixels larger.
        shape: height and width.

    Examples:
        >>> disc(1, 1, 5 / 12, (3, 4)).astype(int)
        array([[0, 1, 0, 0],
               [1, 1, 1, 0],
               [0, 1, 0, 0]])
    """
    height, width = shape
    wanted = round(share * height * width)
    if wanted <= 0:
        return np.zeros(shape, bool)
    column, row = round(x), round(y)
    rows = np.square(np.arange(height) - row)
    low, high = 0, height**2 + width**2  # squared radii: too small or just right, surely large enough
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _size(rows, column, width, middle) >= wanted else (middle + 1, high)
    columns = np.square(np.arange(width) - column)
    return np.asarray(columns <= (low - rows)[:, None])


def prior(mean_water: npt.NDArray[np.float32], shape: Shape) -> Mask:
    """The pixels where more than half of the training photographs have water.

    Args:
        mean_water: h x w, the share of the training photographs that have water in each cell of a grid over
            the frame, 0 to 1.
        shape: height and width; the grid is interpolated bilinearly.

    Examples:
        >>> prior(np.array([[0.9, 0.2]], np.float32), (1, 4))
        array([[ True,  True, False, False]])
    """
    height, width = shape
    return np.asarray(cv2.resize(mean_water, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5)


def _size(rows: npt.NDArray[np.int64], column: int, width: int, squared_radius: int) -> int:
    """The number of pixels in a disc, from the squared distance of each row and the column of its center."""
    left = squared_radius - rows[rows <= squared_radius]
    reach = np.sqrt(left.astype(np.float64)).astype(np.int64)  # exact, as photographs have below 2^26 rows
    first, last = np.maximum(column - reach, 0), np.minimum(column + reach, width - 1)
    return int((last - first + 1).sum())
