"""Copies of a photograph as people make them, for tests: a name, and what it does to H x W x 3 RGB."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Raster = npt.NDArray[np.uint8]
Make = Callable[[Raster, np.random.Generator], Raster]


def crop(photograph: Raster, rng: np.random.Generator) -> Raster:
    """60 % of either side, anywhere."""
    height, width = photograph.shape[:2]
    h, w = round(0.6 * height), round(0.6 * width)
    top, left = rng.integers(height - h + 1), rng.integers(width - w + 1)
    return photograph[top : top + h, left : left + w]


def third(photograph: Raster, rng: np.random.Generator) -> Raster:
    height, width = photograph.shape[:2]
    return cv2.resize(photograph, (width // 3, height // 3), interpolation=cv2.INTER_AREA)


def jpeg_30(photograph: Raster, rng: np.random.Generator) -> Raster:
    _, content = cv2.imencode(".jpg", photograph, [cv2.IMWRITE_JPEG_QUALITY, 30])
    return cv2.imdecode(content, cv2.IMREAD_COLOR)


def hue(photograph: Raster, rng: np.random.Generator) -> Raster:
    """Turned by 40 to 140 degrees."""
    hsv = cv2.cvtColor(photograph, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + int(rng.integers(20, 70))) % 180
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def brightness(photograph: Raster, rng: np.random.Generator) -> Raster:
    """Half or 1.6 times as bright, clipped."""
    return cv2.convertScaleAbs(photograph, alpha=float(rng.choice([0.5, 1.6])), beta=float(rng.integers(20)))


def grey(photograph: Raster, rng: np.random.Generator) -> Raster:
    return np.repeat(cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def mirror(photograph: Raster, rng: np.random.Generator) -> Raster:
    return np.ascontiguousarray(photograph[:, ::-1])


def banner(photograph: Raster, rng: np.random.Generator) -> Raster:
    """A red bar with white text across the lower eighth."""
    height, width = photograph.shape[:2]
    captioned = photograph.copy()
    captioned[int(0.8 * height) : int(0.93 * height)] = (200, 20, 20)
    place, size = (int(0.03 * width), int(0.9 * height)), width / 700
    font, thickness = cv2.FONT_HERSHEY_SIMPLEX, max(1, width // 250)
    return cv2.putText(captioned, "BREAKING NEWS: FLOOD", place, font, size, (255, 255, 255), thickness)


def frame(photograph: Raster, rng: np.random.Generator) -> Raster:
    """The same ground from some metres further on: its far side 12 to 20 % narrower, its edges cut off."""
    height, width = photograph.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    left, right = rng.uniform(0.06, 0.1, 2)
    moved = corners + np.array([(left, 0), (-right, 0), (0, 0), (0, 0)], np.float32) * np.float32(width)
    view = cv2.warpPerspective(photograph, cv2.getPerspectiveTransform(corners, moved), (width, height))
    return view[:, width // 10 : -width // 10]


COPIES: dict[str, Make] = {
    make.__name__: make for make in (crop, third, jpeg_30, hue, brightness, grey, mirror, banner)
}
