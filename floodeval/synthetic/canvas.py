"""The picture being painted, and which of its pixels things that stand on the ground cover."""

from dataclasses import dataclass, field
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.synthetic.noise import Colour, Floats
from floodeval.synthetic.view import Points, View

Bytes: TypeAlias = npt.NDArray[np.uint8]

SUBPIXEL = 4  # bits of fraction in the corners that OpenCV draws


@dataclass
class Canvas:
    """A picture, H x W x 3 RGB, and how much of each pixel, 0..255, H x W, is covered."""

    picture: Bytes
    cover: Bytes = field(init=False)

    def __post_init__(self) -> None:
        self.cover = np.zeros(self.picture.shape[:2], dtype=np.uint8)

    def fill(self, pixels: Points, colour: Colour) -> None:
        """Cover a polygon of pixels, N x 2 or wider."""
        corners = fixed_point(pixels)
        cv2.fillPoly(self.picture, [corners], clipped(colour), cv2.LINE_AA, SUBPIXEL)
        cv2.fillPoly(self.cover, [corners], 255, cv2.LINE_AA, SUBPIXEL)

    def line(self, pixels: Points, colour: Colour, thickness: int = 1) -> None:
        """Cover a line through pixels, N x 2 or wider."""
        corners = fixed_point(pixels)
        cv2.polylines(self.picture, [corners], False, clipped(colour), thickness, cv2.LINE_AA, SUBPIXEL)
        cv2.polylines(self.cover, [corners], False, 255, thickness, cv2.LINE_AA, SUBPIXEL)

    def paste(self, sprite: Floats, left: int, top: int, tint: Colour) -> None:
        """Lay a sprite h x w x 4 (colour times opacity, opacity) with its corner at a pixel."""
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


def clipped(colour: Colour) -> tuple[int, int, int]:
    """A colour that fits into bytes."""
    red, green, blue = (int(min(max(part, 0), 255)) for part in colour)
    return red, green, blue


def shaded(colour: Colour, light: float) -> Colour:
    """A colour under this much light; shade is a little bluer."""
    cool = 0.06 * (1 - min(light, 1.0))
    return colour[0] * (light - cool), colour[1] * light, colour[2] * (light + cool)
