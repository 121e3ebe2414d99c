"""The trees of a synthetic scene: where they grow, their crowns and shadows."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.synthetic.drawing import Canvas, Color, Floats, Points, Sun, View, at, ramp
from floodeval.synthetic.terrain import Terrain

CROWNS = 12
SPRITE_PX = 100
RADIUS_PX = SPRITE_PX / 2.7
BARK: Color = (66, 54, 42)
LEAVES: Color = (74, 96, 46)


@dataclass(frozen=True)
class Tree:
    """A tree: its foot, crown radius, top and the water it stands in, in meters; which crown, its tint."""

    x: float
    y: float
    radius: float
    top: float
    sunk_m: float
    crown: int
    tint: Color


@dataclass(frozen=True)
class Crown:
    """A crown as the camera sees it, h x w x 4 (color times opacity, opacity); half its height, in radii."""

    sprite: Floats
    tall: float

    def middle_m(self, tree: Tree) -> float:
        """How high above the ground or the water the middle of a tree's crown is."""
        return max(tree.top - self.tall * tree.radius - tree.sunk_m, 0.3 * tree.radius)


def plant_trees(
    rng: np.random.Generator, count: int, view: View, weights: Floats, depth_m: Floats
) -> list[Tree]:
    """`count` trees where the weights, H x W, like them; one more leaves the others alone."""
    places, shapes = np.empty((count, 3)), np.empty((count, 5))
    for k in range(count):
        places[k], shapes[k] = view.candidates(rng, weights)[0], rng.random(5)
    feet, sunk = view.ground_at(places), at(depth_m, places).clip(0, 2.5)
    return [grow(foot, shape, float(depth)) for foot, shape, depth in zip(feet, shapes, sunk, strict=True)]


def grow(foot: Points, shape: Points, sunk_m: float) -> Tree:
    """A tree at a ground point (x, y), shaped by five numbers between 0 and 1."""
    radius = 1.4 + 3.2 * shape[0] ** 1.4
    light, warm = 0.8 + 0.4 * shape[3], 1 + 0.16 * (shape[4] - 0.3)
    tint = (light * warm, light, light / warm)
    x, y = foot.tolist()
    return Tree(x, y, radius, radius * (2.0 + 0.6 * shape[1]), sunk_m, int(CROWNS * shape[2]), tint)


def tree_weights(terrain: Terrain, clumps: Floats, built: Floats) -> Floats:
    """How gladly trees grow, H x W: in clumps and hedges, never on roads or in houses."""
    hedge = (1 - ramp(terrain.parcels.edge_m, 1.5, 3.0)) * ramp(clumps, -0.6, 0.6)
    clump, thicket = terrain.setting.woods
    free = ramp(terrain.off_road_m, 2.5, 4.5) * (built == 0)
    weights: Floats = (0.002 + clump * ramp(clumps, 0.1, 1.3) ** 3 + thicket * hedge) * free
    return weights


def grow_crowns(rng: np.random.Generator, view: View, sun: Sun) -> list[Crown]:
    """The crowns that the trees of a scene share: most broad-leaved, some conical."""
    return [
        grow_cone(child, view, sun) if k % 7 == 6 else grow_dome(child, view, sun)
        for k, child in enumerate(rng.spawn(CROWNS))
    ]


def grow_dome(rng: np.random.Generator, view: View, sun: Sun) -> Crown:
    """A round crown."""
    tall = rng.uniform(0.75, 1.0)
    way = rng.normal(size=(60, 3))
    way *= rng.uniform(0.35, 0.76, (60, 1)) / np.linalg.norm(way, axis=1, keepdims=True)
    return Crown(leaf(rng, way, rng.uniform(0.15, 0.32, 60), tall, view, sun), tall)


def grow_cone(rng: np.random.Generator, view: View, sun: Sun) -> Crown:
    """A conical crown."""
    tall = rng.uniform(1.5, 2.0)
    rise, turn = rng.uniform(0, 1, 90) ** 1.2, rng.uniform(0, 2 * np.pi, 90)
    reach = 0.8 * (1 - rise) * np.minimum(1, 0.5 + 4 * rise)
    tufts = np.stack([reach * np.cos(turn), reach * np.sin(turn), 2 * rise - 1], axis=1)
    return Crown(leaf(rng, tufts, 0.12 + 0.16 * (1 - rise), tall, view, sun), tall)


