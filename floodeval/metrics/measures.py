"""All metrics of one photograph in one call."""

from dataclasses import dataclass

from floodeval.metrics.boundary import BOUNDARY_METRICS, Boundary, boundary
from floodeval.metrics.overlap import OVERLAP_METRICS, Counts, Mask, Overlap, count, overlap

METRICS = (*OVERLAP_METRICS, *BOUNDARY_METRICS)
LOWER_IS_BETTER = frozenset({"hd95_px", "assd_px"})


@dataclass(frozen=True)
class Measures:
    """All metrics of a predicted mask: counts of pixels, overlap metrics and boundary metrics."""

    counts: Counts
    overlap: Overlap
    boundary: Boundary


def measure(
    truth: Mask,
    predicted: Mask,
    *,
    ignored: Mask | None = None,
    width_px: int | None = None,
    tolerance_px: float | None = None,
) -> Measures:
    """Compute all metrics of a predicted mask compared with the reference mask.

    Args:
        truth: H x W, true for water in the reference mask.
        predicted: H x W, true for predicted water.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        width_px: width of the bands of the boundary IoU; by default 2% of the diagonal of the image.
        tolerance_px: tolerance of the NSD; by default 2 pixels per 1024 pixels of the longer side.

    Raises:
        ValueError: the arrays are not boolean masks of one shape, the width is less than 1 pixel, or the
            tolerance is negative.

    Examples:
        >>> import numpy as np
        >>> truth, predicted = np.zeros((2, 5, 7), bool)
        >>> truth[1:4, 1:4] = predicted[1:4, 2:5] = True
        >>> measured = measure(truth, predicted)
        >>> measured.counts
        Counts(tp=6, fp=3, fn=3, tn=23)
        >>> measured.overlap.iou, measured.boundary.hd95_px
        (0.5, 1.0)
    """
    counts = count(truth, predicted, ignored=ignored)
    shoreline = boundary(truth, predicted, ignored=ignored, width_px=width_px, tolerance_px=tolerance_px)
    return Measures(counts, overlap(counts), shoreline)
