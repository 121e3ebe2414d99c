"""What a flood leaves where it withdraws: thin channels and small ponds, nested in wider ones."""

import numpy as np

from floodeval.synthetic.noise import Floats, noise_tile, ramp, sample
from floodeval.synthetic.terrain import Road, Terrain
from floodeval.synthetic.view import Ground, Points, View

CHANNELS = 6
PONDS = 18
STEEPNESS = 0.4  # metres of depth per metre from the bank
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
    """Depth in metres, H x W, of a braided stream and its ditches; negative on land."""
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
    """Depth in metres, H x W, of scattered ponds; negative on land."""
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
    """Depth in metres, H x W, of water so far from its bank, kept off the roads."""
    return STEEPNESS * from_bank_m - ROAD_DAM_M * (1 - ramp(terrain.off_road_m, 0.5, 3.0))