def leaf(rng: np.random.Generator, tufts: Points, radii: Points, tall: float, view: View, sun: Sun) -> Floats:
    """Draw a crown, h x w x 4, of tufts of leaves at N x 3 places in a unit crown, of N radii."""
    sine, cosine = np.sin(view.pitch), np.cos(view.pitch)
    axes = np.array([[1, 0, 0], [0, -sine, -cosine], [0, -cosine, sine]])  # right, down, towards the camera
    half = int(RADIUS_PX * (0.85 * sine + tall * cosine + 0.3))
    v, u = np.mgrid[-half:half, -SPRITE_PX // 2 : SPRITE_PX // 2].astype(np.float64) / RADIUS_PX
    leaves = cv2.GaussianBlur(rng.standard_normal(u.shape, dtype=np.float64), (0, 0), 0.9) * 2.2
    near, light = np.full(u.shape, -np.inf, dtype=np.float64), np.zeros(u.shape, dtype=np.float64)
    for tuft, radius in zip(tufts, radii.tolist(), strict=True):
        right, down, towards = (axes @ (tuft * (1, 1, tall))).tolist()
        bulge = (radius * (1 + 0.22 * leaves)) ** 2 - (u - right) ** 2 - (v - down) ** 2
        front = towards + np.sqrt(np.maximum(bulge, 0))
        seen = (bulge > 0) & (front > near)
        near[seen] = front[seen]
        facing = axes.T @ np.stack([u[seen] - right, v[seen] - down, front[seen] - towards]) / radius
        light[seen] = leaf_light(facing, tuft, sun)
    alpha = cv2.GaussianBlur((near > -np.inf).astype(np.float64), (0, 0), 0.8)
    green = np.array(LEAVES, dtype=np.float64) * (light * (1 + 0.16 * leaves) * alpha)[..., None]
    return np.dstack([green, alpha])


def leaf_light(facing: Points, tuft: Points, sun: Sun) -> Points:
    """Light on N leaves, from the direction, 3 x N, they face and where in the crown their tuft sits."""
    normal = 0.55 * facing + 0.6 * tuft[:, None]  # the crown's own roundness shows through its tufts
    direct = np.maximum(sun.towards @ normal, 0)
    sky = 0.34 + 0.3 * np.clip(0.5 + 0.5 * normal[2], 0, 1) + 0.12 * tuft[2]
    light: Points = sky * (1.15 - 0.3 * sun.strength) + (0.25 + 0.65 * sun.strength) * direct
    return light


def paint_tree(canvas: Canvas, view: View, tree: Tree, crowns: Sequence[Crown], bark: Color = BARK) -> None:
    """Paint one tree: its trunk, then its crown over it."""
    crown = crowns[tree.crown]
    stem = view.project(np.array([[tree.x, tree.y, 0], [tree.x, tree.y, crown.middle_m(tree)]]))
    u, v, depth = stem[1].tolist()
    radius_px = tree.radius * view.focal_px / depth
    canvas.line(stem, bark, max(1, round(radius_px / 6)))
    scale = radius_px / RADIUS_PX
    size = [max(2, round(side * scale)) for side in crown.sprite.shape[1::-1]]
    sprite = cv2.resize(crown.sprite, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas.paste(sprite[:: view.up], round(u - size[0] / 2), round(v - size[1] / 2), tree.tint)


def crown_shadow(tree: Tree, crown: Crown, sun: Sun) -> Points:
    """Outline, 19 x 3, of a tree's shadow on the ground: its foot, and its crown's ragged ellipse."""
    turn = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    ragged = 0.9 + 0.1 * np.sin(3 * turn + tree.x) + 0.06 * np.sin(7 * turn + tree.y)
    lean = 1 / np.tan(sun.elevation)
    cosine, sine = np.cos(sun.azimuth), np.sin(sun.azimuth)
    away = crown.middle_m(tree) * lean + tree.radius * np.hypot(1, crown.tall * lean) * ragged * np.cos(turn)
    aside = tree.radius * ragged * np.sin(turn)
    x, y = tree.x - away * cosine - aside * sine, tree.y - away * sine + aside * cosine
    crown_ellipse = np.stack([x, y, np.zeros(18)], axis=1)
    return np.vstack([crown_ellipse, (tree.x, tree.y, 0.0)])
