"""Histograms of mask logits inside and outside the reference water, and what can be computed from them.

They give the overlap metrics at every threshold that is an edge of a bin, and show how well the predicted
probabilities agree with the reference mask (calibration).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.metrics.overlap import Mask, check_pair

LOGIT_RANGE = 16.0  # of the bins, from -16 to 16; what is beyond counts in the outermost bins
LOGIT_BINS = 64  # of equal width, half a logit each
LOGIT_EDGES: npt.NDArray[np.float64] = np.linspace(-LOGIT_RANGE, LOGIT_RANGE, LOGIT_BINS + 1)
_PER_LOGIT = LOGIT_BINS / (2 * LOGIT_RANGE)
_STRIPE = 2**24  # pixels; OpenCV counts in 32-bit floating point, which is exact up to here

Floats = npt.NDArray[np.float64]
Bins = npt.NDArray[np.uint8]  # H x W, the bin of each pixel's logit


@dataclass(frozen=True)
class LogitHistograms:
    """Numbers of pixels by logit, without ignored pixels.

    Attributes:
        inside: `LOGIT_BINS` counts of the pixels that are water in the reference mask.
        outside: the same of the pixels that are land.
    """

    inside: list[int]
    outside: list[int]


@dataclass(frozen=True)
class ThresholdScores:
    """Scores at every threshold that is an edge between two bins; the last axis is that of the thresholds.

    Attributes:
        threshold: `LOGIT_BINS` - 1 logits, from -15.5 to 15.5; a pixel is water where its logit is above.
        iou: TP / (TP + FP + FN) at each threshold, as `floodeval.metrics.overlap` defines it; NaN where it is
            missing, as in the next two.
        precision: TP / (TP + FP).
        recall: TP / (TP + FN).
    """

    threshold: Floats
    iou: Floats
    precision: Floats
    recall: Floats


@dataclass(frozen=True)
class Reliability:
    """Predicted probability and observed share of water by bin of logits (a reliability diagram).

    Attributes:
        probability: `LOGIT_BINS` numbers in 0..1, the mean of 1 / (1 + exp(-logit)) over the bin, for logits
            spread evenly in it.
        share: the share of the bin's pixels that are water in the reference mask; NaN for an empty bin.
        weight: the share of all pixels that are in the bin; NaN where there are no pixels.
    """

    probability: Floats
    share: Floats
    weight: Floats


def bins_of_logits(logits: npt.NDArray[np.float32]) -> Bins:
    """The bin of every logit.

    A logit on an edge is in the bin below it: a pixel is water only where its logit is above the threshold.

    Args:
        logits: H x W; infinities are in the outermost bins.

    Returns:
        H x W, 0 to `LOGIT_BINS` - 1. Logits above 0 are in the upper half of the bins, others in the lower.

    Examples:
        >>> bins_of_logits(np.array([[-99.0, -0.5, 0.0, 1e-9, 0.5, 99.0]], np.float32))
        array([[ 0, 30, 31, 32, 32, 63]], dtype=uint8)
    """
    half = LOGIT_BINS // 2
    scaled = logits * np.float32(_PER_LOGIT)
    np.clip(scaled, 1 - half, half, out=scaled)
    np.ceil(scaled, out=scaled)
    scaled += half - 1
    return scaled.astype(np.uint8)


def bins_of_probabilities(probability: npt.NDArray[np.float32]) -> Bins:
    """The bin of the logit log(p / (1 - p)) of every probability p.

    Args:
        probability: H x W, 0 to 1; 0 and 1 are in the outermost bins.

    Returns:
        H x W, as `bins_of_logits`.

    Examples:
        >>> bins_of_probabilities(np.array([[0, 0.5, 0.6, 1]], np.float32))
        array([[ 0, 31, 32, 63]], dtype=uint8)
    """
    edges = 1 / (1 + np.exp(-LOGIT_EDGES[1:-1]))
    return np.searchsorted(edges, probability.astype(np.float64)).astype(np.uint8)


def logit_histograms(bins: Bins, truth: Mask, ignored: Mask | None = None) -> LogitHistograms:
    """Count the pixels of every bin, inside and outside the reference water.

    Args:
        bins: H x W, from `bins_of_logits` or `bins_of_probabilities`.
        truth: H x W, true for water in the reference mask.
        ignored: H x W, true for pixels that are in no count; None if every pixel counts.

    Raises:
        ValueError: the arrays are not of one shape (H, W), or the masks are not boolean.

    Examples:
        >>> found = logit_histograms(np.array([[0, 63, 63]], np.uint8), np.array([[False, False, True]]))
        >>> found.inside[63], found.outside[63], found.outside[0]
        (1, 1, 1)
    """
    check_pair(truth, truth, ignored)
    if bins.shape != truth.shape:
        raise ValueError(f"truth is {truth.shape} and bins {bins.shape}; expected one shape")
    code = bins + truth.view(np.uint8) * np.uint8(LOGIT_BINS)
    counted = None if ignored is None else (~ignored).view(np.uint8)
    found = np.zeros(2 * LOGIT_BINS, np.int64)
    rows = max(1, _STRIPE // truth.shape[1])
    for top in range(0, len(code), rows):
        part = None if counted is None else counted[top : top + rows]
        stripe = cv2.calcHist([code[top : top + rows]], [0], part, [2 * LOGIT_BINS], [0, 2 * LOGIT_BINS])
        found += stripe.ravel().astype(np.int64)
    return LogitHistograms(found[LOGIT_BINS:].tolist(), found[:LOGIT_BINS].tolist())


def threshold_scores(inside: npt.ArrayLike, outside: npt.ArrayLike) -> ThresholdScores:
    """The overlap metrics at every threshold, from the two histograms; exact, as the counts are.

    Args:
        inside: ... x `LOGIT_BINS` counts of one photograph, of many (one per row), or summed over many.
        outside: the same outside the reference water.

    Returns:
        The scores, ... x (`LOGIT_BINS` - 1).

    Examples:
        >>> at = threshold_scores(np.ones(64), np.zeros(64))
        >>> float(at.threshold[31]), float(at.recall[31]), float(at.precision[31])
        (0.0, 0.5, 1.0)
    """
    within, without = (np.asarray(one, np.float64) for one in (inside, outside))
    tp, fp = (_above(one) for one in (within, without))
    wet = within.sum(axis=-1, keepdims=True)
    return ThresholdScores(
        LOGIT_EDGES[1:-1],
        iou=_ratio(tp, wet + fp),
        precision=_ratio(tp, tp + fp),
        recall=_ratio(tp, np.broadcast_to(wet, tp.shape)),
    )


def reliability(inside: npt.ArrayLike, outside: npt.ArrayLike) -> Reliability:
    """Compare the predicted probability with the share of water, by bin of logits.

    Args:
        inside: ... x `LOGIT_BINS` counts, as in `threshold_scores`.
        outside: the same outside the reference water.
    """
    within, without = (np.asarray(one, np.float64) for one in (inside, outside))
    pixels = within + without
    low, high = LOGIT_EDGES[:-1], LOGIT_EDGES[1:]
    probability = (np.logaddexp(0, high) - np.logaddexp(0, low)) / (high - low)
    share = _ratio(within, pixels)
    return Reliability(probability, share, _ratio(pixels, pixels.sum(axis=-1, keepdims=True)))


def expected_calibration_error(inside: npt.ArrayLike, outside: npt.ArrayLike) -> Floats:
    """The mean of |predicted probability - share of water| over the bins, weighted by their pixels.

    As Naeini et al. (2015) and Guo et al. (2017) define it, but with bins of equal width in the logit, not in
    the probability: most pixels have a probability close to 0 or 1, where bins of probability are coarse.

    Args:
        inside: ... x `LOGIT_BINS` counts, as in `threshold_scores`.
        outside: the same outside the reference water.

    Returns:
        In 0..1, of the shape that is left without the bins; NaN where there are no pixels.

    Examples:
        >>> certain = np.eye(64)[63]
        >>> round(float(expected_calibration_error(certain, 0 * certain)), 4)
        0.0
        >>> round(float(expected_calibration_error(0 * certain, certain)), 4)
        1.0
    """
    found = reliability(inside, outside)
    error = np.nansum(np.abs(found.probability - found.share) * found.weight, axis=-1)
    return np.asarray(np.where(np.isnan(found.weight).any(axis=-1), np.nan, error))


def _above(counts: Floats) -> Floats:
    """The number of pixels above every edge between two bins."""
    return np.asarray(np.cumsum(counts[..., ::-1], axis=-1)[..., ::-1][..., 1:])


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Part / whole; NaN where that is 0 / 0."""
    with np.errstate(invalid="ignore"):
        return np.asarray(part / whole)
