"""What a sample is like, measured from its photograph and its truth: the grounds on which slices are cut."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.datasets.images import Mask, Photograph

Floats: TypeAlias = npt.NDArray[np.float32]
Slices: TypeAlias = tuple[slice, slice]

LONGER_SIDE = 512  # pixels at which traits are measured, where the photograph has more
SMALLEST_BODY = 1e-4  # of the frame: what is smaller is a speck of the annotation, not a body of water
DARK_LIGHTNESS = 25.0  # CIE L*, 0..100
GLARE_LIGHTNESS, GLARE_CHROMA = 92.0, 10.0  # as bright as the sky and as colorless
GREY_CHROMA = 8.0
DARK_PATCH = 15  # pixels; the dark channel's paper takes as many of pictures of 600 x 400
PAD = 64  # pixels by which water is continued beyond the frame, so that no skeleton bends to its corners
CHUNK = slice(None, None, 4)  # every fourth water pixel tells its color as well as all


@dataclass(frozen=True)
class Traits:
    """What a sample is like; measured on the picture reduced to 512 pixels, lengths scaled back.

    - `water_share`: of the frame, 0..1
    - `n_bodies`: connected bodies of water (8 neighbors) of at least 0.01 % of the frame
    - `shoreline`: length of the shore inside the frame over the square root of the frame's area, by the
      Cauchy-Crofton formula in four directions; 1 is a straight shore across a square picture
    - `channel_width_px`: median, along the skeleton of the water, of twice the distance to the nearest
      shore: the width that half of the waterways' length exceeds, in the photograph's own pixels. The frame
      is no shore. Missing without shore. `channel_width`, the same as a share of the longer side
    - `brightness`: mean CIE lightness L* of the frame, 0..100; `contrast`: its standard deviation
    - `water_colour`: `dark` (median L* under 25), `grey`, `brown`, `green` or `blue` by the median a*, b*
      of the water; missing without water
    - `glare_share`: of the water that shines like the sky (L* over 92, chroma under 10), 0..1
    - `shadow_share`: of the dry land that is darker than L* 25, 0..1: cast shadows, and canopy as dark
    - `haze`: mean of the dark channel (He, Sun and Tang 2009), 0..1, high under haze, fog and overcast
    - `megapixels`: of the photograph
    """

    water_share: float
    n_bodies: int
    shoreline: float
    channel_width_px: float | None
    channel_width: float | None
    brightness: float
    contrast: float
    water_colour: str | None
    glare_share: float | None
    shadow_share: float | None
    haze: float
    megapixels: float


def describe(photograph: Photograph, truth: Mask, ignored: Mask | None = None) -> Traits:
    """Measure the traits of an H x W x 3 RGB photograph with its H x W truth.

    Pixels that are `ignored` (H x W) count nowhere: shares are of the others, and where water ends at them is
    no shore.
    """
    height, width = truth.shape
    longer = max(height, width)
    scale = min(1.0, LONGER_SIDE / longer)
    small, water, counted = _reduced(photograph, truth, ignored, scale)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lightness, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    channel = channel_width_px(water, counted)
    n_counted = truth.size if ignored is None else truth.size - int(np.count_nonzero(ignored))
    return Traits(
        water_share=np.count_nonzero(truth) / max(n_counted, 1),
        n_bodies=count_bodies(water),
        shoreline=shore_length_px(water, counted) / float(np.sqrt(water.size)),
        channel_width_px=None if channel is None else channel / scale,
        channel_width=None if channel is None else channel / scale / longer,
        brightness=float(lightness[counted].mean()) if counted.any() else 0.0,
        contrast=float(lightness[counted].std()) if counted.any() else 0.0,
        water_colour=_color(lab[water][CHUNK]),
        glare_share=_share((lightness > GLARE_LIGHTNESS) & (chroma < GLARE_CHROMA), water),
        shadow_share=_share(lightness < DARK_LIGHTNESS, ~water & counted),
        haze=_dark_channel(small, counted),
        megapixels=height * width / 1e6,
    )


def count_bodies(water: Mask) -> int:
    """Count the connected bodies of water, specks left out."""
    _, _, boxes, _ = cv2.connectedComponentsWithStats(water.astype(np.uint8), connectivity=8)
    return int(np.count_nonzero(boxes[1:, cv2.CC_STAT_AREA] >= SMALLEST_BODY * water.size))


def shore_length_px(water: Mask, counted: Mask | None = None) -> float:
    """Measure the length of the shore inside the frame, in pixels.

    The Cauchy-Crofton formula: crossings along rows, columns and both diagonals, each weighed by the
    distance of its lines. A straight shore comes out at 0.95 to 1.03 of its length, by its direction. Only
    crossings between two pixels that are `counted` are of the shore.
    """
    counted = np.ones_like(water) if counted is None else counted

    def crossings(first: Slices, second: Slices) -> int:
        both = counted[first] & counted[second]
        return int(np.count_nonzero((water[first] ^ water[second]) & both))

    every, head, tail = slice(None), slice(None, -1), slice(1, None)
    straight = crossings((tail, every), (head, every)) + crossings((every, tail), (every, head))
    slanted = crossings((tail, tail), (head, head)) + crossings((tail, head), (head, tail))
    return float(np.pi / 8 * (straight + slanted / np.sqrt(2)))


def channel_width_px(water: Mask, counted: Mask | None = None) -> float | None:
    """Measure the median width of the waterways along their skeleton, in pixels; None without a shore.

    Where pixels are not `counted`, water is taken to go on, as it is beyond the frame.
    """
    from skimage.morphology import (
        skeletonize,
    )  # slow to load, and most who ask for a trait's name do not draw

    going_on = water if counted is None else water | ~counted
    if going_on.all() or not water.any():
        return None
    continued = np.pad(going_on, PAD, mode="edge")
    to_shore = cv2.distanceTransform(continued.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    inside = slice(PAD, -PAD)
    middle: Mask = skeletonize(continued)[inside, inside]  # type: ignore[no-untyped-call]
    middle &= water
    distances = to_shore[inside, inside][middle if middle.any() else water]
    return float(np.median(2 * distances - 0.5))  # between an odd width's 2d - 1 and an even one's 2d


def _reduced(
    photograph: Photograph, truth: Mask, ignored: Mask | None, scale: float
) -> tuple[Photograph, Mask, Mask]:
    """The photograph, its water and the pixels that count, all at the scale of measuring."""
    counted = np.ones_like(truth) if ignored is None else ~ignored
    if scale == 1:
        return photograph, truth, counted
    height, width = (max(1, round(side * scale)) for side in truth.shape)
    small = cv2.resize(photograph, (width, height), interpolation=cv2.INTER_AREA)
    shares = [
        cv2.resize(mask.astype(np.uint8) * 255, (width, height), interpolation=cv2.INTER_AREA)
        for mask in (truth, counted)
    ]
    return small, shares[0] > 127, (shares[1] > 127) | (shares[0] > 127)


def _share(wanted: Mask, among: Mask) -> float | None:
    n = np.count_nonzero(among)
    return float(np.count_nonzero(wanted & among) / n) if n else None


def _color(lab: Floats) -> str | None:
    """Name the color of N x 3 water pixels by their median in CIE L*a*b*."""
    if not len(lab):
        return None
    lightness, a, b = (float(value) for value in np.median(lab, axis=0))
    if lightness < DARK_LIGHTNESS:
        return "dark"
    if np.hypot(a, b) < GREY_CHROMA:
        return "grey"
    hue = np.degrees(np.arctan2(b, a)) % 360
    return "brown" if hue < 105 or hue >= 320 else "green" if hue < 195 else "blue"


def _dark_channel(photograph: Photograph, counted: Mask) -> float:
    patch = np.ones((DARK_PATCH, DARK_PATCH), np.uint8)
    dark = np.where(counted, photograph.min(axis=2), 255).astype(np.uint8)
    return float(cv2.erode(dark, patch)[counted].mean() / 255) if counted.any() else 0.0
