"""The terrain of a synthetic scene: relief, parcels of land, roads, and their colors."""

from dataclasses import dataclass
from math import cos

import numpy as np
import numpy.typing as npt

from floodeval.synthetic.drawing import Color, Floats, Ground, Random, View, blend, noise_tile, ramp, sample

PARCELS = 256  # different parcels; farther ones repeat them


@dataclass(frozen=True)
class Setting:
    """How land is used: parcel sizes, shares of COVERS, roads (True: paved), trees in clumps and hedges."""

    parcel_m: tuple[float, float]
    covers: tuple[float, ...]
    roads: tuple[bool, ...]
    woods: tuple[float, float]


COVERS: tuple[tuple[Color, float], ...] = (  # color, strength of its rows
    ((106, 117, 68), 0.0),  # meadow
    ((92, 112, 60), 0.10),  # young crop
    ((134, 110, 84), 0.14),  # ploughed soil
    ((160, 145, 108), 0.07),  # stubble
    ((66, 86, 50), 0.16),  # row crop
    ((84, 88, 54), 0.0),  # forest floor
)
SETTINGS = {
    "fields": Setting((38, 95), (0.22, 0.24, 0.2, 0.14, 0.2, 0.0), (True, False), (0.35, 0.25)),
    "village": Setting((18, 42), (0.56, 0.1, 0.12, 0.04, 0.1, 0.08), (True, True, False), (0.35, 0.25)),
    "woods": Setting((70, 150), (0.3, 0.0, 0.04, 0.0, 0.0, 0.66), (False,), (2.0, 0.0)),
}


@dataclass(frozen=True)
class Road:
    """A road winding along the axis `angle`, `offset_m` from the origin."""

    angle: float
    offset_m: float
    bend_m: float
    wave_m: float
    phase: float
    half_width_m: float
    paved: bool

    def across_m(self, ground: Ground) -> Floats:
        """Signed distance in meters, H x W, from the middle of the road (its bends are gentle)."""
        along, across = ground.turned(self.angle)
        bend = self.bend_m * np.sin(along / self.wave_m + self.phase)
        distance: Floats = across - self.offset_m - bend
        return distance


@dataclass(frozen=True)
class Parcels:
    """Fields and gardens, H x W: which one a pixel is in, meters to its edge, meters across its rows."""

    angle: float
    index: npt.NDArray[np.int64]
    edge_m: Floats
    row_m: Floats


@dataclass(frozen=True)
class Terrain:
    """The land without water: per pixel, H x W, its height, how its slope is lit, meters outside any road."""

    setting: Setting
    height_m: Floats
    slope: Floats
    parcels: Parcels
    roads: tuple[Road, ...]
    off_road_m: Floats
    river_angle: float


def survey(view: View, ground: Ground, setting: Setting, rngs: Random) -> Terrain:
    """Lay out the land; takes the generators "relief", "parcels" and "roads"."""
    angle = float(rngs["parcels"].uniform(0, np.pi))
    parcels = divide(ground, setting, rngs["parcels"], angle)
    roads = tuple(lay_road(rngs["roads"], angle, k, paved, view) for k, paved in enumerate(setting.roads))
    off_road = np.minimum.reduce([np.abs(road.across_m(ground)) - road.half_width_m for road in roads])
    river = lay_river(rngs["relief"], view)
    height, slope = relief(ground, rngs["relief"], river, view)
    height = height + earthworks(parcels, off_road, rngs["parcels"])
    return Terrain(setting, height, slope, parcels, roads, off_road, river.angle)


def lay_river(rng: np.random.Generator, view: View) -> Road:
    """The low line of the valley, which passes near the middle of the frame."""
    angle = rng.uniform(0, np.pi)
    offset = cos(angle) * view.middle_m + rng.uniform(-0.25, 0.25) * view.range_m
    bend, wave = rng.uniform(0.04, 0.18) * view.range_m, rng.uniform(0.2, 0.4) * view.range_m
    return Road(angle, offset, bend, wave, rng.uniform(0, 6), 0, False)


