"""Links between photographs that show the same, and the scenes that they form."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, get_args

from floodeval.datasets.layouts import natural_key

Kind: TypeAlias = Literal["same bytes", "same photograph", "same view"]

KINDS: tuple[Kind, ...] = get_args(Kind)

Row: TypeAlias = tuple[float, float, float]

Transform: TypeAlias = tuple[Row, Row, Row]

IDENTITY: Transform = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


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
