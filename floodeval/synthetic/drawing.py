"""The camera over a synthetic scene, what each of its pixels sees of the ground, and the sun above.

World axes are meters: x to the right of the camera, y ahead of it, z up; the camera stands above x = y = 0.
The ground, dry or flooded, is the plane z = 0 in perspective: relief decides where water stands and how
the light falls, but is too low, compared with the camera's altitude, to move a pixel.
"""

from dataclasses import dataclass, field, replace
from math import cos, sin
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Color: TypeAlias = tuple[float, float, float]

TILE_PX = 512


def ramp(value: Floats, start: float, stop: float) -> Floats:
    """0 up to `start`, 1 from `stop`, smooth in between."""
    t = value - start
    t *= 1 / (stop - start)
    np.clip(t, 0, 1, out=t)
    eased: Floats = 3 - 2 * t
    eased *= t
    eased *= t
    return eased


def blend(under: Floats, over: Floats | Color, alpha: Floats) -> Floats:
    """Lay colors, ... x 3 or one for all, on the colors `under`, ... x 3, with the opacity `alpha`, ..."""
    mixed: Floats = np.asarray(over, dtype=np.float64) - under
    mixed *= alpha[..., None]
    mixed += under
    return mixed


def blur(values: Floats, sigma: float) -> Floats:
    """Values, H x W or H x W x 3, blurred by a Gaussian of that many pixels."""
    blurred: Floats = cv2.GaussianBlur(values, (0, 0), sigma)
    return blurred


def box_blur(values: Floats, side: int) -> Floats:
    """Means of the values, H x W, over squares of that many pixels."""
    means: Floats = cv2.blur(values, (side, side))
    return means


def to_bytes(picture: Floats) -> npt.NDArray[np.uint8]:
    """Round a picture to bytes."""
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def noise_tile(rng: np.random.Generator, slope: float, cycles: int = 1) -> Floats:
    """Noise of unit spread, 512 x 512, that repeats seamlessly.

    A steeper `slope` makes it smoother; its longest waves fit `cycles` times into the tile.
    """
    rows, columns = np.fft.fftfreq(TILE_PX)[:, None], np.fft.rfftfreq(TILE_PX)
    frequency = (TILE_PX * np.hypot(rows, columns)).astype(np.float64)  # double precision is twice as slow
    frequency[frequency < cycles] = np.inf
    white = rng.standard_normal((TILE_PX, TILE_PX), dtype=np.float64)
    tile = np.fft.irfft2(np.fft.rfft2(white) / frequency**slope)
    unit: Floats = (tile / tile.std()).astype(np.float64)
    return unit


def sample(tile: Floats, x: Floats, y: Floats, span_m: float, span_y_m: float | None = None) -> Floats:
    """Noise at ground positions `x`, `y`, H x W; the tile repeats every `span_m` (by `span_y_m`) meters."""
    u, v = x / span_m, y / (span_y_m or span_m)
    u, v = ((part - np.floor(part)) * TILE_PX for part in (u, v))
    values: Floats = cv2.remap(
        tile, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
    )
    return values


Points: TypeAlias = npt.NDArray[np.float64]
Random: TypeAlias = dict[str, np.random.Generator]  # of its own for each layer of a drawing

CANDIDATES = 24


@dataclass(frozen=True)
class Ground:
    """Per pixel, H x W: ground position, distance from the camera, sine of the view angle, pixel size."""

    x: Floats
    y: Floats
    range_m: Floats
    sine: Floats
    pixel_m: Floats

    def turned(self, angle: float) -> tuple[Floats, Floats]:
        """The ground position, H x W twice, along an axis turned by `angle` radians and across it."""
        return self.x * cos(angle) + self.y * sin(angle), self.y * cos(angle) - self.x * sin(angle)

    def resolves(self, detail_m: float) -> Floats:
        """How well, 0..1, H x W, a pixel shows a detail of `detail_m`: far textures would flicker."""
        return ramp(detail_m * self.sine / self.pixel_m, 0.7, 2.0)


