"""Outlines filled again."""

from itertools import pairwise

import numpy as np


def filled(rings, shape):
    """Fill rings by the even-odd rule: right of every upright line, all pixels change sides."""
    mask = np.zeros(shape, bool)
    for ring in rings:
        for (x, y), (to_x, to_y) in pairwise(ring):
            if x == to_x:
                mask[min(y, to_y) : max(y, to_y), x:] ^= True
    return mask
