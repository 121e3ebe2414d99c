"""All that lies flat in a synthetic scene: land, water, and the shadows on them."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.synthetic.drawing import (
    Bytes,
    Canvas,
    Color,
    Floats,
    Ground,
    Points,
    Random,
    View,
    blend,
    blur,
    box_blur,
    noise_tile,
    ramp,
    sample,
    to_bytes,
)
from floodeval.synthetic.houses import House, paint_house
from floodeval.synthetic.objects import Objects, shade
from floodeval.synthetic.scene import Place, Scene
from floodeval.synthetic.terrain import Road, land_colors
from floodeval.synthetic.trees import Tree, paint_tree
from floodeval.synthetic.water import (
    SKY,
    Surface,
    Water,
    glare,
    reflectance,
    ruffle,
    shore_distance,
    water_colors,
    water_of,
    wet,
)

SHADE = np.array((0.72, 0.68, 0.6))  # the sky still lights a shadow, bluish
SUNLIGHT: Color = (252, 250, 244)
SOFTEST = 0.035  # of the width: half as wide as the softest shore
BARE_GROUND: Color = (150, 134, 110)


@dataclass(frozen=True)
class Flat:
    """The ground from above, H x W x 3 bytes, and how the water glitters under sun or moon, H x W, 0..1."""

    picture: Bytes
    glitter: Floats


def draw_flat(scene: Scene, place: Place, objects: Objects, rngs: Random) -> Flat:
    """Draw all that lies flat."""
    surface = ruffle(place.ground, rngs["water"], place.terrain.river_angle)
    land = tread(land_colors(place.ground, place.terrain, rngs["land"]), objects.built)
    kind = water_of(scene.turbidity, rngs["water"].random(), mean_color(land, place.depth_m <= 0))
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
    return water_colors(kind, bed, place.depth_m, surface, mirror.picture.astype(np.float64), share)


def mean_color(land: Floats, dry: np.ndarray) -> Floats:
    """Mean color of the land, H x W x 3, where it is dry, H x W; of all of it where nothing is."""
    mean: Floats = land[dry].mean(axis=0) if dry.any() else land.mean(axis=(0, 1))
    return mean


def tread(land: Floats, built: Floats) -> Floats:
    """Bare the ground, H x W x 3, that people tread around their houses."""
    return blend(land, BARE_GROUND, 0.7 * ramp(box_blur(built, built.shape[1] // 25), 0.06, 0.4))


LAMP = np.array((255.0, 188.0, 112.0))
MOONLIGHT = np.array((150.0, 166.0, 190.0))
LIT: Color = (255, 206, 130)
LAMP_HEIGHT_M = 6.0
LAMP_SPACING_M = 34.0
POOL_M = 7.0  # how far a lamp lights the ground
COARSE = 4  # pixels: the light of lamps varies slowly
BLACK: Color = (0, 0, 0)


@dataclass(frozen=True)
class Darkness:
    """How far night has fallen, 0..1, and the lamps that burn, N x 3 in meters."""

    night: float
    lamps: Points

    def over(
        self, light: Floats, place: Place, objects: Objects, water: npt.NDArray[np.bool_], glitter: Floats
    ) -> Floats:
        """The light of a day, H x W x 3, as it is at night; `water`, H x W, and its glitter mirror lights."""
        grey = light.mean(axis=2, keepdims=True)
        dim = (grey + (light - grey) * (1 - 0.6 * self.night)) * daylight(self.night)
        pools = light * (LAMP / 255) * (0.9 * self.night * lamplight(place, self.lamps))[..., None]
        moon = MOONLIGHT * (0.55 * self.night * glitter * water)[..., None]
        bulbs = LAMP * (self.night * glows(place.view, self.lamps))[..., None]
        mirrored = LAMP * (self.night * streaks(place.view, self.lamps, glitter) * water)[..., None]
        lit = self.night * windows(place.view, objects)
        glowing: Floats = dim + pools + moon + bulbs + mirrored + lit
        return glowing


def daylight(night: float) -> Floats:
    """Red, green and blue of the daylight left, 1 by day: dusk is bluish."""
    level: Floats = (0.2 * np.array((0.74, 0.9, 1.22))) ** night
    return level


def set_lamps(place: Place, houses: list[House], rng: np.random.Generator) -> Points:
    """Lamps, N x 3 in meters: along the paved roads, and at six of ten houses, wherever they are dry."""
    reach = 1.3 * place.view.range_m
    along = np.arange(-reach, reach, LAMP_SPACING_M) + rng.uniform(0, LAMP_SPACING_M)
    streets = [beside(road, along + place.view.middle_m * np.sin(road.angle)) for road in place.terrain.roads]
    paved = [spots for road, spots in zip(place.terrain.roads, streets, strict=True) if road.paved]
    yards = np.array([(h.x + 5 * np.cos(h.angle), h.y + 5 * np.sin(h.angle), 3.0) for h in houses])
    burning = yards.reshape(-1, 3)[rng.random(len(houses)) < 0.6]
    return np.vstack([*paved, burning])


def beside(road: Road, along: Points) -> Points:
    """Lamps, N x 3, at N places in meters along a road, on its shoulder."""
    across = road.offset_m + road.bend_m * np.sin(along / road.wave_m + road.phase) + road.half_width_m + 0.8
    cosine, sine = np.cos(road.angle), np.sin(road.angle)
    x, y = along * cosine - across * sine, along * sine + across * cosine
    return np.stack([x, y, np.full(len(along), LAMP_HEIGHT_M)], axis=1)


def lamplight(place: Place, lamps: Points) -> Floats:
    """Light of the lamps on the ground, H x W: 1 under one of them."""
    x, y = place.ground.x[::COARSE, ::COARSE], place.ground.y[::COARSE, ::COARSE]
    light = np.zeros(x.shape)
    for lamp_x, lamp_y, _ in lamps.tolist():
        light += (1 + ((x - lamp_x) ** 2 + (y - lamp_y) ** 2) / POOL_M**2) ** -2
    size = (place.view.width, place.view.height)
    spread: Floats = cv2.resize(light, size, interpolation=cv2.INTER_LINEAR)
    return spread


def spots(view: View, lamps: Points) -> Points:
    """Pixels, N x 2, of those lamps that the view sees in or near its frame."""
    seen = view.project(lamps)
    near = (seen[:, 2] > 5) & (np.abs(seen[:, :2] - (view.width / 2, view.height / 2)) < view.width).all(1)
    return seen[near, :2]


def glows(view: View, lamps: Points) -> Floats:
    """The lamps as the camera sees them, H x W: a bright point in a halo."""
    points = np.zeros((view.height, view.width))
    for u, v in spots(view, lamps).round().astype(int).tolist():
        cv2.circle(points, (u, v), 1, 1.0, -1)
    halo: Floats = np.minimum(1.6 * blur(points, 1.0) + 4 * blur(points, 5) + 10 * blur(points, 18), 1.1)
    return halo


def streaks(view: View, lamps: Points, glitter: Floats) -> Floats:
    """The lamps in the water, H x W: drawn out towards the camera by the ripples."""
    points = np.zeros((view.height, view.width))
    length = view.height // 18
    for u, v in spots(view.mirrored(), lamps).round().astype(int).tolist():
        cv2.line(points, (u, v - length // 2), (u, v + length), 1.0, 2)
    drawn = cv2.GaussianBlur(points, (0, 0), 1.6, sigmaY=length / 3)
    broken: Floats = drawn * (0.55 + 0.6 * glitter)
    return broken


def windows(view: View, objects: Objects) -> Floats:
    """Light of the lit windows, H x W x 3, behind whatever stands before them."""
    canvas = Canvas(np.zeros((view.height, view.width, 3), dtype=np.uint8))
    things: list[House | Tree] = [*objects.houses, *objects.trees]
    for place, thing in enumerate(sorted(things, key=lambda thing: -thing.y)):
        if isinstance(thing, House):
            dark = replace(thing, roof=BLACK, paint=BLACK)
            paint_house(canvas, view, objects.sun, dark, LIT if place % 3 else BLACK)
        else:
            paint_tree(canvas, view, replace(thing, tint=BLACK), objects.crowns, BLACK)
    lit: Floats = canvas.picture.astype(np.float64)
    return 0.8 * lit + 0.5 * blur(lit, 4)


HAZE: Color = (184, 191, 199)


def cloud_over(picture: Bytes, scene: Scene, ground: Ground, rng: np.random.Generator) -> Floats:
    """Light from a painted scene, H x W x 3, with shadows of clouds: on half of it at the most."""
    light = picture.astype(np.float64)
    if not scene.shadow:
        return light
    clouds = sample(noise_tile(rng, 2.0), ground.x, ground.y, 520.0)
    border = float(np.quantile(clouds, 1 - 0.5 * scene.shadow))
    dark = 0.56 * scene.shadow**0.7 * ramp(clouds, border - 0.3, border + 0.3)
    light *= (1 - dark)[..., None]
    return light


def veil(scene: Scene, view: View, ground: Ground, rng: np.random.Generator) -> Floats:
    """Opacity of the air, H x W, 0..1: of a clear day, and of the scene's haze, which drifts."""
    clear = ground.range_m / rng.uniform(1500, 3500)
    drift = 1 + 0.3 * sample(noise_tile(rng, 2.2), ground.x, ground.y, 600.0).clip(-1.5, 1.5)
    opacity: Floats = 1 - np.exp(-clear - 1.5 * scene.haze * drift * ground.range_m / view.range_m)
    return opacity


def expose(light: Floats, scene: Scene, air: Floats, daylight: Floats, rng: np.random.Generator) -> Bytes:
    """Photograph the light, H x W x 3, through the air, H x W, which `daylight`, 3 parts of it, brightens."""
    seen = blend(light, tuple(np.array(HAZE) * daylight), air)
    seen = cv2.GaussianBlur(seen, (0, 0), 0.5) * vignette(scene)[..., None]
    level = float(daylight.mean())
    grain = 1.8 * rng.standard_normal((*seen.shape[:2], 1)) + 1.0 * rng.standard_normal(seen.shape)
    return to_bytes((seen - 112 * level) * 1.2 + 124 * level + grain * (1 + 2.5 * scene.night))


def vignette(scene: Scene) -> Floats:
    """Fall of the light towards the corners, H x W."""
    v = np.linspace(-1, 1, scene.height)[:, None]
    u = np.linspace(-1, 1, scene.width)
    light: Floats = 1 - 0.07 * (u**2 + v**2)
    return light
