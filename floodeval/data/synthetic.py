"""Simulated aerial photographs of floods with exact water masks: demo data that no camera took."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from math import atan, sqrt
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np

from floodeval.data.rasters import Mask, Photograph
from floodeval.data.scenery.canvas import Canvas, fill_hull
from floodeval.data.scenery.floodwater import (
    SKY,
    WATERS,
    Surface,
    glare,
    reflectance,
    ruffle,
    shore_distance,
    water_colours,
    wet,
)
from floodeval.data.scenery.houses import House, build_houses, paint_house
from floodeval.data.scenery.noise import Colour, Floats, blend, noise_tile, ramp, sample
from floodeval.data.scenery.terrain import SETTINGS, Terrain, land_colours, survey
from floodeval.data.scenery.trees import (
    Crown,
    Tree,
    crown_shadow,
    grow_crowns,
    paint_tree,
    plant_trees,
    tree_weights,
)
from floodeval.data.scenery.view import OVERHEAD, Ground, Sun, View
from floodeval.errors import FloodevalError
from floodeval.files import write_bytes, write_text

Random: TypeAlias = dict[str, np.random.Generator]

LAYERS = (
    "view", "relief", "parcels", "roads", "land", "houses", "clumps", "trees", "crowns",
    "water", "sun", "clouds", "dirt", "sensor",
)  # fmt: skip
SMALLEST_SIDE = 64
JPEG = (cv2.IMWRITE_JPEG_QUALITY, 92)
SHADE = np.array((0.72, 0.68, 0.6), dtype=np.float32)  # the sky still lights a shadow, bluish
SUNLIGHT: Colour = (252, 250, 244)
HAZE: Colour = (190, 200, 212)
BARE_GROUND: Colour = (150, 134, 110)


@dataclass(frozen=True)
class Scene:
    """The factors of a drawn photograph; equal scenes are drawn equal, bit for bit.

    Each layer of the drawing has random numbers of its own, so two scenes that differ in one factor
    differ in nothing else.

    Attributes:
        seed: which terrain, camera, houses, trees and weather.
        water_share: share of the frame below the water level, 0..1, before houses and trees hide some.
        water: "muddy" or "dark".
        glare: reflected sunlight on the water, 0..1.
        shadow: strength of the shadows of clouds, houses and trees, 0..1.
        diffuse_shore: softness of the shore's colours, 0..1; the mask's edge is the water level all the same.
        buildings: houses asked for; fewer where the roads leave no room.
        trees: trees to plant.
        setting: "fields", "village" or "woods".
        width: of the photograph in pixels.
        height: of the photograph in pixels.
    """

    seed: int
    water_share: float
    water: str
    glare: float
    shadow: float
    diffuse_shore: float
    buildings: int
    trees: int
    setting: str
    width: int = 1024
    height: int = 768

    def __post_init__(self) -> None:
        for factor in ("water_share", "glare", "shadow", "diffuse_shore"):
            require(self, factor, "0 to 1", 0 <= getattr(self, factor) <= 1)
        for factor in ("seed", "buildings", "trees"):
            require(self, factor, "0 or more", getattr(self, factor) >= 0)
        for factor in ("width", "height"):
            require(self, factor, f"at least {SMALLEST_SIDE}", getattr(self, factor) >= SMALLEST_SIDE)
        require(self, "water", " or ".join(WATERS), self.water in WATERS)
        require(self, "setting", " or ".join(SETTINGS), self.setting in SETTINGS)


def require(scene: Scene, factor: str, expected: str, holds: bool) -> None:
    """Raise an error that names a factor of the scene unless what is expected of it holds."""
    if not holds:
        raise FloodevalError(f"scene factor {factor}: expected {expected}, got {getattr(scene, factor)!r}")


@dataclass(frozen=True)
class Place:
    """Where a scene plays: the view of it, the land, and how deep, H x W in metres, water stands on it."""

    view: View
    ground: Ground
    terrain: Terrain
    depth_m: Floats


@dataclass(frozen=True)
class Objects:
    """What stands in a scene, the light on it, and the ground, H x W, 0..1, that houses stand on."""

    houses: list[House]
    trees: list[Tree]
    crowns: list[Crown]
    sun: Sun
    built: Floats

    def paint(self, canvas: Canvas, view: View) -> None:
        """Paint them as the view sees them, the farthest first."""
        things: list[House | Tree] = [*self.houses, *self.trees]
        for thing in sorted(things, key=lambda thing: -thing.y):
            if isinstance(thing, House):
                paint_house(canvas, view, self.sun, thing)
            else:
                paint_tree(canvas, view, thing, self.crowns)

    def shadows(self, view: View, sun: Sun) -> Floats:
        """How much of that sun they take from the ground, H x W, 0..1."""
        layer = np.zeros((view.height, view.width), dtype=np.uint8)
        for house in self.houses:
            fill_hull(layer, view, sun.shadow(np.vstack(house.slopes() + house.walls())))
        for tree in self.trees:
            fill_hull(layer, view, crown_shadow(tree, self.crowns[tree.crown], sun))
        shadows: Floats = cv2.GaussianBlur(layer, (0, 0), 1.1) / np.float32(255)
        return shadows


def draw_scene(scene: Scene) -> tuple[Photograph, Mask]:
    """Draw the photograph of a scene and its water mask.

    Returns:
        The photograph, H x W x 3 RGB bytes, and the mask, H x W, true where a pixel shows water: the ground
        there is below the water level, and no house or tree stands before it. Shadows, glare and
        reflections leave water what it is.
    """
    rngs = layers(scene)
    place = flood(scene, rngs)
    objects = furnish(scene, place, rngs)
    canvas = Canvas(draw_surface(scene, place, objects, rngs))
    objects.paint(canvas, place.view)
    canvas.weather(rngs["dirt"])
    photograph = expose(canvas.picture, scene, place.ground, rngs)
    return photograph, (place.depth_m > 0) & (canvas.cover < 128)


def layers(scene: Scene) -> Random:
    """Random numbers of its own for each layer: a factor that one layer uses leaves the others alone."""
    streams = np.random.default_rng(scene.seed).spawn(len(LAYERS))
    return dict(zip(LAYERS, streams, strict=True))


def flood(scene: Scene, rngs: Random) -> Place:
    """Lay out the land and let the water rise until it covers the wanted share of the frame."""
    view = aim(scene, rngs["view"])
    ground = view.ground()
    terrain = survey(view, ground, SETTINGS[scene.setting], rngs)
    level = np.quantile(terrain.height_m, scene.water_share).astype(np.float32)
    return Place(view, ground, terrain, level - terrain.height_m)


def aim(scene: Scene, rng: np.random.Generator) -> View:
    """Point the camera of a scene: oblique to nearly straight down, and never at the horizon."""
    focal = max(1.13 * sqrt(scene.width * scene.height), 0.6 * max(scene.width, scene.height))
    pitch = max(rng.uniform(0.66, 1.25), atan(scene.height / 2 / focal) + 0.26)
    return View(scene.width, scene.height, rng.uniform(105, 210), pitch, focal)


def furnish(scene: Scene, place: Place, rngs: Random) -> Objects:
    """Build the houses and plant the trees of a scene."""
    view, ground, terrain = place.view, place.ground, place.terrain
    sun = Sun(rngs["sun"].uniform(0, 2 * np.pi), rngs["sun"].uniform(0.6, 1.0), scene.shadow)
    houses = build_houses(rngs["houses"], scene.buildings, view, terrain, place.depth_m)
    built = Objects(houses, [], [], sun, np.empty(0, np.float32)).shadows(view, OVERHEAD)
    clumps = sample(noise_tile(rngs["clumps"], 1.6), ground.x, ground.y, 330.0)
    trees = plant_trees(rngs["trees"], scene.trees, view, tree_weights(terrain, clumps, built), place.depth_m)
    crowns = grow_crowns(rngs["crowns"], view, sun) if trees else []
    return Objects(houses, trees, crowns, sun, built)


def draw_surface(scene: Scene, place: Place, objects: Objects, rngs: Random) -> Photograph:
    """Draw all that lies flat, H x W x 3: land, water, and the shadows on them."""
    surface = ruffle(place.ground, rngs["water"], place.terrain.river_angle)
    land = tread(land_colours(place.ground, place.terrain, rngs["land"]), objects.built)
    land = wet(land, place.depth_m, scene.diffuse_shore)
    water = draw_water(scene, place, objects, land, surface, rngs["water"])
    softness = 0.8 + 7 * scene.diffuse_shore
    alpha = ramp(shore_distance(place.depth_m > 0), -softness, softness)
    dark = shade(objects, place.view, scene.shadow) * (1 - alpha * (1 - WATERS[scene.water].shadowed))
    flat = blend(land, water, alpha) * (1 - dark[..., None] * SHADE)
    shine = glare(surface, place.depth_m, rngs["water"])
    return to_bytes(blend(flat, SUNLIGHT, shine * alpha * scene.glare))


def draw_water(
    scene: Scene, place: Place, objects: Objects, bed: Floats, surface: Surface, rng: np.random.Generator
) -> Floats:
    """Draw water everywhere, H x W x 3, over the bed, H x W x 3, mirroring the sky and the objects."""
    mirror = Canvas(np.full(bed.shape, SKY, dtype=np.uint8))
    objects.paint(mirror, place.view.mirrored())
    mirrored = mirror.picture.astype(np.float32)
    kind = WATERS[scene.water]
    share = reflectance(kind, place.ground, surface)
    return water_colours(kind, rng.random(), bed, place.depth_m, surface, mirrored, share)


def tread(land: Floats, built: Floats) -> Floats:
    """Bare the ground, H x W x 3, that people tread around their houses."""
    reach_px = built.shape[1] // 25
    return blend(land, BARE_GROUND, 0.7 * ramp(cv2.blur(built, (reach_px, reach_px)), 0.06, 0.4))


def shade(objects: Objects, view: View, strength: float) -> Floats:
    """How dark the ground is, H x W, 0..1: in cast shadows, and a little where things hide the sky."""
    hidden = cv2.GaussianBlur(objects.shadows(view, OVERHEAD), (0, 0), 3)
    dark: Floats = np.maximum(strength * objects.shadows(view, objects.sun), 0.35 * hidden)
    return dark


def expose(picture: Photograph, scene: Scene, ground: Ground, rngs: Random) -> Photograph:
    """Photograph the painted scene: shadows of clouds, haze, lens, tone curve and sensor noise."""
    rng = rngs["sensor"]
    clouds = ramp(sample(noise_tile(rngs["clouds"], 2.0), ground.x, ground.y, 900.0), 0.1, 0.9)
    light = picture * (1 - 0.36 * scene.shadow * clouds)[..., None]
    light = blend(light, HAZE, 1 - np.exp(ground.range_m * (-1 / rng.uniform(1500, 3500))))
    light = cv2.GaussianBlur(light, (0, 0), 0.45) * vignette(scene)[..., None]
    grain = 1.5 * rng.standard_normal((*light.shape[:2], 1), dtype=np.float32)
    grain = grain + 0.9 * rng.standard_normal(light.shape, dtype=np.float32)
    return to_bytes((light - 112) * 1.16 + 120 + grain)


def vignette(scene: Scene) -> Floats:
    """Fall of the light towards the corners, H x W."""
    v = np.linspace(-1, 1, scene.height, dtype=np.float32)[:, None]
    u = np.linspace(-1, 1, scene.width, dtype=np.float32)
    light: Floats = 1 - 0.07 * (u**2 + v**2)
    return light


def to_bytes(picture: Floats) -> Photograph:
    """Round a picture to bytes."""
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def demo_scenes(n: int = 12, seed: int = 0) -> list[Scene]:
    """`n` scenes that vary in every factor, the same for the same seed."""
    seeds = np.random.default_rng(seed).integers(1 << 31, size=n)
    return [demo_scene(int(scene_seed), k) for k, scene_seed in enumerate(seeds)]


def demo_scene(seed: int, k: int) -> Scene:
    """The `k`-th demo scene; the factors repeat after different periods, so that they mix."""
    setting, buildings, trees = (("fields", 5, 160), ("village", 30, 240), ("woods", 4, 450))[k % 3]
    sizes = ((1024, 768), (1024, 768), (1024, 683), (1024, 768), (768, 1024), (1024, 768), (960, 540))
    width, height = sizes[k % 7]
    return Scene(
        seed=seed,
        water_share=round(0.15 + 0.55 * ((0.45 + 0.618 * k) % 1), 2),
        water="dark" if k % 4 == 3 else "muddy",
        glare=(0.0, 0.2, 0.6, 0.0, 0.9)[k % 5],
        shadow=(0.7, 0.3, 0.9, 0.0, 0.5)[(k + k // 5) % 5],
        diffuse_shore=(0.2, 0.6, 0.0, 0.9)[(k + k // 4) % 4],
        buildings=buildings,
        trees=trees,
        setting=setting,
        width=width,
        height=height,
    )


def draw_dataset(folder: Path, scenes: Sequence[Scene]) -> None:
    """Draw scenes into `folder` in Kaggle's layout: Image/scene-00.jpg, Mask/scene-00.png, metadata.csv.

    Masks are 8-bit with one channel, 255 where a pixel shows water. The columns of metadata.csv are Image
    and Mask, file names, then the factors of the scene; it is written last, so a folder that has it is whole.

    Raises:
        FloodevalError: a file cannot be written.
    """
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["Image", "Mask", *(factor.name for factor in fields(Scene))])
    for k, scene in enumerate(scenes):
        photograph, water = draw_scene(scene)
        image, mask = f"scene-{k:02d}.jpg", f"scene-{k:02d}.png"
        write_bytes(folder / "Image" / image, encoded(photograph[..., ::-1], ".jpg", JPEG))
        write_bytes(folder / "Mask" / mask, encoded(water.astype(np.uint8) * 255, ".png", ()))
        rows.writerow([image, mask, *asdict(scene).values()])
    write_text(folder / "metadata.csv", table.getvalue())


def encoded(raster: Photograph, suffix: str, settings: Sequence[int]) -> bytes:
    """The bytes of a picture file, of a raster H x W or, blue first, H x W x 3."""
    _, content = cv2.imencode(suffix, raster, settings)
    return bytes(content)
