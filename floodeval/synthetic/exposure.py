"""From a painted scene to its photograph: shadows of clouds, haze, lens, tone curve and sensor noise."""

import cv2
import numpy as np

from floodeval.synthetic.canvas import Bytes
from floodeval.synthetic.noise import Colour, Floats, blend, noise_tile, ramp, sample, to_bytes
from floodeval.synthetic.scene import Scene
from floodeval.synthetic.view import Ground, View

HAZE: Colour = (184, 191, 199)


def cloud_over(picture: Bytes, scene: Scene, ground: Ground, rng: np.random.Generator) -> Floats:
    """Light from a painted scene, H x W x 3, with shadows of clouds: on half of it at the most."""
    light = picture.astype(np.float64)
    if not scene.shadow:
        return light
    clouds = sample(noise_tile(rng, 2.0), ground.x, ground.y, 520.0)
    border = float(np.quantile(clouds, 1 - 0.5 * scene.shadow))
    dark = 0.56 * scene.shadow**0.7 * ramp(clouds, border - 0.3, border + 0.3)
    light *= (1 - dark)[..., None]
    return light


def veil(scene: Scene, view: View, ground: Ground, rng: np.random.Generator) -> Floats:
    """Opacity of the air, H x W, 0..1: of a clear day, and of the scene's haze, which drifts."""
    clear = ground.range_m / rng.uniform(1500, 3500)
    drift = 1 + 0.3 * sample(noise_tile(rng, 2.2), ground.x, ground.y, 600.0).clip(-1.5, 1.5)
    opacity: Floats = 1 - np.exp(-clear - 1.5 * scene.haze * drift * ground.range_m / view.range_m)
    return opacity


def expose(light: Floats, scene: Scene, air: Floats, daylight: Floats, rng: np.random.Generator) -> Bytes:
    """Photograph the light, H x W x 3, through the air, H x W, which `daylight`, 3 parts of it, brightens."""
    seen = blend(light, tuple(np.array(HAZE) * daylight), air)
    seen = cv2.GaussianBlur(seen, (0, 0), 0.5) * vignette(scene)[..., None]
    level = float(daylight.mean())
    grain = 1.8 * rng.standard_normal((*seen.shape[:2], 1)) + 1.0 * rng.standard_normal(seen.shape)
    return to_bytes((seen - 112 * level) * 1.2 + 124 * level + grain * (1 + 2.5 * scene.night))


def vignette(scene: Scene) -> Floats:
    """Fall of the light towards the corners, H x W."""
    v = np.linspace(-1, 1, scene.height)[:, None]
    u = np.linspace(-1, 1, scene.width)
    light: Floats = 1 - 0.07 * (u**2 + v**2)
    return light
