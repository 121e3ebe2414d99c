"""Seamless noise, and the mixing of values and colours: what the textures of a drawn scene are made of."""

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Colour: TypeAlias = tuple[float, float, float]

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


def blend(under: Floats, over: Floats | Colour, alpha: Floats) -> Floats:
    """Lay colours, ... x 3 or one for all, on the colours `under`, ... x 3, with the opacity `alpha`, ..."""
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
    """Noise at ground positions `x`, `y`, H x W; the tile repeats every `span_m` (by `span_y_m`) metres."""
    u, v = x / span_m, y / (span_y_m or span_m)
    u, v = ((part - np.floor(part)) * TILE_PX for part in (u, v))
    values: Floats = cv2.remap(
        tile, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
    )
    return values
