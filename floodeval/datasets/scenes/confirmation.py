"""Whether two described photographs show the same, what relates them, and how one lies upon the other."""

from dataclasses import dataclass

from floodeval.datasets.scenes.features import Description, Size
from floodeval.datasets.scenes.geometry import Floats, align, is_plausible, match, mirroring, rescaling
from floodeval.datasets.scenes.grouping import Kind
from floodeval.datasets.scenes.likeness import likeness

MIN_LIKENESS = 0.5  # of a pair at all: two places that features confuse stay far below
COPY_LIKENESS = 0.85  # of copies of one photograph


@dataclass(frozen=True)
class Confirmed:
    """What relates photograph a to b; `transform`, 3 x 3, takes a's pixel coordinates to b's at full size."""

    kind: Kind
    transform: Floats
    n_inliers: int
    likeness: float


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
