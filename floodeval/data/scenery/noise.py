"""Seamless noise, and the mixing of values and colours: what the textures of a drawn scene are made of."""

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Colour: TypeAlias = tuple[float, float, float]

TILE_PX = 512


def ramp(value: Floats, start: float, stop: float) -> Floats:
    """0 up to `start`, 1 from `stop`, smooth in between."""
    t = np.clip((value - np.float32(start)) * np.float32(1 / (stop - start)), 0, 1)
    eased: Floats = t * t * (3 - 2 * t)
    return eased


def blend(under: Floats, over: Floats | Colour, alpha: Floats) -> Floats:
    """Lay colours, ... x 3 or one for all, on the colours `under`, ... x 3, with the opacity `alpha`, ..."""
    top = np.asarray(over, dtype=np.float32)
    mixed: Floats = under + (top - under) * alpha[..., None]
    return mixed


def noise_tile(rng: np.random.Generator, slope: float, cycles: int = 1) -> Floats:
    """Noise of unit spread, 512 x 512, that repeats seamlessly.

    A steeper `slope` makes it smoother; its longest waves fit `cycles` times into the tile.
    """
    rows, columns = np.fft.fftfreq(TILE_PX)[:, None], np.fft.rfftfreq(TILE_PX)
    frequency = (TILE_PX * np.hypot(rows, columns)).astype(np.float32)  # double precision is twice as slow
    frequency[frequency < cycles] = np.inf
    white = rng.standard_normal((TILE_PX, TILE_PX), dtype=np.float32)
    tile = np.fft.irfft2(np.fft.rfft2(white) / frequency**slope)
    unit: Floats = (tile / tile.std()).astype(np.float32)
    return unit


def sample(tile: Floats, x: Floats, y: Floats, span_m: float, span_y_m: float | None = None) -> Floats:
    """Noise at ground positions `x`, `y`, H x W; the tile repeats every `span_m` (by `span_y_m`) metres."""
    u, v = x * np.float32(1 / span_m), y * np.float32(1 / (span_y_m or span_m))
    u, v = (u - np.floor(u)) * TILE_PX, (v - np.floor(v)) * TILE_PX
    values: Floats = cv2.remap(tile, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return values
