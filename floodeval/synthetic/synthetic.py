"""Simulated aerial photographs of floods with exact water masks: data that no camera took."""

import numpy as np

from floodeval.datasets.images import Mask, Photograph
from floodeval.synthetic.canvas import Canvas
from floodeval.synthetic.exposure import cloud_over, expose, veil
from floodeval.synthetic.night import Darkness, daylight, set_lamps
from floodeval.synthetic.objects import furnish
from floodeval.synthetic.place import find_place
from floodeval.synthetic.scene import Scene
from floodeval.synthetic.surface import draw_flat
from floodeval.synthetic.view import Random

LAYERS = (
    "view", "relief", "parcels", "roads", "land", "houses", "clumps", "trees", "crowns", "water", "sun",
    "clouds", "dirt", "sensor", "glare", "channels", "ponds", "canopy", "air", "lamps", "cars",
)  # fmt: skip


def draw_scene(scene: Scene) -> tuple[Photograph, Mask]:
    """Draw the photograph of a scene and its water mask.

    Returns:
        The photograph, H x W x 3 RGB bytes, and the mask, H x W, true where a pixel shows water: the ground
        there is below the water level, and no house or tree stands before it. Water between the crowns of
        trees is water; shadows, glare, haze and reflections leave water what it is.
    """
    rngs = layers(scene)
    place = find_place(scene, rngs)
    objects = furnish(scene, place, rngs)
    flat = draw_flat(scene, place, objects, rngs)
    canvas = Canvas(flat.picture)
    objects.paint(canvas, place.view)
    canvas.weather(rngs["dirt"])
    water = (place.depth_m > 0) & (canvas.cover < 128)
    light = cloud_over(canvas.picture, scene, place.ground, rngs["clouds"])
    if scene.night:
        darkness = Darkness(scene.night, set_lamps(place, objects.houses, rngs["lamps"]))
        light = darkness.over(light, place, objects, water, flat.glitter)
    air = veil(scene, place.view, place.ground, rngs["air"])
    return expose(light, scene, air, daylight(scene.night), rngs["sensor"]), water


def layers(scene: Scene) -> Random:
    """Random numbers of its own for each layer: a factor that one layer uses leaves the others alone."""
    streams = np.random.default_rng(scene.seed).spawn(len(LAYERS))
    return dict(zip(LAYERS, streams, strict=True))
