"""The shores of masks drawn into a photograph: thin coloured lines, cased in white."""

import cv2
import numpy as np

from floodeval.datasets.images import Mask, Photograph
from floodeval.datasets.outlines import rings
from floodeval.viz.palette import TRUE_WATER, Ink

CASING = (255, 255, 255)  # on either side of the drawn shore, so that it shows on any ground


def outlined(photograph: Photograph, mask: Mask, ink: Ink = TRUE_WATER) -> Photograph:
    """Draw the shore of an H x W mask, on the edges of its pixels, into a copy of an H x W x 3 photograph."""
    shores = [(2 * ring[:-1] - 1).astype(np.int32) for ring in rings(mask)]  # in half pixels from a middle
    drawn = np.ascontiguousarray(photograph).copy()
    for colour, thickness in ((CASING, 4), (ink.rgb, 2)):
        cv2.polylines(drawn, shores, True, colour, thickness, cv2.LINE_AA, shift=1)
    return drawn
