"""All that lies flat in a drawn scene: land, water, and the shadows on them."""

from dataclasses import dataclass

import numpy as np

from floodeval.synthetic.canvas import Bytes, Canvas
from floodeval.synthetic.floodwater import (
    SKY,
    Surface,
    Water,
    glare,
    reflectance,
    ruffle,
    shore_distance,
    water_colours,
    water_of,
    wet,
)
from floodeval.synthetic.noise import Colour, Floats, blend, box_blur, ramp, to_bytes
from floodeval.synthetic.objects import Objects, shade
from floodeval.synthetic.place import Place
from floodeval.synthetic.scene import Scene
from floodeval.synthetic.terrain import land_colours
from floodeval.synthetic.view import Random

SHADE = np.array((0.72, 0.68, 0.6))  # the sky still lights a shadow, bluish
SUNLIGHT: Colour = (252, 250, 244)
SOFTEST = 0.035  # of the width: half as wide as the softest shore
BARE_GROUND: Colour = (150, 134, 110)


@dataclass(frozen=True)
class Flat:
    """The ground from above, H x W x 3 bytes, and how the water glitters under sun or moon, H x W, 0..1."""

    picture: Bytes
    glitter: Floats


def draw_flat(scene: Scene, place: Place, objects: Objects, rngs: Random) -> Flat:
    """Draw all that lies flat."""
    surface = ruffle(place.ground, rngs["water"], place.terrain.river_angle)
    land = tread(land_colours(place.ground, place.terrain, rngs["land"]), objects.built)
    kind = water_of(scene.turbidity, rngs["water"].random(), mean_colour(land, place.depth_m <= 0))
    land = wet(land, place.depth_m, scene.diffuse_shore)
    water = draw_water(kind, place, objects, land, surface)
    softness = 0.8 + SOFTEST * scene.width * scene.diffuse_shore
    alpha = ramp(shore_distance(place.depth_m > 0), -softness, softness)
    dark = shade(objects, place.view, scene.shadow) * (1 - alpha * (1 - kind.shadowed))
    flat = blend(land, water, alpha) * (1 - dark[..., None] * SHADE)
    glitter = glare(surface, place.depth_m, scene.glare, rngs["glare"]) * alpha
    return Flat(to_bytes(blend(flat, SUNLIGHT, glitter * scene.glare)), glitter)


def draw_water(kind: Water, place: Place, objects: Objects, bed: Floats, surface: Surface) -> Floats:
    """Draw water everywhere, H x W x 3, over the bed, H x W x 3, mirroring the sky and the objects."""
    mirror = Canvas(np.full(bed.shape, SKY, dtype=np.uint8))
    objects.paint(mirror, place.view.mirrored())
    share = reflectance(kind, place.ground, surface)
    return water_colours(kind, bed, place.depth_m, surface, mirror.picture.astype(np.float64), share)


def mean_colour(land: Floats, dry: np.ndarray) -> Floats:
    """Mean colour of the land, H x W x 3, where it is dry, H x W; of all of it where nothing is."""
    mean: Floats = land[dry].mean(axis=0) if dry.any() else land.mean(axis=(0, 1))
    return mean


def tread(land: Floats, built: Floats) -> Floats:
    """Bare the ground, H x W x 3, that people tread around their houses."""
    return blend(land, BARE_GROUND, 0.7 * ramp(box_blur(built, built.shape[1] // 25), 0.06, 0.4))
