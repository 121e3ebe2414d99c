"""The match of two photographs, and the scenes that linked photographs form."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, get_args

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.datasets.sample_names import natural_key
from floodeval.datasets.scenes.features import (
    Bytes,
    Description,
    Floats,
    Size,
    align,
    is_plausible,
    match,
    mirroring,
    rescaling,
)

Kind: TypeAlias = Literal["same bytes", "same photograph", "same view"]
Row: TypeAlias = tuple[float, float, float]
Transform: TypeAlias = tuple[Row, Row, Row]
Plane: TypeAlias = npt.NDArray[np.float32]

KINDS: tuple[Kind, ...] = get_args(Kind)
IDENTITY: Transform = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
MIN_LIKENESS = 0.5  # of a pair at all: two places that features confuse stay far below
COPY_LIKENESS = 0.85  # of copies of one photograph
WINDOW_PX = 9
SMOOTHING_PX = 0.8
MIN_DEVIATION = 2.0  # grey levels within a window: a flatter one holds noise alone
MIN_OVERLAP_PX = 400
MIN_TEXTURED = 0.1  # of the overlap: on open water nothing but a watermark may be left to agree


@dataclass(frozen=True)
class Link:
    """Two photographs that show the same.

    Attributes:
        a: the id that comes first in natural order.
        b: the other.
        kind: "same bytes"; "same photograph" (a part of it, another resolution, compression or colors, a
            mirrored copy, text on it); "same view" (another frame of the same place).
        transform: of a's pixel coordinates (x, y, 1) to b's, both upright at full size; whole numbers are
            the centers of pixels.
        n_inliers: matched local features that agree with the transform; 0 for the same bytes.
        likeness: median correlation of a laid upon b with b, -1..1.
    """

    a: str
    b: str
    kind: Kind
    transform: Transform
    n_inliers: int
    likeness: float

    @property
    def mirrored(self) -> bool:
        """Whether one is a mirror image of the other."""
        (xx, xy, _), (yx, yy, _), _ = self.transform
        return xx * yy - xy * yx < 0


@dataclass(frozen=True)
class Scenes:
    """The links between photographs, in natural order of their ids."""

    links: tuple[Link, ...]

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The scenes of two or more photographs, each in natural order, and so are they."""
        return linked_groups((link.a, link.b) for link in self.links)

    def scene_of(self, ids: Iterable[str]) -> dict[str, str]:
        """Map each id to its scene, named by the first of the scene's ids.

        A photograph without a link is a scene of its own.
        """
        scene = {member: group[0] for group in self.groups for member in group}
        return {one: scene.get(one, one) for one in ids}


@dataclass(frozen=True)
class Confirmed:
    """What relates photograph a to b; `transform`, 3 x 3, takes a's pixel coordinates to b's at full size."""

    kind: Kind
    transform: Floats
    n_inliers: int
    likeness: float


def linked_groups(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """The groups of ids that pairs connect, in natural order.

    >>> linked_groups([("a", "b"), ("b", "c"), ("x", "y")])
    (('a', 'b', 'c'), ('x', 'y'))
    """
    group_of: dict[str, set[str]] = {}
    for a, b in pairs:
        joined = group_of.get(a, {a}) | group_of.get(b, {b})
        group_of.update(dict.fromkeys(joined, joined))
    distinct = {min(group, key=natural_key): group for group in group_of.values()}
    return tuple(tuple(sorted(distinct[name], key=natural_key)) for name in sorted(distinct, key=natural_key))


def confirm(a: Description, b: Description, mirrored: bool) -> Confirmed | None:
    """Match two photographs, a mirrored first where asked, and return what relates them; None where nothing.

    Geometry alone is not enough, for a watermark on two photographs agrees perfectly with itself; so one is
    laid upon the other, and their pixels have to agree too.
    """
    left = a.mirrored if mirrored else a
    rows, columns = match(left.descriptors, b.descriptors)
    alignment = align(left.points[rows], b.points[columns])
    if alignment is None or not is_plausible(alignment.transform, a.reduced, b.reduced):
        return None
    small = _resized(alignment.transform, a, b, left.thumbnail.shape, b.thumbnail.shape)
    found = likeness(left.thumbnail, b.thumbnail, small)
    if found < MIN_LIKENESS:
        return None
    kind: Kind = "same photograph" if alignment.affine and found >= COPY_LIKENESS else "same view"
    transform = _resized(alignment.transform, a, b, a.size, b.size)
    if mirrored:
        transform = transform @ mirroring(a.size[1])
    return Confirmed(kind, transform / transform[2, 2], alignment.n_inliers, found)


def _resized(transform: Floats, a: Description, b: Description, size_a: Size, size_b: Size) -> Floats:
    """A transform between the reduced pictures as one between the same pictures of other sizes."""
    return rescaling(b.reduced, size_b) @ transform @ rescaling(size_a, a.reduced)


def likeness(a: Bytes, b: Bytes, transform: Floats) -> float:
    """Median over windows of the correlation of grey picture b with a laid upon it, -1..1.

    Each window of 9 x 9 pixels that has texture in both counts once: what a banner covers or what has moved
    costs its own windows and no more; brightness and contrast do not matter. 0 where too little overlaps
    or too little of that has texture.

    Args:
        a: H x W, grey.
        b: H x W, grey.
        transform: of a's pixel coordinates to b's, 3 x 3.
    """
    size = (b.shape[1], b.shape[0])
    inside = cv2.warpPerspective(np.full(a.shape, 255, np.uint8), transform, size, flags=cv2.INTER_NEAREST)
    window = np.ones((WINDOW_PX, WINDOW_PX), np.uint8)
    inside = cv2.erode(inside, window, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    if np.count_nonzero(inside) < MIN_OVERLAP_PX:
        return 0.0
    laid = _smooth(cv2.warpPerspective(a, transform, size))
    under = _smooth(b)
    mean_a, mean_b = _mean(laid), _mean(under)
    variance_a, variance_b = _mean(laid**2) - mean_a**2, _mean(under**2) - mean_b**2
    covariance = _mean(laid * under) - mean_a * mean_b
    textured = inside & (np.minimum(variance_a, variance_b) > MIN_DEVIATION**2)
    if np.count_nonzero(textured) < max(MIN_OVERLAP_PX, MIN_TEXTURED * np.count_nonzero(inside)):
        return 0.0
    return float(np.median(covariance[textured] / np.sqrt(variance_a[textured] * variance_b[textured])))


def _smooth(picture: Bytes) -> Plane:
    smooth: Plane = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), SMOOTHING_PX)
    return smooth


def _mean(plane: Plane) -> Plane:
    mean: Plane = cv2.boxFilter(plane, -1, (WINDOW_PX, WINDOW_PX))
    return mean
