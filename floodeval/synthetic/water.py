"""The water of a synthetic scene: its colors, ripples, reflections and glare, and the wet shore around it."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.synthetic.drawing import Color, Floats, Ground, Points, View, blend, noise_tile, ramp, sample
from floodeval.synthetic.terrain import Road, Terrain


@dataclass(frozen=True)
class Water:
    """Water: color of its body, how deep one sees, how much it mirrors, how much it shows of a shadow."""

    body: Floats
    sight_m: float
    mirror: float
    shadowed: float


DEEPS = ((62, 72, 66), (70, 76, 62), (56, 66, 70), (78, 80, 68))
GREENS = ((88, 106, 72), (96, 108, 66), (82, 104, 80), (104, 112, 74))
OLIVES = ((132, 116, 82), (126, 118, 84), (140, 116, 80), (136, 124, 94))
MUDS = ((160, 128, 92), (148, 126, 96), (162, 122, 90), (146, 132, 102))
SKY: Color = (190, 202, 213)


@dataclass(frozen=True)
class Surface:
    """The water's surface, H x W each: fine ripples, drawn-out streaks of the flow, broad patches."""

    ripples: Floats
    streaks: Floats
    patches: Floats


def ruffle(ground: Ground, rng: np.random.Generator, flow: float) -> Surface:
    """Ripples that the wind makes across, and streaks that the flow draws along, the direction `flow`."""
    fine, long, broad = noise_tile(rng, 1.7, 20), noise_tile(rng, 1.5, 18), noise_tile(rng, 2.1)
    along, across = ground.turned(flow)
    bent = across + 4 * sample(broad, ground.x, ground.y, 330.0)
    short = sample(fine, along, across, 34.0, 70.0) * ground.resolves(0.6)
    swell = sample(long, across, along, 190.0, 100.0) * ground.resolves(1.2)
    streaks = sample(broad, along, bent, 1100.0, 130.0)
    patches = sample(broad, ground.y, ground.x, 400.0)
    wind = 0.3 + 0.75 * ramp(patches - 0.4 * streaks, -0.8, 1.2)
    slant = 0.3 + 1.3 * (1 - ground.sine)  # from straight above, the slopes of ripples mirror the same sky
    return Surface((0.7 * short + 0.5 * swell) * wind * slant, streaks, patches)


def wet(land: Floats, depth_m: Floats, softness: float) -> Floats:
    """Darken the land, H x W x 3, that water has soaked: a hand above its level, more on a soft shore."""
    reach = 0.12 + 0.4 * softness
    soaked = ramp(depth_m, -reach, 0.02) * (0.5 + 0.3 * softness)
    damp = land * np.array((0.66, 0.6, 0.54), dtype=np.float64)
    return blend(land, damp, soaked)


