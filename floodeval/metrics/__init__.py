"""Metrics of one predicted water mask compared with the reference mask of the same photograph.

All masks are boolean arrays of shape (H, W), true for water. `measure` computes everything at once; the other
functions compute a part. This is a public API: it needs NumPy, SciPy and OpenCV only, and it raises
`ValueError` for arrays that are not masks.
"""

from floodeval.metrics.borders import BorderDistances, border, border_distances
from floodeval.metrics.boundary import (
    BOUNDARY_METRICS,
    BOUNDARY_WIDTH,
    NSD_TOLERANCE,
    Boundary,
    assd_px,
    boundary,
    boundary_iou,
    boundary_width_px,
    hd95_px,
    nsd,
    nsd_tolerance_px,
)
from floodeval.metrics.error_types import (
    ERROR_KINDS,
    ErrorKinds,
    TruthParts,
    count_errors,
    error_kinds,
    truth_parts,
)
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS, Measures, measure
from floodeval.metrics.overlap import (
    EMPTY_POLICY,
    FAILURE_THRESHOLD,
    OVERLAP_METRICS,
    Counts,
    Mask,
    Overlap,
    count,
    overlap,
)

__all__ = [
    "BOUNDARY_METRICS",
    "BOUNDARY_WIDTH",
    "EMPTY_POLICY",
    "ERROR_KINDS",
    "FAILURE_THRESHOLD",
    "LOWER_IS_BETTER",
    "METRICS",
    "NSD_TOLERANCE",
    "OVERLAP_METRICS",
    "BorderDistances",
    "Boundary",
    "Counts",
    "ErrorKinds",
    "Mask",
    "Measures",
    "Overlap",
    "TruthParts",
    "assd_px",
    "border",
    "border_distances",
    "boundary",
    "boundary_iou",
    "boundary_width_px",
    "count",
    "count_errors",
    "error_kinds",
    "hd95_px",
    "measure",
    "nsd",
    "nsd_tolerance_px",
    "overlap",
    "truth_parts",
]
