"""Boundary metrics: how well the shoreline of a predicted mask follows that of the reference mask."""

from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.metrics.borders import Bits, BorderDistances, Part, cropped, distances_of
from floodeval.metrics.overlap import Mask, diagonal_px, finite, ratio, without_ignored

BOUNDARY_METRICS = ("boundary_iou", "nsd", "hd95_px", "assd_px")
BOUNDARY_WIDTH = 0.02  # of the image's diagonal, as in the boundary IoU's paper and code
NSD_TOLERANCE = 2 / 1024  # of the longer side: 2 pixels where SAM sees the photograph at its own 1024


@dataclass(frozen=True)
class Boundary:
    """Boundary metrics of the class water; None if both masks are empty.

    A border pixel is a pixel of a mask with at least one of its 4 neighbors outside of it; outside the image
    counts as outside the mask. Its distance is the Euclidean distance, between pixel centers, to the nearest
    border pixel of the other mask. The border pixels of the reference mask and those of the predicted mask
    give two sets of distances.

    - `boundary_iou`: the IoU of two bands, one inside each mask along its border. The band of a mask has
      those of its pixels from which a pixel outside of the mask is at most d rows and d columns away; d is
      `boundary_width_px` (Cheng et al. 2021, "Boundary IoU"; their `mask_to_boundary`)
    - `nsd`, the normalized surface Dice: the share of the border pixels of both masks whose distance is at
      most the tolerance, `nsd_tolerance_px` (Nikolov et al. 2018; counted in pixels as in MONAI's
      `compute_surface_dice`, while Nikolov et al. weight by length)
    - `hd95_px`: the 95th percentile of each set, linearly interpolated, and the larger of the two (MONAI's
      `compute_hausdorff_distance(percentile=95)`; the percentile of both sets together, which some report, is
      smaller)
    - `assd_px`, the average symmetric surface distance: the mean over both sets together (Heimann et al.
      2009)

    If only one mask is empty, `boundary_iou` and `nsd` are 0 and the distances are the diagonal of the image.

    Ignored pixels are water in neither mask. They are not outside of a mask either, because it is unknown
    whether the water ends there. So a pixel whose only neighbors outside of the mask are ignored ones is no
    border pixel. It is in a band only if another pixel outside of the mask is near enough. If the water of
    both masks ends only at ignored pixels, there is no border and the metrics are None. If that of one mask
    does, `nsd` is 0 and the distances are the diagonal.
    """

    boundary_iou: float | None
    nsd: float | None
    hd95_px: float | None
    assd_px: float | None


def boundary_width_px(shape: tuple[int, ...], share: float = BOUNDARY_WIDTH) -> int:
    """Width of the bands of the boundary IoU in pixels: a share of the diagonal, at least 1.

    Args:
        shape: height and width of the image.
        share: of the diagonal.

    Examples:
        >>> boundary_width_px((600, 800))
        20
    """
    return max(1, round(share * diagonal_px(shape)))


def nsd_tolerance_px(shape: tuple[int, ...], share: float = NSD_TOLERANCE) -> float:
    """Tolerance of the NSD in pixels: a share of the longer side, not rounded.

    Args:
        shape: height and width of the image.
        share: of the longer side.

    Examples:
        >>> nsd_tolerance_px((768, 1024))
        2.0
    """
    return share * max(shape)


def boundary(
    truth: Mask,
    predicted: Mask,
    *,
    ignored: Mask | None = None,
    width_px: int | None = None,
    tolerance_px: float | None = None,
) -> Boundary:
    """Compute the boundary metrics of two masks; `Boundary` defines them.

    Args:
        truth: H x W, true for water in the reference mask.
        predicted: H x W, true for predicted water.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        width_px: width of the bands of the boundary IoU; by default `boundary_width_px` of the image.
        tolerance_px: tolerance of the NSD; by default `nsd_tolerance_px` of the image.

    Raises:
        ValueError: the arrays are not boolean masks of one shape, the width is less than 1 pixel, or the
            tolerance is negative.

    Examples:
        >>> import numpy as np
        >>> truth, predicted = np.zeros((2, 5, 7), bool)
        >>> truth[1:4, 1:4] = predicted[1:4, 2:5] = True  # the same square, one pixel to the right
        >>> boundary(truth, predicted, width_px=1, tolerance_px=0.9)
        Boundary(boundary_iou=0.3333333333333333, nsd=0.5, hd95_px=1.0, assd_px=0.5)
    """
    truth, predicted, ignored = without_ignored(truth, predicted, ignored)
    shape, part = truth.shape, cropped(truth, predicted, ignored)
    width = boundary_width_px(shape) if width_px is None else width_px
    tolerance = nsd_tolerance_px(shape) if tolerance_px is None else tolerance_px
    if _is_missed(part):
        return Boundary(0.0, 0.0, diagonal_px(shape), diagonal_px(shape))
    distances = distances_of(part, diagonal_px(shape))
    return Boundary(
        boundary_iou=_boundary_iou(part, width),
        nsd=nsd(distances, tolerance),
        hd95_px=hd95_px(distances),
        assd_px=assd_px(distances),
    )


