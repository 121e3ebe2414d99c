"""Smooth edges of black and white masks: whether gray values are only those, or mean something."""

import cv2
import numpy as np
import numpy.typing as npt

EDGE_PX = 2
DARK, FEW = 63, 8
MOST_FLAT = 0.0002
MOST_OFF = 0.03
MOST_GRAY = 0.10
NOISE = 32
NOISY = 16
MOST_SECOND = 0.01

Levels = npt.NDArray[np.uint8]

Indices = npt.NDArray[np.intp]


def is_black_and_white(levels: Levels, is_lossy: bool = False) -> bool:
    """Whether H x W levels, 0 black to 255 white, are black and white but for smooth edges and noise."""
    counts = histogram(levels)
    if not counts[1:255].any():
        return True
    if not counts[128:].any():  # nothing is white: what is gray cannot be an edge of water
        return False
    if not is_lossy and counts[1:255].sum() > FEW and not counts[DARK + 1 : 255].any():
        return False
    near = np.r_[1 : NOISE + 1, 255 - NOISE : 255]
    if not is_lossy and np.count_nonzero(counts[near]) < NOISY:
        return _is_only_edges(levels, levels)
    clean = without_noise(levels)
    return not _has_classes(levels, clean) and _is_only_edges(levels, clean)


def histogram(levels: Levels) -> npt.NDArray[np.int64]:
    """How many pixels have each of the 256 levels."""
    return np.asarray(cv2.calcHist([levels], [0], None, [256], [0, 256]), np.int64).ravel()


def without_noise(levels: Levels) -> Levels:
    """The levels with those near black and white made black and white."""
    table = np.arange(256, dtype=np.uint8)
    table[: NOISE + 1], table[255 - NOISE :] = 0, 255
    return np.asarray(cv2.LUT(levels, table), np.uint8)


def _has_classes(levels: Levels, clean: Levels) -> bool:
    """Whether several levels near black, or near white, cover areas."""
    noise = np.flatnonzero((levels != clean).ravel())
    areas = np.bincount(levels.ravel()[noise[_flat(levels, noise)]], minlength=256)
    for pole, side in ((0, areas[: NOISE + 1]), (255, areas[255 - NOISE :])):
        if side.max() > MOST_SECOND * levels.size:
            window = np.ones((3, 3), np.uint8)
            areas[pole] = np.count_nonzero(cv2.erode((levels == pole).astype(np.uint8), window))
            if np.sort(side)[-2] > MOST_SECOND * levels.size:
                return True
    return False


def _is_only_edges(levels: Levels, clean: Levels) -> bool:
    gray = np.flatnonzero(((clean != 0) & (clean != 255)).ravel())
    if len(gray) > MOST_GRAY * levels.size:
        return False
    if np.count_nonzero(_flat(levels, gray)) > MOST_FLAT * levels.size:
        return False
    around = _around(clean, gray, EDGE_PX)
    is_edge = (around == 0).any(axis=0) & (around == 255).any(axis=0)
    return bool(np.count_nonzero(~is_edge) <= MOST_OFF * levels.size)


def _flat(levels: Levels, pixels: Indices) -> npt.NDArray[np.bool_]:
    """Which of the pixels, by their flat indices, equal all their neighbors."""
    return np.asarray((_around(levels, pixels, 1) == levels.ravel()[pixels]).all(axis=0))


def _around(levels: Levels, pixels: Indices, reach: int) -> Levels:
    """The levels around each pixel: one row per neighbor in a square, continued beyond the border."""
    width = levels.shape[1]
    rows, columns = np.divmod(pixels, width)
    padded = np.pad(levels, reach, mode="edge").ravel()
    stride = width + 2 * reach
    corners = rows * stride + columns
    steps = range(2 * reach + 1)
    return np.stack([padded[corners + down * stride + right] for down in steps for right in steps])
