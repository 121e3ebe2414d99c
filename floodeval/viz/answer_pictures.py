"""Two answers to one prompt on dry land, the pretrained model's and a variant's, over the photograph."""

import cv2
import numpy as np

from floodeval.datasets.images import Mask, Photograph
from floodeval.viz.case_pictures import against_overlays
from floodeval.viz.overlays import blend, compared_masks, plain_ground
from floodeval.viz.style import LAND, Rgb, Style, rgb
from floodeval.viz.thumbnails import averaged, coverage_at

OPACITY = 0.6  # of the answers over the photograph
LARGEST_PX = 1024  # sides of a kept picture; a larger one is not floodeval's


def read_answer(content: object) -> Mask | None:
    """A picture of `fidelity.parquet`, a small PNG, as a mask; None where there is none that can be read."""
    if not isinstance(content, bytes) or not content:
        return None
    found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if found is None or max(found.shape) > LARGEST_PX:
        return None
    return np.asarray(found > 127, np.bool_)


def answers_picture(photograph: Photograph | None, first: Mask, second: Mask, a: Style, b: Style) -> Rgb:
    """Draw where both answers are, and where only one of them is, at their own size.

    Args:
        photograph: at any size; None draws plain land.
        first: H x W, the pretrained model's answer.
        second: H x W, the variant's.
        a: how pixels of the first alone are drawn.
        b: how pixels of the second alone are drawn.

    Raises:
        ValueError: the two masks have different shapes.
    """
    size = (first.shape[0], first.shape[1])
    parts = compared_masks(first, second, coverage_at(first, size), coverage_at(second, size))
    ground = plain_ground(*size, rgb(LAND)) if photograph is None else averaged(photograph, size)
    return blend(ground, against_overlays(parts, a, b), OPACITY)
