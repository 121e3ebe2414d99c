"""What stands in a synthetic scene: its houses, trees and cars, and the shadows that they cast."""

from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.synthetic.drawing import (
    OVERHEAD,
    Canvas,
    Color,
    Floats,
    Points,
    Random,
    Sun,
    View,
    at,
    blur,
    fill_hull,
    noise_tile,
    ramp,
    sample,
    shaded,
)
from floodeval.synthetic.houses import House, build_houses, paint_house
from floodeval.synthetic.scene import Place, Scene
from floodeval.synthetic.terrain import Road, Terrain
from floodeval.synthetic.trees import (
    Crown,
    Tree,
    crown_shadow,
    grow_crowns,
    paint_tree,
    plant_trees,
    tree_weights,
)

PER_ROAD = 9
PAINTS: tuple[Color, ...] = (
    *((206, 208, 208), (172, 176, 178), (62, 64, 68), (44, 46, 52)),
    *((132, 44, 40), (52, 76, 112), (190, 186, 172)),
)
GLASS: Color = (46, 52, 58)


@dataclass(frozen=True)
class Car:
    """A car at a ground point, turned by `angle` radians."""

    x: float
    y: float
    angle: float
    paint: Color

    def box(self, length: float, width: float, low: float, top: float, back: float = 0.0) -> Points:
        """Corners, 8 x 3 with the upper four last, of a box on the car, in meters; `back` shifts it."""
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (length / 2, width / 2) - (back, 0)
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        x = self.x + corners[:, 0] * cosine - corners[:, 1] * sine
        y = self.y + corners[:, 0] * sine + corners[:, 1] * cosine
        return np.vstack([np.stack([x, y, np.full(4, z)], axis=1) for z in (low, top)])

    def body(self) -> Points:
        """The box up to the windows."""
        return self.box(4.4, 1.8, 0.1, 0.85)

    def cabin(self) -> Points:
        """The box of the windows and the roof."""
        return self.box(2.3, 1.6, 0.85, 1.4, back=0.25)


def park_cars(rng: np.random.Generator, view: View, terrain: Terrain, high_water_m: Floats) -> list[Car]:
    """Cars on the right of the roads, where the flood at its highest, H x W in meters, left them dry."""
    cars = []
    for road in terrain.roads:
        along = rng.uniform(-0.8, 0.8, PER_ROAD) * view.range_m + view.middle_m * np.sin(road.angle)
        sides, paints = rng.choice([-1, 1], PER_ROAD), rng.integers(len(PAINTS), size=PER_ROAD)
        for place, side, paint in zip(along.tolist(), sides.tolist(), paints.tolist(), strict=True):
            car = drive(road, place, side, PAINTS[paint])
            if is_dry(car, view, high_water_m):
                cars.append(car)
    return cars


def drive(road: Road, along: float, side: int, paint: Color) -> Car:
    """A car so far along a road, on one side of it."""
    across = road.offset_m + road.bend_m * np.sin(along / road.wave_m + road.phase)
    across += side * (0.5 * road.half_width_m if road.paved else 0.1)
    heading = road.angle + np.arctan(road.bend_m / road.wave_m * np.cos(along / road.wave_m + road.phase))
    cosine, sine = np.cos(road.angle), np.sin(road.angle)
    x, y = along * cosine - across * sine, along * sine + across * cosine
    return Car(x, y, heading + (np.pi if side < 0 else 0), paint)


def is_dry(car: Car, view: View, high_water_m: Floats) -> bool:
    """Whether the car stands in the frame, and on dry ground."""
    pixels = view.project(car.box(9.0, 4.0, 0.0, 0.0))
    inside = (pixels[:, :2] > 0) & (pixels[:, :2] < (view.width, view.height)) & (pixels[:, 2:] > 5)
    return bool(inside.all() and (at(high_water_m, pixels) < -0.05).all())


