"""The borders of two masks, and how far every border pixel lies from the other mask's border."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.metrics.masks import Mask, counted, diagonal_px

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
    """Find the border pixels of an H x W mask: its pixels with one of their 4 neighbours outside of it.

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
