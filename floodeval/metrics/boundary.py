"""How well the shoreline of a predicted mask follows that of the true one."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.metrics.overlap import Mask, counted, diagonal_px, finite, ratio

# The borders of two masks, and how far every border pixel lies from the other mask's border.

DENSE = 0.06  # from this share of border pixels on, one distance transform is cheaper than many look-ups
# FLANN_INDEX_KDTREE_SINGLE: the one of FLANN's trees that is exact, in half the time of SciPy's.
TREE = {"algorithm": 4, "leaf_max_size": 16}
CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)

Bits = npt.NDArray[np.uint8]  # a mask as OpenCV takes it, of 0 and 1
Distances = npt.NDArray[np.float64]
Distances32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class BorderDistances:
    """Euclidean distances in pixels from each border pixel of a mask to the nearest of the other mask.

    One entry a border pixel, in no promised order. A mask without water has no border, nor has one whose
    water ends at ignored pixels alone: its own array is empty, and the other mask's distances are infinite.
    `diagonal_px` is the image's diagonal.
    """

    from_truth: Distances
    from_predicted: Distances
    diagonal_px: float


def border(mask: Mask, *, ignored: Mask | None = None) -> Mask:
    """Find the border pixels of an H x W mask: its pixels with one of their 4 neighbors outside of it.

    What lies beyond the image is outside, so water that runs out of the picture has border there. This is
    the mask without its erosion by a cross of 3 x 3, as in MONAI's `get_mask_edges`. Ignored pixels (H x W)
    are neither in the mask nor outside of it: nobody knows whether water ends where they begin.
    """
    mask, _, ignored = counted(mask, mask, ignored)
    return _edge(bits(mask), None if ignored is None else bits(ignored)).view(np.bool_)


def border_distances(truth: Mask, predicted: Mask, *, ignored: Mask | None = None) -> BorderDistances:
    """Measure the distances between the borders of two H x W masks, both ways; see `border`.

    Few border pixels are looked up in a k-d tree, many in a distance transform. Both are exact to about 1,500
    pixels, and to 0.0005 pixels beyond, where OpenCV's 32 bits end.

    Raises:
        ValueError: the arrays are not boolean masks of one shape.
    """
    truth, predicted, ignored = counted(truth, predicted, ignored)
    return distances_of(cropped(truth, predicted, ignored), diagonal_px(truth.shape))


@dataclass(frozen=True)
class Part:
    """A part of two masks, h x w each, beyond which every pixel is dry in both and counts.

    `ignored` is water in neither mask; None where every pixel counts.
    """

    truth: Bits
    predicted: Bits
    ignored: Bits | None = None


def distances_of(part: Part, diagonal: float) -> BorderDistances:
    """Measure as `border_distances` does, in a part of the image that holds all water of both masks."""
    wet, found = _Border.of(part.truth, part.ignored), _Border.of(part.predicted, part.ignored)
    pixels = len(wet.places), len(found.places)
    if not all(pixels):
        measured = _to_nothing
    elif sum(pixels) > DENSE * 2 * part.truth.size:
        measured = _by_transform
    else:
        measured = _by_tree
    return BorderDistances(measured(wet, found), measured(found, wet), diagonal)


def bits(mask: Mask) -> Bits:
    """See a mask as 0 and 1, copied only where its rows do not lie in order."""
    return np.ascontiguousarray(mask).view(np.uint8)


def cropped(truth: Mask, predicted: Mask, ignored: Mask | None = None) -> Part:
    """Crop both masks to the smallest box that holds all water, and the ignored pixels where there are some.

    Where there is neither, to one dry pixel. Ignored pixels are water in neither mask.
    """
    whole = [bits(mask) for mask in (truth, predicted, ignored) if mask is not None]
    boxes = [(x, y, x + w, y + h) for x, y, w, h in map(cv2.boundingRect, whole) if w]
    if not boxes:
        return Part(*(mask[:1, :1] for mask in whole))
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    box = slice(min(tops), max(bottoms)), slice(min(lefts), max(rights))
    return Part(*(mask[box] for mask in whole))


def _edge(mask: Bits, ignored: Bits | None) -> Bits:
    open_water = mask if ignored is None else mask | ignored
    inside: Bits = cv2.erode(open_water, CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return mask ^ inside if ignored is None else mask & ~inside


@dataclass(frozen=True)
class _Border:
    """A border as an image, and where in that image, raveled, its pixels lie."""

    edge: Bits
    places: npt.NDArray[np.intp]

    @classmethod
    def of(cls, mask: Bits, ignored: Bits | None) -> Self:
        edge = _edge(mask, ignored)
        return cls(edge, np.flatnonzero(edge.view(np.bool_)))

    @property
    def points(self) -> npt.NDArray[np.float32]:
        """N x 2, row and column."""
        points = np.empty((len(self.places), 2), np.float32)
        points[:, 0], points[:, 1] = np.divmod(self.places, self.edge.shape[1])
        return points


def _to_nothing(here: _Border, there: _Border) -> Distances:
    return np.full(len(here.places), np.inf)


def _by_tree(here: _Border, there: _Border) -> Distances:
    squares: Distances32 = cv2.flann.Index(there.points, TREE).knnSearch(here.points, 1)[1]
    return np.sqrt(squares.ravel(), dtype=np.float64)


def _by_transform(here: _Border, there: _Border) -> Distances:
    """Measure from every pixel of the image; `there` has to have a pixel, or OpenCV says 1.8e19."""
    away: Distances32 = cv2.distanceTransform(there.edge ^ 1, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    squares = np.square(away.ravel()[here.places], dtype=np.float64)
    return np.sqrt(np.rint(squares))  # whole numbers, before they were rounded to 32 bits


# How well the shoreline of a predicted mask follows that of the true one.

BOUNDARY_METRICS = ("boundary_iou", "nsd", "hd95_px", "assd_px")
BOUNDARY_WIDTH = 0.02  # of the image's diagonal, as in the boundary IoU's paper and code
NSD_TOLERANCE = 2 / 1024  # of the longer side: 2 pixels where SAM sees the photograph at its own 1024


@dataclass(frozen=True)
class Boundary:
    """Boundary metrics of the class water; None where both masks are empty.

    A border pixel is a pixel of a mask with one of its 4 neighbors outside of it, be it beyond the image.
    Each has a distance: the Euclidean one, between pixel centers, to the nearest border pixel of the other
    mask. Distances from the truth's border and from the prediction's are two sets.

    - `boundary_iou`: the IoU of the two bands that lie inside each mask along its border. A band holds the
      pixels of the mask from which a pixel outside of it, be it beyond the image, is at most d rows and d
      columns away; d is `boundary_width_px` (Cheng et al. 2021, "Boundary IoU"; their `mask_to_boundary`)
    - `nsd`, the normalized surface Dice: the share, among the border pixels of both masks, of those whose
      distance is at most the tolerance, `nsd_tolerance_px` (Nikolov et al. 2018; counted in pixels as in
      MONAI's `compute_surface_dice`, where Nikolov et al. weigh by length)
    - `hd95_px`: the 95th percentile of each of the two sets, linearly interpolated, and the larger of the
      two (MONAI's `compute_hausdorff_distance(percentile=95)`; the percentile of both sets together, which
      some report, is smaller)
    - `assd_px`, the average symmetric surface distance: the mean over both sets together (Heimann et al.
      2009)

    Where one mask alone is empty, `boundary_iou` and `nsd` are 0 and the distances the image's diagonal.

    Ignored pixels are water in neither mask, and nobody knows whether water ends where they begin: they are
    not outside of a mask either. A pixel with no other neighbors outside than ignored ones is no border
    pixel, and in no band where nothing else outside is near enough. Where water of both masks ends at ignored
    pixels alone, there is no border to follow and the metrics are None; where that of one mask does, `nsd` is
    0 and the distances are the diagonal.
    """

    boundary_iou: float | None
    nsd: float | None
    hd95_px: float | None
    assd_px: float | None


def boundary_width_px(shape: tuple[int, ...], share: float = BOUNDARY_WIDTH) -> int:
    """Width of the boundary IoU's band in an H x W image: a share of its diagonal, at least 1 pixel."""
    return max(1, round(share * diagonal_px(shape)))


def nsd_tolerance_px(shape: tuple[int, ...], share: float = NSD_TOLERANCE) -> float:
    """Tolerance of the NSD in an H x W image: a share of its longer side, not rounded."""
    return share * max(shape)


def boundary(
    truth: Mask,
    predicted: Mask,
    *,
    ignored: Mask | None = None,
    width_px: int | None = None,
    tolerance_px: float | None = None,
) -> Boundary:
    """Compute the boundary metrics of two H x W masks, each distance once.

    Args:
        truth: true where there is water.
        predicted: true where a model found water.
        ignored: true where a pixel counts nowhere; None where every pixel counts.
        width_px: of the boundary IoU's bands; `boundary_width_px` of the image unless given.
        tolerance_px: of the NSD; `nsd_tolerance_px` of the image unless given.

    Raises:
        ValueError: the arrays are not boolean masks of one shape, the width is under 1 pixel or the tolerance
            under 0.
    """
    truth, predicted, ignored = counted(truth, predicted, ignored)
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
    """Compute the boundary IoU of two H x W masks, in 0..1, without the distances.

    Raises:
        ValueError: as `boundary` does.
    """
    truth, predicted, ignored = counted(truth, predicted, ignored)
    width = boundary_width_px(truth.shape) if width_px is None else width_px
    part = cropped(truth, predicted, ignored)
    return 0.0 if _is_missed(part) else _boundary_iou(part, width)


def nsd(distances: BorderDistances, tolerance_px: float) -> float | None:
    """Compute the normalized surface Dice at a tolerance, in 0..1.

    Raises:
        ValueError: the tolerance is under 0.
    """
    if not tolerance_px >= 0:
        raise ValueError(f"tolerance_px is {tolerance_px}; expected 0 or more")
    both = distances.from_truth, distances.from_predicted
    near = sum(int(np.count_nonzero(one <= tolerance_px)) for one in both)
    border = sum(map(len, both))
    return ratio(near, border, border)


def hd95_px(distances: BorderDistances) -> float | None:
    """Compute the larger of the two directed 95th percentiles of the distances, in pixels."""
    both = [one for one in (distances.from_truth, distances.from_predicted) if len(one)]
    if not both:
        return None
    return max(float(np.percentile(finite(one, distances.diagonal_px), 95)) for one in both)


def assd_px(distances: BorderDistances) -> float | None:
    """Compute the mean of all distances of both masks, in pixels."""
    together = np.concatenate([distances.from_truth, distances.from_predicted])
    return float(finite(together, distances.diagonal_px).mean()) if len(together) else None


def _is_missed(part: Part) -> bool:
    """Whether one mask alone is empty, where the other's water may have no border: it all meets ignored."""
    return part.ignored is not None and bool(part.truth.any()) != bool(part.predicted.any())


def _boundary_iou(part: Part, width_px: int) -> float | None:
    if width_px < 1:
        raise ValueError(f"width_px is {width_px}; expected 1 or more")
    bands = [_band(mask, part.ignored, width_px) for mask in (part.truth, part.predicted)]
    common = cv2.countNonZero(cv2.bitwise_and(*bands))
    either = sum(map(cv2.countNonZero, bands)) - common
    return ratio(common, either, either)


def _band(mask: Bits, ignored: Bits | None, width_px: int) -> Bits:
    """The mask without its erosion by a square of 2 x width + 1, the world beyond the array being dry.

    Ignored pixels erode nothing.

    A sum over the square is cheaper than an erosion: its cost does not grow with the width. Sums over 255
    are cut off there, which leaves them above 0.
    """
    outside = (mask if ignored is None else mask | ignored) ^ 1
    dry = cv2.copyMakeBorder(outside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    square = (2 * width_px + 1,) * 2
    near = cv2.boxFilter(dry, cv2.CV_8U, square, normalize=False, borderType=cv2.BORDER_REPLICATE)
    band: Bits = cv2.min(mask, near[1:-1, 1:-1])
    return band