def paint_car(canvas: Canvas, view: View, sun: Sun, car: Car) -> None:
    """Paint one car: its body, then its windows and roof."""
    light = sun.light(np.array((0.0, 0.0, 1.0)))
    for box, side in ((car.body(), shaded(car.paint, 0.55 * light)), (car.cabin(), GLASS)):
        pixels = view.project(box)
        canvas.fill(cv2.convexHull(pixels[:, :2].astype(np.float32))[:, 0].astype(np.float64), side)
        canvas.fill(pixels[4:], shaded(car.paint, light))


CANOPY_TREES = 700
SUNSHINE = 0.5  # how far the sun outshines the sky on walls, roofs and leaves


@dataclass(frozen=True)
class Objects:
    """What stands in a scene, the light on it, and the ground, H x W, 0..1, that houses stand on."""

    houses: list[House]
    trees: list[Tree]
    cars: list[Car]
    crowns: list[Crown]
    sun: Sun
    built: Floats

    def paint(self, canvas: Canvas, view: View) -> None:
        """Paint them as the view sees them, the farthest first."""
        things: list[House | Tree | Car] = [*self.houses, *self.trees, *self.cars]
        for thing in sorted(things, key=lambda thing: -thing.y):
            if isinstance(thing, House):
                paint_house(canvas, view, self.sun, thing)
            elif isinstance(thing, Car):
                paint_car(canvas, view, self.sun, thing)
            else:
                paint_tree(canvas, view, thing, self.crowns)

    def shadows(self, view: View, sun: Sun) -> Floats:
        """How much of that sun they take from the ground, H x W, 0..1."""
        layer = np.zeros((view.height, view.width), dtype=np.uint8)
        for house in self.houses:
            fill_hull(layer, view, sun.shadow(np.vstack(house.slopes() + house.walls())))
        for car in self.cars:
            fill_hull(layer, view, sun.shadow(np.vstack([car.body(), car.cabin()])))
        for tree in self.trees:
            fill_hull(layer, view, crown_shadow(tree, self.crowns[tree.crown], sun))
        shadows: Floats = cv2.GaussianBlur(layer, (0, 0), 1.1) / np.float64(255)
        return shadows


def furnish(scene: Scene, place: Place, rngs: Random) -> Objects:
    """Build the houses of a scene, plant its trees, also those in the water, and park its cars."""
    view, ground, terrain = place.view, place.ground, place.terrain
    sun = Sun(rngs["sun"].uniform(0, 2 * np.pi), rngs["sun"].uniform(0.6, 1.0), SUNSHINE)
    houses = build_houses(rngs["houses"], scene.buildings, view, terrain, place.depth_m)
    built = Objects(houses, [], [], [], sun, np.empty(0)).shadows(view, OVERHEAD)
    clumps = sample(noise_tile(rngs["clumps"], 1.6), ground.x, ground.y, 330.0)
    trees = plant_trees(rngs["trees"], scene.trees, view, tree_weights(terrain, clumps, built), place.depth_m)
    drowned = ramp(place.depth_m, 0.0, 0.4) * (built == 0)
    standing = round(CANOPY_TREES * scene.canopy)
    trees += plant_trees(rngs["canopy"], standing, view, drowned, place.depth_m)
    cars = park_cars(rngs["cars"], view, terrain, place.high_water_m)
    crowns = grow_crowns(rngs["crowns"], view, sun) if trees else []
    return Objects(houses, trees, cars, crowns, sun, built)


def shade(objects: Objects, view: View, strength: float) -> Floats:
    """How dark the ground is, H x W, 0..1: in cast shadows, and a little where things hide the sky.

    Stronger shadows are longer too: the sun that casts them stands lower.
    """
    hidden = 0.35 * blur(objects.shadows(view, OVERHEAD), 3)
    if not strength:
        return hidden
    low = Sun(objects.sun.azimuth, objects.sun.elevation * (1.1 - 0.5 * strength), strength)
    dark: Floats = np.maximum(0.95 * strength**0.6 * objects.shadows(view, low), hidden)
    return dark
