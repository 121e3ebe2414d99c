"""The camera over a drawn scene, what each of its pixels sees of the ground, and the sun above.

World axes are metres: x to the right of the camera, y ahead of it, z up; the camera stands above x = y = 0.
The ground, dry or flooded, is the plane z = 0 in perspective: relief decides where water stands and how
the light falls, but is too low beside the camera's altitude to move a pixel.
"""

from dataclasses import dataclass, replace
from math import cos, sin
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from floodeval.synthetic.noise import Floats, ramp

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
        """Pixels (u, v) and depth in metres, N x 3, of points (x, y, z), N x 3."""
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
