"""Overlap of a predicted mask with the reference mask, from four counts; the policy for empty masks."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

EMPTY_POLICY = (
    "both masks empty: the metrics of water are missing; one empty: IoU, Dice, boundary IoU and NSD are 0, "
    "the distances the image's diagonal in pixels; precision is missing where nothing was predicted, recall "
    "where nothing is true; the same for the class dry where a mask has no dry pixel"
)
OVERLAP_METRICS = ("iou", "dice", "precision", "recall", "specificity", "accuracy", "iou_dry", "miou")
FAILURE_THRESHOLD = 0.5  # a sample with a lower IoU is a failure, for every variant alike
FAILURE_LIMITS = (0.01, 0.99)  # what it can be set to

Mask = npt.NDArray[np.bool_]  # H x W, true for water


@dataclass(frozen=True)
class Counts:
    """Pixels of one photograph, or of many.

    Attributes:
        tp: water in both masks (true positives).
        fp: false water: only in the prediction (false positives).
        fn: missed water: only in the reference mask (false negatives).
        tn: dry in both masks (true negatives).
    """

    tp: int
    fp: int
    fn: int
    tn: int


@dataclass(frozen=True)
class Overlap:
    """Overlap metrics in 0..1; None if the metric is missing by the policy for empty masks.

    IoU and Dice are missing if neither mask has water, and 0 if only one of them has. Precision is missing if
    no water was predicted, and recall if the reference mask has none. Specificity, the recall of the class
    dry, is missing if the reference mask has no dry pixel. A missing value (0 / 0) does not count in means.

    With TP, FP, FN and TN the counts of pixels, and water the positive class:

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
    """Count the pixels of two masks by whether they are water in each.

    Args:
        truth: H x W, true for water in the reference mask.
        predicted: H x W, true for predicted water.
        ignored: H x W, true for pixels that are in none of the four counts; None if every pixel counts.

    Raises:
        ValueError: the arrays are not boolean masks of one shape.

    Examples:
        >>> import numpy as np
        >>> truth = np.array([[True, True, False], [True, False, False]])
        >>> predicted = np.array([[True, False, False], [True, True, False]])
        >>> count(truth, predicted)
        Counts(tp=2, fp=1, fn=1, tn=2)
        >>> count(truth, predicted, ignored=np.array([[True, False, False], [False, False, False]]))
        Counts(tp=1, fp=1, fn=1, tn=2)
    """
    truth, predicted, ignored = without_ignored(truth, predicted, ignored)
    size = truth.size - (0 if ignored is None else int(np.count_nonzero(ignored)))
    tp = int(np.count_nonzero(truth & predicted))
    fn = int(np.count_nonzero(truth)) - tp
    fp = int(np.count_nonzero(predicted)) - tp
    return Counts(tp, fp, fn, size - tp - fn - fp)


def overlap(counts: Counts) -> Overlap:
    """Compute the overlap metrics from counts of pixels; `Overlap` has the formulas.

    Args:
        counts: of one photograph, or the sum over many (scores pooled over pixels).

    Examples:
        >>> measured = overlap(Counts(tp=2, fp=1, fn=1, tn=2))
        >>> measured.iou, measured.precision, measured.specificity
        (0.5, 0.6666666666666666, 0.6666666666666666)
        >>> overlap(Counts(tp=0, fp=0, fn=0, tn=6)).iou is None
        True
    """
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


def ratio(part: int, whole: int, present: int) -> float | None:
    """A ratio by the policy: missing if neither mask has the class (`present` is 0), 0 if only one has it."""
    if present == 0:
        return None
    return part / whole if whole else 0.0


def without_ignored(truth: Mask, predicted: Mask, ignored: Mask | None) -> tuple[Mask, Mask, Mask | None]:
    """Remove the ignored pixels from both masks: they are water in neither.

    Args:
        truth: H x W, true for water in the reference mask.
        predicted: H x W, true for predicted water.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.

    Returns:
        Both masks, and the ignored pixels (None if there are none).

    Raises:
        ValueError: as `check_pair` does.
    """
    check_pair(truth, predicted, ignored)
    if ignored is None or not ignored.any():
        return truth, predicted, None
    return truth & ~ignored, predicted & ~ignored, ignored


def check_pair(truth: Mask, predicted: Mask, ignored: Mask | None = None) -> None:
    """Refuse arrays that are not a pair of masks, with or without a third one of ignored pixels.

    Raises:
        ValueError: an array is not boolean, not of shape (H, W) or empty, or the shapes differ.
    """
    given = {"truth": truth, "predicted": predicted} | ({} if ignored is None else {"ignored": ignored})
    for name, mask in given.items():
        if mask.dtype != np.bool_ or mask.ndim != 2 or not mask.size:
            raise ValueError(f"{name} is {mask.dtype} of shape {mask.shape}; expected bool of shape (H, W)")
    if truth.shape != predicted.shape:
        raise ValueError(f"truth is {truth.shape} and predicted {predicted.shape}; expected one shape")
    if ignored is not None and ignored.shape != truth.shape:
        raise ValueError(f"truth is {truth.shape} and ignored {ignored.shape}; expected one shape")


def diagonal_px(shape: tuple[int, ...]) -> float:
    """The diagonal of an H x W image in pixels, an upper bound of the distance of two of its pixels."""
    height, width = shape
    return math.sqrt(height * height + width * width)


def finite(distances: npt.NDArray[np.float64], diagonal: float) -> npt.NDArray[np.float64]:
    """Distances by the policy: the distance to an empty mask is infinite and counts as the diagonal."""
    return np.minimum(distances, diagonal)
