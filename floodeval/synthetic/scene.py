"""A synthetic scene: its place, and the nine factors that make its water hard to map."""

from dataclasses import dataclass, replace
from math import atan, sqrt

import numpy as np

from floodeval.errors import FloodevalError
from floodeval.synthetic.drawing import Floats, Ground, Random, View
from floodeval.synthetic.terrain import SETTINGS, Terrain, survey
from floodeval.synthetic.water import channel_depth, pond_depth

SMALLEST_SIDE = 64
LIGHT_FACTORS = ("glare", "shadow", "turbidity", "diffuse_shore", "haze", "night")  # the mask stays
SHAPE_FACTORS = ("thin_channels", "small_ponds", "canopy")  # the mask changes too
FACTORS = (*LIGHT_FACTORS, *SHAPE_FACTORS)


@dataclass(frozen=True)
class Scene:
    """The factors of a synthetic photograph; equal scenes give equal photographs, bit for bit.

    Each layer of the drawing has random numbers of its own, so two scenes that differ in one factor
    differ in nothing else.

    Attributes:
        seed: which terrain, camera, houses, trees and weather.
        water_share: share of the frame below the water level, 0..1, before houses and trees hide some.
        buildings: houses asked for; fewer where the roads leave no room.
        trees: trees to plant.
        setting: "fields", "village" or "woods".
        glare: reflected sunlight on the water, 0..1.
        shadow: darkness and length of the shadows of houses, trees and clouds, 0..1.
        turbidity: of the water: 0 clear and dark, a third green, two thirds olive, 1 the color of the land.
        diffuse_shore: softness of the shore's colors, 0..1; the mask's edge is the water level all the same.
        thin_channels: above 0 the flood has withdrawn into channels: 11 m wide at a third, 2.4 m at 1.
        small_ponds: above 0 it has withdrawn into ponds: 25 m across at a third, 7 m at 1.
        canopy: trees that stand in the water, up to CANOPY_TREES at 1; the mask keeps what is seen between
            their crowns.
        haze: veil between camera and ground, 0..1.
        night: from day, 0, over dusk to night, 1, with lamps, lit windows and the moon in the water.
        width: of the photograph in pixels.
        height: of the photograph in pixels.
    """

    seed: int
    water_share: float
    buildings: int
    trees: int
    setting: str
    glare: float = 0.0
    shadow: float = 0.0
    turbidity: float = 0.0
    diffuse_shore: float = 0.0
    thin_channels: float = 0.0
    small_ponds: float = 0.0
    canopy: float = 0.0
    haze: float = 0.0
    night: float = 0.0
    width: int = 1024
    height: int = 768

    def __post_init__(self) -> None:
        for factor in ("water_share", *FACTORS):
            require(self, factor, "0 to 1", 0 <= getattr(self, factor) <= 1)
        for factor in ("seed", "buildings", "trees"):
            require(self, factor, "0 or more", getattr(self, factor) >= 0)
        for factor in ("width", "height"):
            require(self, factor, f"at least {SMALLEST_SIDE}", getattr(self, factor) >= SMALLEST_SIDE)
        require(self, "setting", " or ".join(SETTINGS), self.setting in SETTINGS)


def with_factor(scene: Scene, factor: str, value: float) -> Scene:
    """The same scene with another value of one of its FACTORS."""
    return replace(scene, **{factor: value})  # type: ignore[arg-type]  # all of them are numbers


def require(scene: Scene, factor: str, expected: str, holds: bool) -> None:
    """Raise an error that names a factor of the scene unless what is expected of it holds."""
    if not holds:
        raise FloodevalError(f"scene factor {factor}: expected {expected}, got {getattr(scene, factor)!r}")


@dataclass(frozen=True)
class Place:
    """Where a scene plays: the view of it and the land.

    `depth_m`, H x W in meters, is how deep water stands on it, negative on land; `high_water_m` how deep it
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