@dataclass(frozen=True)
class View:
    """A pinhole camera `altitude_m` above the ground, looking `pitch` radians below the horizon.

    With `up` = -1 it sees what a level water surface mirrors: the same world upside down.
    """

    width: int
    height: int
    altitude_m: float
    pitch: float
    focal_px: float
    up: int = 1

    @property
    def eye(self) -> Points:
        """Where the world is seen from, (x, y, z): from under the water for what it mirrors."""
        return np.array([0.0, 0.0, self.up * self.altitude_m])

    @property
    def range_m(self) -> float:
        """Distance to the ground in the middle of the frame; the frame is about as wide."""
        return self.altitude_m / sin(self.pitch)

    @property
    def middle_m(self) -> float:
        """How far ahead, along y, the middle of the frame is on the ground."""
        return self.range_m * cos(self.pitch)

    def mirrored(self) -> "View":
        """The view that level water gives back."""
        return replace(self, up=-self.up)

    def ground(self) -> Ground:
        """Where each pixel's ray meets the ground."""
        right = (np.arange(self.width, dtype=np.float64) + 0.5 - self.width / 2) / self.focal_px
        down = (np.arange(self.height, dtype=np.float64)[:, None] + 0.5 - self.height / 2) / self.focal_px
        depth = self.altitude_m / (sin(self.pitch) + down * cos(self.pitch))
        x = depth * right
        y = depth * (cos(self.pitch) - down * sin(self.pitch)) + np.zeros_like(x)
        range_m = depth * np.sqrt(1 + right**2 + down**2)
        return Ground(x, y, range_m, self.altitude_m / range_m, range_m / self.focal_px)

    def ground_at(self, pixels: Points) -> Points:
        """Ground points (x, y), N x 2, seen at pixels N x 2 or wider, whose first columns are (u, v)."""
        right, down = ((pixels[:, :2] - (self.width / 2, self.height / 2)) / self.focal_px).T
        depth = self.altitude_m / (sin(self.pitch) + down * cos(self.pitch))
        return np.stack([depth * right, depth * (cos(self.pitch) - down * sin(self.pitch))], axis=1)

    def project(self, points: Points) -> Points:
        """Pixels (u, v) and depth in meters, N x 3, of points (x, y, z), N x 3."""
        x, y, z = points.T
        drop = self.altitude_m - self.up * z
        depth = np.maximum(y * cos(self.pitch) + drop * sin(self.pitch), 1.0)
        u = self.width / 2 + self.focal_px * x / depth
        v = self.height / 2 + self.focal_px * (drop * cos(self.pitch) - y * sin(self.pitch)) / depth
        return np.stack([u, v, depth], axis=1)

    def candidates(self, rng: np.random.Generator, weights: Floats) -> Points:
        """Places for one object, 24 x 3, best first: pixel (u, v), and 0 where the weights, H x W, forbid it.

        They reach below the frame: the top of what stands there shows.
        """
        draws = rng.random((CANDIDATES, 3))
        places = draws * (self.width, 1.12 * self.height, 1)
        places[:, 2] *= at(weights, places)
        return places[np.argsort(-places[:, 2], kind="stable")]


def at(values: Floats, pixels: Points) -> Floats:
    """The values, H x W, at pixels (u, v), N x 2 or wider; below the frame, those of its last row."""
    columns, rows = pixels[:, :2].astype(np.int64).T
    found: Floats = values[rows.clip(0, values.shape[0] - 1), columns]
    return found


@dataclass(frozen=True)
class Sun:
    """Direction of the sun in radians, and how far, 0..1, it outshines the sky."""

    azimuth: float
    elevation: float
    strength: float

    @property
    def towards(self) -> Points:
        """Unit vector (x, y, z) towards the sun."""
        flat = cos(self.elevation)
        return np.array([flat * cos(self.azimuth), flat * sin(self.azimuth), sin(self.elevation)])

    def light(self, normal: Points) -> float:
        """Brightness of a surface with this unit normal: about 1 when level."""
        sky = (0.62 + 0.2 * float(normal[2])) * (1 - 0.55 * self.strength)
        direct = max(float(normal @ self.towards), 0.0) / sin(self.elevation)
        return sky + 0.18 + 0.38 * self.strength * min(direct, 1.9)

    def shadow(self, points: Points) -> Points:
        """Where points, N x 3, throw their shadows on the ground, N x 3."""
        return points - points[:, 2:] * self.towards / sin(self.elevation)


