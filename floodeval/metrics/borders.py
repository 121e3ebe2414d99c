"""Borders of two masks, and the distance of every border pixel to the border of the other mask."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.metrics.overlap import Mask, diagonal_px, without_ignored

DENSE = 0.06  # above this share of border pixels, one distance transform is faster than many look-ups
# FLANN_INDEX_KDTREE_SINGLE: the only exact tree of FLANN; it takes half the time of SciPy's.
TREE = {"algorithm": 4, "leaf_max_size": 16}
CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)

Bits = npt.NDArray[np.uint8]  # a mask of 0 and 1, as OpenCV needs it
Distances = npt.NDArray[np.float64]
Distances32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class BorderDistances:
    """Euclidean distances in pixels from each border pixel of one mask to the nearest of the other mask.

    A mask without water has no border. A mask whose water ends only at ignored pixels has none either. Its
    own array is then empty, and the distances of the other mask are infinite.

    Attributes:
        from_truth: N, one distance for each border pixel of the reference mask, in no particular order.
        from_predicted: M, the same for the predicted mask.
        diagonal_px: diagonal of the image.
    """

    from_truth: Distances
    from_predicted: Distances
    diagonal_px: float


def border(mask: Mask, *, ignored: Mask | None = None) -> Mask:
    """Find the border pixels of a mask: its pixels with at least one of their 4 neighbors outside of it.

    Outside the image counts as outside the mask, so water at the edge of the image has a border there. The
    border is the mask without its erosion by a cross of 3 x 3, as in MONAI's `get_mask_edges`. Ignored pixels
    are neither in the mask nor outside of it, because it is unknown whether the water ends there.

    Args:
        mask: H x W, true for water.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.

    Returns:
        H x W, true for border pixels.

    Raises:
        ValueError: the arrays are not boolean masks of one shape.

    Examples:
        >>> import numpy as np
        >>> border(np.ones((4, 5), bool)).astype(int)
        array([[1, 1, 1, 1, 1],
               [1, 0, 0, 0, 1],
               [1, 0, 0, 0, 1],
               [1, 1, 1, 1, 1]])
    """
    mask, _, ignored = without_ignored(mask, mask, ignored)
    return _edge(bits(mask), None if ignored is None else bits(ignored)).view(np.bool_)


def border_distances(truth: Mask, predicted: Mask, *, ignored: Mask | None = None) -> BorderDistances:
    """Measure the distances between the borders of two masks, in both directions; see `border`.

    Few border pixels are looked up in a k-d tree, many in a distance transform. Both are exact up to
    distances of about 1,500 pixels, and to 0.0005 pixels beyond that, because OpenCV computes in 32 bits.

    Args:
        truth: H x W, true for water in the reference mask.
        predicted: H x W, true for predicted water.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.

    Raises:
        ValueError: the arrays are not boolean masks of one shape.

    Examples:
        >>> import numpy as np
        >>> truth, predicted = np.zeros((2, 1, 9), bool)
        >>> truth[0, 1], predicted[0, 4:6] = True, True
        >>> distances = border_distances(truth, predicted)
        >>> distances.from_truth, distances.from_predicted
        (array([3.]), array([3., 4.]))
    """
    truth, predicted, ignored = without_ignored(truth, predicted, ignored)
    return distances_of(cropped(truth, predicted, ignored), diagonal_px(truth.shape))


@dataclass(frozen=True)
class Part:
    """A part of two masks, h x w each. Outside of it, every pixel is dry in both masks and counts.

    `ignored` is water in neither mask; None if every pixel counts.
    """

    truth: Bits
    predicted: Bits
    ignored: Bits | None = None


def distances_of(part: Part, diagonal: float) -> BorderDistances:
    """Measure as `border_distances` does, in a part of the image with all water of both masks."""
    truth, predicted = _Border.of(part.truth, part.ignored), _Border.of(part.predicted, part.ignored)
    pixels = len(truth.places), len(predicted.places)
    if not all(pixels):
        measured = _to_nothing
    elif sum(pixels) > DENSE * 2 * part.truth.size:
        measured = _by_transform
    else:
        measured = _by_tree
    return BorderDistances(measured(truth, predicted), measured(predicted, truth), diagonal)


def bits(mask: Mask) -> Bits:
    """View a mask as 0 and 1; it is copied only if its rows are not contiguous in memory."""
    return np.ascontiguousarray(mask).view(np.uint8)


def cropped(truth: Mask, predicted: Mask, ignored: Mask | None = None) -> Part:
    """Crop both masks to the smallest box with all water and all ignored pixels, or to one pixel without any.

    Ignored pixels are water in neither mask.
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
    """A border as an image, and the indices of its pixels in the flattened image."""

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
    """Measure from every pixel of the image; if `there` had no pixel, OpenCV would return 1.8e19."""
    away: Distances32 = cv2.distanceTransform(there.edge ^ 1, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    squares = np.square(away.ravel()[here.places], dtype=np.float64)
    return np.sqrt(np.rint(squares))  # squares are whole numbers; the 32 bits rounded them