def relief(ground: Ground, rng: np.random.Generator, river: Road, view: View) -> tuple[Floats, Floats]:
    """Height in meters of a valley with rolling ground, and how it is lit, -0.15..0.15, H x W each."""
    rolling, rough = noise_tile(rng, 2.2), noise_tile(rng, 1.3)
    x, y, span = ground.x, ground.y, view.range_m
    valley = 1 - np.exp(-((river.across_m(ground) / (0.26 * span)) ** 2))
    swell = sample(rolling, x, y, 3.6 * span) + 0.5 * sample(rolling, y, -x, 1.4 * span)
    bumps = sample(rough, x, y, 120.0)
    slope = ramp(sample(rolling, x, y, 420.0) - sample(rolling, x + 6, y + 6, 420.0), -0.6, 0.6)
    return 2.6 * valley + 0.9 * swell + 0.16 * bumps, 0.3 * (slope - 0.5)


def earthworks(parcels: Parcels, off_road_m: Floats, rng: np.random.Generator) -> Floats:
    """Height in meters, H x W, that people added: levelled parcels, the banks between them, road dams."""
    level = rng.uniform(-0.6, 0.6, PARCELS).astype(np.float64)[parcels.index]
    inside = ramp(parcels.edge_m, 0.5, 3.0)
    dam = 0.8 * (1 - ramp(off_road_m, 0.0, 5.0))
    height: Floats = level * inside + 0.3 * (1 - inside) + dam
    return height