OVERHEAD = Sun(0.0, np.pi / 2, 1.0)


Bytes: TypeAlias = npt.NDArray[np.uint8]

SUBPIXEL = 4  # bits of fraction in the corners that OpenCV draws


@dataclass
class Canvas:
    """A picture, H x W x 3 RGB, and how much of each pixel, 0..255, H x W, is covered."""

    picture: Bytes
    cover: Bytes = field(init=False)

    def __post_init__(self) -> None:
        self.cover = np.zeros(self.picture.shape[:2], dtype=np.uint8)

    def fill(self, pixels: Points, color: Color) -> None:
        """Cover a polygon of pixels, N x 2 or wider."""
        corners = fixed_point(pixels)
        cv2.fillPoly(self.picture, [corners], clipped(color), cv2.LINE_AA, SUBPIXEL)
        cv2.fillPoly(self.cover, [corners], 255, cv2.LINE_AA, SUBPIXEL)

    def line(self, pixels: Points, color: Color, thickness: int = 1) -> None:
        """Cover a line through pixels, N x 2 or wider."""
        corners = fixed_point(pixels)
        cv2.polylines(self.picture, [corners], False, clipped(color), thickness, cv2.LINE_AA, SUBPIXEL)
        cv2.polylines(self.cover, [corners], False, 255, thickness, cv2.LINE_AA, SUBPIXEL)

    def paste(self, sprite: Floats, left: int, top: int, tint: Color) -> None:
        """Lay a sprite h x w x 4 (color times opacity, opacity) with its corner at a pixel."""
        height, width = self.cover.shape
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + sprite.shape[1], width), min(top + sprite.shape[0], height)
        if x0 >= x1 or y0 >= y1:
            return
        part = sprite[y0 - top : y1 - top, x0 - left : x1 - left]
        alpha = part[..., 3:]
        mixed = self.picture[y0:y1, x0:x1] * (1 - alpha) + part[..., :3] * np.array(tint, dtype=np.float64)
        self.picture[y0:y1, x0:x1] = np.clip(mixed, 0, 255).astype(np.uint8)
        cover = self.cover[y0:y1, x0:x1]
        np.maximum(cover, (alpha[..., 0] * 255).astype(np.uint8), out=cover)

    def weather(self, rng: np.random.Generator) -> None:
        """Speckle what is covered with dirt."""
        dirt = cv2.GaussianBlur(rng.standard_normal(self.cover.shape, dtype=np.float64), (0, 0), 0.7)
        speckled = self.picture * (1 + 0.09 * dirt * (self.cover > 0))[..., None]
        self.picture = np.clip(speckled, 0, 255).astype(np.uint8)


def fixed_point(pixels: Points) -> npt.NDArray[np.int32]:
    """Pixels, N x 2, as OpenCV takes them: counted from the first pixel's middle, in fractions of 1/16."""
    limited = np.clip(pixels[:, :2] - 0.5, -20000, 20000)  # far outside, still inside 32 bits
    corners: npt.NDArray[np.int32] = np.round(limited * 2**SUBPIXEL).astype(np.int32)
    return corners


def fill_hull(layer: Bytes, view: View, points: Points) -> None:
    """Fill the hull of points (x, y, z), N x 3, as the view sees it, on the layer, H x W."""
    hull = cv2.convexHull(fixed_point(view.project(points)))
    cv2.fillConvexPoly(layer, hull, 255, cv2.LINE_AA, SUBPIXEL)


def clipped(color: Color) -> tuple[int, int, int]:
    """A color that fits into bytes."""
    red, green, blue = (int(min(max(part, 0), 255)) for part in color)
    return red, green, blue


def shaded(color: Color, light: float) -> Color:
    """A color under this much light; shade is a little bluer."""
    cool = 0.06 * (1 - min(light, 1.0))
    return color[0] * (light - cool), color[1] * light, color[2] * (light + cool)
