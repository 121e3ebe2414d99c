"""A contact sheet of the stress suite: one base with every factor, a row each, from severity 0 to 3."""

import cv2
import numpy as np

from floodeval.datasets.dataset import Dataset, read_sample_photograph
from floodeval.synthetic.scene import FACTORS
from floodeval.synthetic.stress import SEVERITIES, Condition
from floodeval.viz.style import Rgb
from floodeval.viz.thumbnails import shrink_photograph

CELL_PX = 256
GAP_PX = 4
CAPTION_PX = 18


def stress_sheet(dataset: Dataset, base: str) -> Rgb:
    """Lay out the pictures of one base, about 1040 pixels wide.

    Raises:
        FloodevalError: a picture cannot be read.
        KeyError: the data set lacks one of them.
    """
    return np.vstack([_row(dataset, base, factor) for factor in FACTORS])


def _row(dataset: Dataset, base: str, factor: str) -> Rgb:
    cells = []
    for severity in SEVERITIES:
        condition = Condition(base, factor, severity)
        photograph = shrink_photograph(read_sample_photograph(dataset[condition.id]), CELL_PX)
        caption = np.full((CAPTION_PX, photograph.shape[1], 3), 255, dtype=np.uint8)
        words = f"{factor.replace('_', ' ')} {severity}"
        place = (2, CAPTION_PX - 5)
        cv2.putText(caption, words, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (30, 40, 46), 1, cv2.LINE_AA)
        cell = np.vstack([caption, photograph])
        cells.append(np.pad(cell, ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=255))
    return np.hstack(cells)
