"""The shores of masks drawn into a photograph: thin coloured lines, cased in white."""

import cv2
import numpy as np

from floodeval.data.rasters import Mask, Photograph
from floodeval.pictures.palette import TRUE_WATER, Ink

CASING = (255, 255, 255)  # on either side of the drawn shore, so that it shows on any ground


def outlined(photograph: Photograph, mask: Mask, ink: Ink = TRUE_WATER) -> Photograph:
    """Draw the shore of an H x W mask into a copy of an H x W x 3 photograph."""
    shores, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    drawn = np.ascontiguousarray(photograph).copy()
    for colour, thickness in ((CASING, 4), (ink.rgb, 2)):
        cv2.drawContours(drawn, shores, -1, colour, thickness, cv2.LINE_AA)
    return drawn