def boundary_iou(
    truth: Mask, predicted: Mask, *, ignored: Mask | None = None, width_px: int | None = None
) -> float | None:
    """Compute the boundary IoU of two masks, in 0..1, without measuring distances.

    Args:
        truth: H x W, true for water in the reference mask.
        predicted: H x W, true for predicted water.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        width_px: width of the bands; by default `boundary_width_px` of the image.

    Returns:
        The boundary IoU; None if it is missing (see `Boundary`).

    Raises:
        ValueError: the arrays are not boolean masks of one shape, or the width is less than 1 pixel.

    Examples:
        >>> import numpy as np
        >>> truth, predicted = np.zeros((2, 5, 7), bool)
        >>> truth[1:4, 1:4] = predicted[1:4, 2:5] = True
        >>> boundary_iou(truth, predicted, width_px=1)
        0.3333333333333333
    """
    truth, predicted, ignored = without_ignored(truth, predicted, ignored)
    width = boundary_width_px(truth.shape) if width_px is None else width_px
    part = cropped(truth, predicted, ignored)
    return 0.0 if _is_missed(part) else _boundary_iou(part, width)


def nsd(distances: BorderDistances, tolerance_px: float) -> float | None:
    """Compute the normalized surface Dice at a tolerance (Nikolov et al. 2018), in 0..1.

    Args:
        distances: of `border_distances`.
        tolerance_px: the largest distance that counts as agreement.

    Returns:
        The share of border pixels within the tolerance; None if there are none.

    Raises:
        ValueError: the tolerance is negative.

    Examples:
        >>> import numpy as np
        >>> distances = BorderDistances(np.array([0.0, 1.0]), np.array([1.0, 4.0]), diagonal_px=10.0)
        >>> nsd(distances, tolerance_px=1.0)
        0.75
    """
    if not tolerance_px >= 0:
        raise ValueError(f"tolerance_px is {tolerance_px}; expected 0 or more")
    both = distances.from_truth, distances.from_predicted
    near = sum(int(np.count_nonzero(one <= tolerance_px)) for one in both)
    border = sum(map(len, both))
    return ratio(near, border, border)


def hd95_px(distances: BorderDistances) -> float | None:
    """Compute the 95% Hausdorff distance in pixels: the larger of the 95th percentiles of both sets.

    Args:
        distances: of `border_distances`; infinite ones count as the diagonal.

    Returns:
        The distance; None if there are no border pixels.

    Examples:
        >>> import numpy as np
        >>> distances = BorderDistances(np.array([0.0, 1.0]), np.array([1.0, 4.0]), diagonal_px=10.0)
        >>> round(hd95_px(distances), 2)
        3.85
    """
    both = [one for one in (distances.from_truth, distances.from_predicted) if len(one)]
    if not both:
        return None
    return max(float(np.percentile(finite(one, distances.diagonal_px), 95)) for one in both)


def assd_px(distances: BorderDistances) -> float | None:
    """Compute the average symmetric surface distance in pixels: the mean over both sets together.

    Args:
        distances: of `border_distances`; infinite ones count as the diagonal.

    Returns:
        The distance; None if there are no border pixels.

    Examples:
        >>> import numpy as np
        >>> distances = BorderDistances(np.array([0.0, 1.0]), np.array([1.0, 4.0]), diagonal_px=10.0)
        >>> assd_px(distances)
        1.5
    """
    together = np.concatenate([distances.from_truth, distances.from_predicted])
    return float(finite(together, distances.diagonal_px).mean()) if len(together) else None


def _is_missed(part: Part) -> bool:
    """Whether only one mask is empty while pixels are ignored; the other mask may then have no border."""
    return part.ignored is not None and bool(part.truth.any()) != bool(part.predicted.any())


def _boundary_iou(part: Part, width_px: int) -> float | None:
    if width_px < 1:
        raise ValueError(f"width_px is {width_px}; expected 1 or more")
    bands = [_band(mask, part.ignored, width_px) for mask in (part.truth, part.predicted)]
    common = cv2.countNonZero(cv2.bitwise_and(*bands))
    either = sum(map(cv2.countNonZero, bands)) - common
    return ratio(common, either, either)


def _band(mask: Bits, ignored: Bits | None, width_px: int) -> Bits:
    """The mask without its erosion by a square of 2 x width + 1; outside the array is dry.

    Ignored pixels erode nothing. A sum over the square is faster than an erosion, because its cost does not
    grow with the width. Sums are clipped at 255, so they stay above 0.
    """
    outside = (mask if ignored is None else mask | ignored) ^ 1
    dry = cv2.copyMakeBorder(outside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    square = (2 * width_px + 1,) * 2
    near = cv2.boxFilter(dry, cv2.CV_8U, square, normalize=False, borderType=cv2.BORDER_REPLICATE)
    band: Bits = cv2.min(mask, near[1:-1, 1:-1])
    return band
