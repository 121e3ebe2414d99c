"""Pairs of masks that metrics have stumbled over: empty, full, one pixel, one row, at the frame, noise."""

from itertools import product

import cv2
import numpy as np

SHAPES = [(24, 24), (17, 40), (50, 9), (1, 30), (30, 1), (64, 90)]
KINDS = ("empty", "full", "pixel", "row", "frame", "blobs", "holes", "noise")


def make_pairs(shape):
    """Yield (name, truth, predicted): every kind against every other, and against its own inversion."""
    rng = np.random.default_rng(shape)
    for kind, other in product(KINDS, (*KINDS, "inverted")):
        truth = _mask(kind, shape, rng)
        yield f"{kind} against {other}", truth, ~truth if other == "inverted" else _mask(other, shape, rng)


def wet_pairs(shape):
    """Yield those pairs in which both masks hold water."""
    yield from (pair for pair in make_pairs(shape) if pair[1].any() and pair[2].any())


def _mask(kind, shape, rng):
    mask = np.zeros(shape, bool)
    row, column = (int(rng.integers(side)) for side in shape)
    if kind == "full":
        mask[:] = True
    elif kind == "pixel":
        mask[row, column] = True
    elif kind == "row":
        mask[row] = True
    elif kind == "frame":
        mask[: row + 1, column:] = True
    elif kind == "noise":
        mask = rng.random(shape) < 0.3
    elif kind in ("blobs", "holes"):
        smooth = cv2.GaussianBlur(rng.normal(size=shape), (0, 0), 3).reshape(shape)
        mask = smooth > np.quantile(smooth, 0.75 if kind == "blobs" else 0.25)
    return mask
