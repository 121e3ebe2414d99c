"""Overlap of a predicted with a true water mask, from the four counts of pixels."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# What every metric asks of its two masks, and the policy for masks that are empty.

Mask = npt.NDArray[np.bool_]  # as in `floodeval.datasets.images`, which needs Pillow and more

EMPTY_POLICY = (
    "both masks empty: the metrics of water are missing; one empty: IoU, Dice, boundary IoU and NSD are 0, "
    "the distances the image's diagonal in pixels; precision is missing where nothing was predicted, recall "
    "where nothing is true; the same for the class dry where a mask has no dry pixel"
)


def check_pair(truth: Mask, predicted: Mask, ignored: Mask | None = None) -> None:
    """Refuse what is not a pair of masks, with or without a third one of ignored pixels.

    Raises:
        ValueError: the arrays are not boolean, not H x W, without a pixel, or of several shapes.
    """
    given = {"truth": truth, "predicted": predicted} | ({} if ignored is None else {"ignored": ignored})
    for name, mask in given.items():
        if mask.dtype != np.bool_ or mask.ndim != 2 or not mask.size:
            raise ValueError(f"{name} is {mask.dtype} of shape {mask.shape}; expected bool of shape (H, W)")
    if truth.shape != predicted.shape:
        raise ValueError(f"truth is {truth.shape} and predicted {predicted.shape}; expected one shape")
    if ignored is not None and ignored.shape != truth.shape:
        raise ValueError(f"truth is {truth.shape} and ignored {ignored.shape}; expected one shape")


def counted(truth: Mask, predicted: Mask, ignored: Mask | None) -> tuple[Mask, Mask, Mask | None]:
    """Take the ignored pixels out of both masks: they are water in neither.

    Args:
        truth: H x W, true where there is water.
        predicted: H x W, true where a model found water.
        ignored: H x W, true where a pixel counts nowhere; None where every pixel counts.

    Returns:
        Both masks and the ignored pixels, None where there are none.

    Raises:
        ValueError: as `check_pair` does.
    """
    check_pair(truth, predicted, ignored)
    if ignored is None or not ignored.any():
        return truth, predicted, None
    return truth & ~ignored, predicted & ~ignored, ignored


def diagonal_px(shape: tuple[int, ...]) -> float:
    """Measure the diagonal of an H x W image; no two of its pixels are as far apart."""
    height, width = shape
    return math.sqrt(height * height + width * width)


def ratio(part: int, whole: int, present: int) -> float | None:
    """Divide by the policy: missing where nothing is present in either mask, 0 where in one alone."""
    if present == 0:
        return None
    return part / whole if whole else 0.0


def finite(distances: npt.NDArray[np.float64], diagonal: float) -> npt.NDArray[np.float64]:
    """Bound distances by the policy: to an empty mask they are infinite and count as the diagonal."""
    return np.minimum(distances, diagonal)


# Overlap of a predicted with a true water mask, from the four counts of pixels.

OVERLAP_METRICS = ("iou", "dice", "precision", "recall", "specificity", "accuracy", "iou_dry", "miou")
FAILURE_THRESHOLD = 0.5  # a sample whose IoU is under it is a failure, for every variant alike


@dataclass(frozen=True)
class Counts:
    """Pixels of one photograph, or of many: water found, falsely found, missed, and dry left dry."""

    tp: int
    fp: int
    fn: int
    tn: int


@dataclass(frozen=True)
class Overlap:
    """Overlap metrics in 0..1; None where the empty-mask policy calls the metric missing.

    IoU and Dice are missing where neither mask has water, and 0 where one of them alone has. Precision is
    missing where nothing was predicted and recall where nothing is true; specificity, the recall of the class
    dry, where nothing is truly dry: 0 / 0 is no value, and it enters no mean as 0 or 1.

    With TP, FP, FN and TN the counts of pixels and water the positive class:

    - `iou` = TP / (TP + FP + FN), the Jaccard index (Jaccard 1912)
    - `dice` = 2 TP / (2 TP + FP + FN), the F1 score (Dice 1945)
    - `precision` = TP / (TP + FP), `recall` = TP / (TP + FN)
    - `specificity` = TN / (TN + FP), `accuracy` = (TP + TN) / all
    - `iou_dry` = TN / (TN + FP + FN), the IoU of the other class; `miou`, the mean of the two IoUs
    """

    iou: float | None
    dice: float | None
    precision: float | None
    recall: float | None
    specificity: float | None
    accuracy: float | None
    iou_dry: float | None
    miou: float | None


def count(truth: Mask, predicted: Mask, *, ignored: Mask | None = None) -> Counts:
    """Count the pixels of two H x W masks.

    Args:
        truth: true where there is water.
        predicted: true where a model found water.
        ignored: H x W, true where a pixel is in none of the four counts; None where every pixel counts.

    Raises:
        ValueError: the arrays are not boolean masks of one shape.
    """
    truth, predicted, nowhere = counted(truth, predicted, ignored)
    size = truth.size - (0 if nowhere is None else int(np.count_nonzero(nowhere)))
    tp = int(np.count_nonzero(truth & predicted))
    fn = int(np.count_nonzero(truth)) - tp
    fp = int(np.count_nonzero(predicted)) - tp
    return Counts(tp, fp, fn, size - tp - fn - fp)


def overlap(counts: Counts) -> Overlap:
    """Compute the overlap metrics of one photograph, or of many whose counts were added (pooled)."""
    tp, fp, fn, tn = counts.tp, counts.fp, counts.fn, counts.tn
    wet, dry = tp + fp + fn, tn + fp + fn  # pixels that are of the class in either mask
    iou, iou_dry = ratio(tp, wet, wet), ratio(tn, dry, dry)
    return Overlap(
        iou=iou,
        dice=ratio(2 * tp, 2 * tp + fp + fn, wet),
        precision=ratio(tp, tp + fp, tp + fp),
        recall=ratio(tp, tp + fn, tp + fn),
        specificity=ratio(tn, tn + fp, tn + fp),
        accuracy=ratio(tp + tn, tp + fp + fn + tn, wet + dry),
        iou_dry=iou_dry,
        miou=None if iou is None or iou_dry is None else (iou + iou_dry) / 2,
    )
