"""What stands in a drawn scene: its houses, trees and cars, and the shadows that they cast."""

from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.synthetic.canvas import Canvas, fill_hull
from floodeval.synthetic.cars import Car, paint_car, park_cars
from floodeval.synthetic.houses import House, build_houses, paint_house
from floodeval.synthetic.noise import Floats, blur, noise_tile, ramp, sample
from floodeval.synthetic.place import Place
from floodeval.synthetic.scene import Scene
from floodeval.synthetic.trees import (
    Crown,
    Tree,
    crown_shadow,
    grow_crowns,
    paint_tree,
    plant_trees,
    tree_weights,
)
from floodeval.synthetic.view import OVERHEAD, Random, Sun, View

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
