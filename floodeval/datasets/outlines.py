"""A mask as polygons along the edges of its pixels, and as GeoJSON: filled again they are the same mask."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.datasets.images import Mask

Ring = npt.NDArray[np.int64]
"""N x 2, corners (x, y) in pixels, the first repeated as the last. Pixel (x, y) reaches to (x + 1, y + 1)."""

UNITS = "pixels, not degrees: x to the right and y down from the upper left corner of the upper left pixel"


@dataclass(frozen=True)
class Polygon:
    """A body of water whose pixels touch by their sides: its outer ring, and those of the land within."""

    outer: Ring
    holes: tuple[Ring, ...] = ()

    @property
    def area_px(self) -> int:
        """How many pixels it covers."""
        return round(sum(signed_area(ring) for ring in (self.outer, *self.holes)))


def polygons(mask: Mask) -> list[Polygon]:
    """Trace an H x W mask along the edges of its pixels, exactly, one polygon a body of water.

    Outer rings have a positive `signed_area`, holes a negative one. No ring touches itself: where two pixels
    meet at a corner alone, they are of two polygons, or of a polygon and its hole.
    """
    _, bodies = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    outer: dict[int, Ring] = {}
    holes: dict[int, list[Ring]] = {}
    for (x, y), ring in _rings(mask):
        body = int(bodies[y, x])
        if signed_area(ring) > 0:
            outer[body] = ring
        else:
            holes.setdefault(body, []).append(ring)
    return [Polygon(ring, tuple(holes.get(body, ()))) for body, ring in sorted(outer.items())]


def rings(mask: Mask) -> list[Ring]:
    """All rings of `polygons`, outer ones and holes, for those who draw lines."""
    return [ring for _, ring in _rings(mask)]


def svg_path(mask: Mask) -> str:
    """The outline of an H x W mask as the path of an SVG or a canvas, in pixels; empty without water."""
    return "".join(map(_svg_ring, rings(mask)))


def _svg_ring(ring: Ring) -> str:
    """A ring as steps across and down in turn; its last step, back to its beginning, is its closing."""
    steps = np.diff(ring[:-1], axis=0)
    return f"M{ring[0, 0]} {ring[0, 1]}{''.join(f'h{x}' if x else f'v{y}' for x, y in steps.tolist())}z"


def cut_open(polygon: Polygon) -> Ring:
    """One ring that goes round a polygon and, there and back along a cut, round each of its holes.

    For formats whose polygons know no holes. A cut has no width: filled, the ring is the polygon.
    """
    ring = polygon.outer[:-1]
    for hole in sorted((_from_upper_left(hole) for hole in polygon.holes), key=lambda hole: tuple(hole[0])):
        x, y = hole[0]
        start, end = ring, np.roll(ring, -1, axis=0)
        reached = (start[:, 0] == end[:, 0]) & (end[:, 1] <= y) & (y < start[:, 1]) & (start[:, 0] < x)
        shores = np.flatnonzero(reached)  # sides up which the way goes, across the row of the hole's corner
        side = shores[np.argmax(start[shores, 0])]
        cut = np.array([[start[side, 0], y]])
        ring = np.concatenate([ring[: side + 1], cut, hole, hole[:1], cut, ring[side + 1 :]])
    return np.concatenate([ring, ring[:1]])


def _from_upper_left(ring: Ring) -> Ring:
    """The corners of a ring, open, from the uppermost of its leftmost ones on."""
    corners = ring[:-1]
    return np.roll(corners, -int(np.lexsort((corners[:, 1], corners[:, 0]))[0]), axis=0)


def signed_area(ring: Ring) -> float:
    """The area within a ring by the shoelace formula; positive where water lies on its right, y down."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2