def shore_distance(water: npt.NDArray[np.bool_]) -> Floats:
    """Distance in pixels, H x W, of the middle of each pixel from the shore: positive in the water."""
    inside, outside = (
        cv2.distanceTransform(part.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        for part in (water, ~water)
    )
    steps: Floats = inside - outside - np.where(water, 0.5, -0.5)
    smooth: Floats = cv2.GaussianBlur(steps, (0, 0), 0.8)  # or slanting shores would show steps
    return smooth


def water_of(turbidity: float, tint: float, land: Floats) -> Water:
    """Water of a turbidity, 0 to 1, among land of that mean color; `tint`, 0 to 1, picks its hue.

    Clear and dark, then green, then olive; the most turbid is mud, mostly the color of the land.
    """
    hue = int(tint * len(DEEPS))
    mud = 0.4 * np.array(MUDS[hue]) + 0.6 * land
    bodies, place = np.array([DEEPS[hue], GREENS[hue], OLIVES[hue], mud]), 3 * turbidity
    low = min(int(place), 2)
    body = bodies[low] + (bodies[low + 1] - bodies[low]) * (place - low)
    clear = 1 - turbidity
    return Water(body, 0.16 + 0.94 * clear, 0.12 + 0.06 * clear, 0.28 - 0.13 * clear)


def water_colors(
    water: Water, bed: Floats, depth_m: Floats, surface: Surface, mirrored: Floats, share: Floats
) -> Floats:
    """Colors of the water, H x W x 3: its body over the `bed`, and a `share`, H x W, of what it mirrors."""
    fronts = np.exp(-((surface.streaks * 9) ** 2)) + np.exp(-(((surface.streaks - 0.9) * 9) ** 2))
    tone = 1 + 0.04 * surface.patches + 0.05 * surface.streaks + 0.02 * surface.ripples + 0.04 * fronts
    clear: Floats = np.exp(np.minimum(-depth_m, 0) / water.sight_m)
    turbid: Floats = water.body * (tone * (1 + 0.1 * clear))[..., None]
    shallow: Floats = bed * (water.body / 215)
    return blend(blend(shallow, turbid, 1 - 0.75 * clear), waver(mirrored, surface.ripples), share)


def reflectance(water: Water, ground: Ground, surface: Surface) -> Floats:
    """Share of the mirrored picture in the water's color, H x W: more at a flat angle and on wave crests."""
    crests = ramp(surface.ripples, 0.7, 2.2)
    gloss = 1 + 0.22 * surface.ripples + 0.3 * surface.patches + 0.4 * crests
    share: Floats = np.clip(water.mirror * gloss + 0.7 * (1 - ground.sine) ** 4, 0, 0.9)
    return share


def waver(mirror: Floats, ripples: Floats) -> Floats:
    """Shake a mirrored picture, H x W x 3, up and down with the ripples."""
    height, width = ripples.shape
    v, u = np.arange(height, dtype=np.float64)[:, None], np.arange(width, dtype=np.float64)
    shaken: Floats = cv2.remap(
        mirror,
        (u + ripples).astype(np.float32),
        (v + 3 * ripples).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return shaken


def glare(surface: Surface, depth_m: Floats, strength: float, rng: np.random.Generator) -> Floats:
    """Sunlight on the water, H x W, 0..1: a glittering patch where it is deepest, and a sheen.

    The patch grows with the strength, 0..1.
    """
    height, width = depth_m.shape
    coarse = cv2.resize(np.maximum(depth_m, 0), (40, 40), interpolation=cv2.INTER_AREA)
    coarse = cv2.blur(coarse, (15, 15), borderType=cv2.BORDER_CONSTANT)  # rather not at the edge
    row, column = divmod(int(np.argmax(coarse)), 40)
    v, u = np.arange(height, dtype=np.float64)[:, None], np.arange(width, dtype=np.float64)
    grown = 0.7 + 0.9 * strength
    reach_u = grown * rng.uniform(0.14, 0.26) * width
    reach_v = grown * rng.uniform(0.25, 0.4) * height
    spread = ((u - column * width / 40) / reach_u) ** 2 + ((v - row * height / 40) / reach_v) ** 2
    patch = np.exp(-spread * np.exp(0.3 * surface.patches) - 0.3)
    glitter = ramp(0.9 * surface.ripples + 0.5 * surface.streaks + (2.2 + 2.2 * strength) * patch, 0.8, 3.0)
    sheen = 0.2 * ramp(surface.patches + 0.6 * surface.streaks, 0.2, 1.8) + 0.35 * patch
    shine: Floats = np.clip(0.95 * glitter + sheen, 0, 0.97)
    return shine


CHANNELS = 6
PONDS = 18
STEEPNESS = 0.4  # meters of depth per metre from the bank
ROAD_DAM_M = 6.0  # water never crosses a road here: culverts carry it


def channel_half_width_m(thinness: float) -> float:
    """Half the width of the channels: 5.6 m at a third, 1.2 m at 1."""
    return float(12.0 * 10.0**-thinness)


def pond_radius_m(smallness: float) -> float:
    """Mean radius of the ponds: 12.5 m at a third, 3.4 m at 1."""
    return float(24.0 * 7.0**-smallness)


def channel_depth(
    view: View, ground: Ground, terrain: Terrain, thinness: float, rng: np.random.Generator
) -> Floats:
    """Depth in meters, H x W, of a braided stream and its ditches; negative on land."""
    lines = [lay_channel(rng, terrain.river_angle, k, view) for k in range(CHANNELS)]
    distance = np.minimum.reduce([line_distance(line, ground) for line in lines])
    waver = 1 + 0.42 * np.clip(sample(noise_tile(rng, 1.5), ground.x, ground.y, 110.0), -1.5, 1.8)
    return dammed(channel_half_width_m(thinness) * waver - distance, terrain)


def lay_channel(rng: np.random.Generator, river_angle: float, order: int, view: View) -> Road:
    """The `order`-th channel: most wind along the valley, the last one joins them from the side."""
    side = order == CHANNELS - 1
    angle = river_angle + rng.uniform(-0.3, 0.3) + (1.2 if side else 0.0)
    spread = (order - 0.5 * (CHANNELS - 2)) * 0.17 * (not side)
    offset = np.cos(angle) * view.middle_m + (spread + rng.uniform(-0.05, 0.05)) * view.range_m
    bend, wave = rng.uniform(0.03, 0.07) * view.range_m, rng.uniform(0.07, 0.13) * view.range_m
    return Road(angle, float(offset), bend, wave, rng.uniform(0, 6), 0, False)


def line_distance(line: Road, ground: Ground) -> Floats:
    """Metres, H x W, from the middle of a winding line; `Road.across_m` would narrow its steep bends."""
    along, _ = ground.turned(line.angle)
    steep = line.bend_m / line.wave_m * np.cos(along / line.wave_m + line.phase)
    distance: Floats = np.abs(line.across_m(ground)) / np.sqrt(1 + steep * steep)
    return distance


def pond_depth(
    view: View, ground: Ground, terrain: Terrain, smallness: float, rng: np.random.Generator
) -> Floats:
    """Depth in meters, H x W, of scattered ponds; negative on land."""
    ragged = 1 + 0.28 * np.clip(sample(noise_tile(rng, 1.8), ground.x, ground.y, 60.0), -2, 2)
    radius, depth = pond_radius_m(smallness), np.full(ground.x.shape, -np.inf)
    spots = view.ground_at(spread_out(rng) * (view.width, view.height))
    for (x, y), (size, long, turn) in zip(spots, rng.random((PONDS, 3)).tolist(), strict=True):
        cosine, sine, stretch = np.cos(3 * turn), np.sin(3 * turn), 1 + 0.8 * long
        east, north = ground.x - x, ground.y - y
        along, across = (east * cosine + north * sine) / stretch, (north * cosine - east * sine) * stretch
        distance = np.sqrt(along * along + across * across)
        depth = np.maximum(depth, (0.6 + 0.8 * size) * radius * ragged - distance)
    return dammed(depth, terrain)


def spread_out(rng: np.random.Generator) -> Points:
    """Places in a unit frame, PONDS x 2, each the farthest of several draws from those before it."""
    chosen = rng.random((1, 2))
    for _ in range(PONDS - 1):
        draws = rng.random((12, 2))
        gaps = np.abs(draws[:, None] - chosen).sum(axis=2).min(axis=1)
        chosen = np.vstack([chosen, draws[np.argmax(gaps)]])
    return chosen


def dammed(from_bank_m: Floats, terrain: Terrain) -> Floats:
    """Depth in meters, H x W, of water so far from its bank, kept off the roads."""
    return STEEPNESS * from_bank_m - ROAD_DAM_M * (1 - ramp(terrain.off_road_m, 0.5, 3.0))
