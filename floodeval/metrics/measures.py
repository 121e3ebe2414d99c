"""All metrics of one photograph in one call."""

from dataclasses import dataclass

from floodeval.metrics.boundary import BOUNDARY_METRICS, Boundary, boundary
from floodeval.metrics.overlap import OVERLAP_METRICS, Counts, Mask, Overlap, count, overlap

METRICS = (*OVERLAP_METRICS, *BOUNDARY_METRICS)
LOWER_IS_BETTER = frozenset({"hd95_px", "assd_px"})


@dataclass(frozen=True)
class Measures:
    """A predicted mask against the true one: pixels counted, how they overlap, how their borders lie."""

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
    """Measure an H x W predicted mask against the true one of the same size.

    Args:
        truth: true where there is water.
        predicted: true where a model found water.
        ignored: true where a pixel counts nowhere; None where every pixel counts.
        width_px: of the boundary IoU's bands; 2 % of the image's diagonal unless given.
        tolerance_px: of the NSD; 2 pixels at 1024 on the longer side, and in proportion, unless given.

    Raises:
        ValueError: the arrays are not boolean masks of one shape, the width is under 1 pixel or the
            tolerance under 0.
    """
    counts = count(truth, predicted, ignored=ignored)
    around = boundary(truth, predicted, ignored=ignored, width_px=width_px, tolerance_px=tolerance_px)
    return Measures(counts, overlap(counts), around)