def divide(ground: Ground, setting: Setting, rng: np.random.Generator, angle: float) -> Parcels:
    """Divide the land into strips and the strips into parcels, with edges that waver as ploughs do."""
    low, high = setting.parcel_m
    strips = 2 * int(1500 / low)
    bounds = np.cumsum(rng.uniform(low, high, strips)).astype(np.float64)
    bounds -= bounds[strips // 2]
    lengths = rng.uniform(1.1 * low, 2.0 * high, strips + 1).astype(np.float64)
    starts = rng.uniform(0, 1000, strips + 1).astype(np.float64)
    wander = sample(noise_tile(rng, 2.0), ground.x, ground.y, 300.0)
    along, across = ground.turned(angle)
    along, across = along + 1.5 * wander, across - 1.5 * wander
    strip = np.searchsorted(bounds, across).clip(1, strips - 1)
    length = lengths[strip]
    position = (along + starts[strip]) / length
    place = np.floor(position)
    part = position - place
    ends = np.minimum(part, 1 - part) * length
    sides = np.minimum(across - bounds[strip - 1], bounds[strip] - across)
    index = (strip * 57 + place.astype(np.int64) * 131) % PARCELS
    return Parcels(angle, index, np.minimum(ends, np.abs(sides)), np.where(index % 3 == 0, along, across))


def lay_road(rng: np.random.Generator, angle: float, order: int, paved: bool, view: View) -> Road:
    """The `order`-th road of a setting: it follows the parcels, every second one across them."""
    heading = angle + (order % 2) * np.pi / 2
    offset = cos(heading) * view.middle_m + rng.uniform(-0.22, 0.22) * view.range_m
    half_width = rng.uniform(2.6, 3.4) if paved else rng.uniform(1.5, 2.0)
    return Road(heading, offset, rng.uniform(1, 6), rng.uniform(25, 60), rng.uniform(0, 6), half_width, paved)


def land_colors(ground: Ground, terrain: Terrain, rng: np.random.Generator) -> Floats:
    """Colors of the dry land, H x W x 3, 0..255: vegetation, crops, soil and roads, without cast shadows."""
    broad, fine = noise_tile(rng, 1.5), noise_tile(rng, 0.6, 6)
    patches = sample(broad, ground.x, ground.y, 260.0)
    clumps = sample(broad, ground.y, -ground.x, 61.0)
    grain = sample(fine, ground.x, ground.y, 47.0) * ground.resolves(0.9)
    tufts = sample(fine, ground.y, -ground.x, 230.0) * ground.resolves(2.0)
    land = plant(meadow(patches, clumps), ground, terrain, rng, clumps)
    weeds = ramp(grain, 1.1, 2.4)
    light = 1 + 0.05 * clumps + 0.1 * grain + 0.09 * tufts - 0.16 * weeds + terrain.slope
    return pave(land * np.clip(light, 0.5, 1.6)[..., None], ground, terrain.roads, patches + clumps + grain)


def meadow(patches: Floats, clumps: Floats) -> Floats:
    """Grass between the parcels, H x W x 3: lush, dry and bare places."""
    grass = np.full((*patches.shape, 3), (92, 110, 56), dtype=np.float64)
    grass = blend(grass, (128, 126, 74), ramp(patches + 0.5 * clumps, 0.2, 1.6))
    return blend(grass, (146, 124, 92), 0.7 * ramp(clumps - 0.6 * patches, 1.1, 2.2))


def plant(
    meadows: Floats, ground: Ground, terrain: Terrain, rng: np.random.Generator, clumps: Floats
) -> Floats:
    """Lay the crops of the parcels on the meadows, H x W x 3, with their rows and patchy growth."""
    cover = rng.choice(len(COVERS), PARCELS, p=terrain.setting.covers)
    tint = rng.normal(1, 0.09, (PARCELS, 1)) + rng.normal(0, 0.03, (PARCELS, 3))
    colors = (np.array([color for color, _ in COVERS])[cover] * tint).astype(np.float64)
    strength = np.array([rows for _, rows in COVERS], dtype=np.float64)[cover]
    waves = (2 * np.pi / rng.uniform(1.1, 2.2, PARCELS)).astype(np.float64)
    growth = rng.uniform(0.02, 0.12, PARCELS).astype(np.float64)
    index, edge = terrain.parcels.index, terrain.parcels.edge_m
    rows = np.sin(terrain.parcels.row_m * waves[index]) * ground.resolves(0.8)
    light = 1 + strength[index] * rows * (1 + 0.4 * clumps) + growth[index] * clumps
    return blend(meadows, colors[index] * light[..., None], 0.88 * ramp(edge - 0.9 - 0.5 * clumps, 0.0, 0.8))


def pave(land: Floats, ground: Ground, roads: tuple[Road, ...], stains: Floats) -> Floats:
    """Lay the roads on the land: asphalt with a dashed middle line, or two wheel tracks in dirt."""
    for road in reversed(roads):
        across = np.abs(road.across_m(ground))
        touched = across < road.half_width_m + 3
        strip = pave_strip(land[touched], road, across[touched], stains[touched])
        if road.paved:
            along, _ = ground.turned(road.angle)
            dashes = ramp(np.sin(along[touched] * (2 * np.pi / 9)), -0.1, 0.1)
            line = (1 - ramp(across[touched], 0.1, 0.25)) * ground.resolves(0.3)[touched]
            strip = blend(strip, (205, 203, 195), 0.7 * line * dashes)
        land[touched] = strip
    return land


def pave_strip(land: Floats, road: Road, across: Floats, stains: Floats) -> Floats:
    """Lay one road and its shoulders on the N x 3 colors that it touches, `across` meters off its middle."""
    ragged = across + (0.08 if road.paved else 0.25) * stains
    body = 1 - ramp(ragged, road.half_width_m - 0.3, road.half_width_m + 0.3)
    shoulder = 1 - ramp(ragged, road.half_width_m, road.half_width_m + 1.8)
    land = blend(land, (158, 138, 108), 0.6 * shoulder)
    if road.paved:
        return blend(land, (118, 116, 113), body * (0.95 - 0.04 * stains))
    tracks = ramp(np.abs(across - 0.85), 0.25, 0.6)
    return blend(land, (178, 152, 118), body * (1 - 0.6 * tracks))
