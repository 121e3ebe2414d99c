"""Where a scene plays: the camera, the land, and where water stands on it."""

from dataclasses import dataclass
from math import atan, sqrt

import numpy as np

from floodeval.synthetic.noise import Floats
from floodeval.synthetic.remnants import channel_depth, pond_depth
from floodeval.synthetic.scene import Scene
from floodeval.synthetic.terrain import SETTINGS, Terrain, survey
from floodeval.synthetic.view import Ground, Random, View


@dataclass(frozen=True)
class Place:
    """Where a scene plays: the view of it and the land.

    `depth_m`, H x W in metres, is how deep water stands on it, negative on land; `high_water_m` how deep it
    stood at the flood's highest, before it withdrew into channels or ponds.
    """

    view: View
    ground: Ground
    terrain: Terrain
    depth_m: Floats
    high_water_m: Floats


def find_place(scene: Scene, rngs: Random) -> Place:
    """Lay out the land and let the water rise until it covers the wanted share, then perhaps withdraw."""
    view = aim(scene, rngs["view"])
    ground = view.ground()
    terrain = survey(view, ground, SETTINGS[scene.setting], rngs)
    flood: Floats = np.quantile(terrain.height_m, scene.water_share) - terrain.height_m
    remnants = []
    if scene.thin_channels:
        remnants.append(channel_depth(view, ground, terrain, scene.thin_channels, rngs["channels"]))
    if scene.small_ponds:
        remnants.append(pond_depth(view, ground, terrain, scene.small_ponds, rngs["ponds"]))
    return Place(view, ground, terrain, np.maximum.reduce(remnants) if remnants else flood, flood)


def aim(scene: Scene, rng: np.random.Generator) -> View:
    """Point the camera of a scene: oblique to nearly straight down, and never at the horizon."""
    focal = max(1.13 * sqrt(scene.width * scene.height), 0.6 * max(scene.width, scene.height))
    pitch = max(rng.uniform(0.66, 1.25), atan(scene.height / 2 / focal) + 0.26)
    return View(scene.width, scene.height, rng.uniform(105, 210), pitch, focal)