def geojson(mask: Mask, **about: object) -> str:
    """An H x W mask as a GeoJSON FeatureCollection in pixel coordinates, one feature a body of water.

    Args:
        mask: true where water is.
        about: further members of the collection, such as the photograph's name.
    """
    features = [
        {
            "type": "Feature",
            "properties": {"area_px": polygon.area_px},
            "geometry": {
                "type": "Polygon",
                "coordinates": [ring.tolist() for ring in (polygon.outer, *polygon.holes)],
            },
        }
        for polygon in polygons(mask)
    ]
    height, width = mask.shape
    head = {"type": "FeatureCollection", "units": UNITS, "width": width, "height": height}
    return json.dumps(head | about | {"features": features}) + "\n"


def _rings(mask: Mask) -> Iterator[tuple[tuple[int, int], Ring]]:
    """The rings of a mask with water on their right, each with a pixel (x, y) of its body."""
    x, y, side, following = _sides(mask)
    corners = np.stack([x + (side % 3 > 0), y + (side > 1)], axis=1)  # where each side begins
    before = np.empty_like(following)
    before[following] = np.arange(len(following))
    turns = side != side[before]  # corners within straight lines are left out
    twice = _pinched(mask)[corners[:, 1], corners[:, 0]]
    left = bytearray(b"\1") * len(side)
    successor = following.tolist()
    for first in range(len(side)):
        if not left[first]:
            continue
        path, here = [], first
        while left[here]:
            left[here] = 0
            path.append(here)
            here = successor[here]
        way = np.array(path)
        way = way[turns[way]]
        for ring in _simple(corners[way]) if twice[way].any() else (corners[way],):
            yield (int(x[first]), int(y[first])), np.concatenate([ring, ring[:1]])


def _pinched(mask: Mask) -> Mask:
    """Corners, (H + 1) x (W + 1), where two pixels of water meet and their neighbors are land."""
    water = np.pad(mask, 1)
    above, below = water[:-1], water[1:]
    unlike = above[:, :-1] ^ above[:, 1:]
    return np.asarray(unlike & (above[:, :-1] == below[:, 1:]) & (above[:, 1:] == below[:, :-1]), bool)


def _sides(mask: Mask) -> tuple[npt.NDArray[np.int64], ...]:
    """All sides of water pixels that face land, as x and y of the pixel, the side, and the side that follows.

    Sides are 0 top, 1 right, 2 bottom and 3 left, gone along with the water on the right hand. At a corner
    where two pixels of water meet alone, the way stays with its own.
    """
    water = np.pad(mask, 1)
    width, flat = water.shape[1], water.ravel()
    outwards = (-width, 1, width, -1)  # from a pixel to the one beyond its side
    within = flat[width:-width]
    here, then = [], []
    for side in range(4):
        out, along = outwards[side], outwards[(side + 1) % 4]
        facing = flat[width + out : flat.size - width + out]
        at = np.flatnonzero(within > facing) + width
        ahead, beyond = flat[at + along], flat[at + along + out]
        turned = np.where(~ahead, 1, np.where(beyond, -1, 0))
        moved = at + np.where(ahead, along, 0) + np.where(ahead & beyond, out, 0)
        here.append(side * flat.size + at)
        then.append((side + turned) % 4 * flat.size + moved)
    sides = np.concatenate(here)
    pixels = sides % flat.size
    x, y = pixels % width - 1, pixels // width - 1
    return x, y, sides // flat.size, np.searchsorted(sides, np.concatenate(then)).astype(np.int64)


def _simple(ring: Ring) -> Iterator[Ring]:
    """Split an open ring wherever it comes back to a corner."""
    path: list[tuple[int, int]] = []
    place: dict[tuple[int, int], int] = {}
    for x, y in ring.tolist():
        if (x, y) in place:
            begin = place[x, y]
            yield np.array(path[begin:], np.int64)
            for corner in path[begin + 1 :]:
                del place[corner]
            del path[begin + 1 :]
        else:
            place[x, y] = len(path)
            path.append((x, y))
    yield np.array(path, np.int64)
