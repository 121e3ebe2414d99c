"""Augmentation: random framing and light for a photograph and its reference mask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.datasets.images import Mask, Photograph

Share = npt.NDArray[np.uint8]  # H x W, share of water in each pixel: 255 is all, 0 if ignored
Averaging = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]


@dataclass(frozen=True)
class Augmentation:
    """The strength of an augmentation; if all values are 0, a view is the photograph itself.

    Areas that a rotation or shrinking uncovers are filled with the mirrored picture, in the photograph, the
    reference mask and the ignored pixels alike.

    Attributes:
        mirror: probability of a horizontal flip.
        upside_down: probability of a vertical flip.
        rotation_deg: largest rotation in degrees, in either direction.
        zoom: largest share of each side that is cropped.
        shrink: largest share by which a photograph is made smaller instead, in half of the views, so that
            water appears as small as from higher up; 0: in none.
        brightness: scales by 1 - x to 1 + x, as `contrast` and `saturation` do.
        contrast: see `brightness`.
        saturation: see `brightness`.
        hue: largest shift, as a share of the color circle.
    """

    mirror: float = 0.0
    upside_down: float = 0.0
    rotation_deg: float = 0.0
    zoom: float = 0.0
    shrink: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0

    def view(
        self, photograph: Photograph, share: Share, ignored: Mask | None, rng: np.random.Generator
    ) -> tuple[Photograph, Share, Mask | None]:
        """A random view of a photograph, its shares of water and its ignored pixels, all at the same size.

        Args:
            photograph: H x W x 3.
            share: H x W, shares of water.
            ignored: H x W, true for pixels that do not count; None if every pixel counts.
            rng: determines the view.
        """
        size = (share.shape[1], share.shape[0])
        matrix = self._framing(size, rng)

        def warped(picture: npt.NDArray[Any], flags: int = cv2.INTER_LINEAR) -> npt.NDArray[Any]:
            return np.asarray(
                cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT_101)
            )

        photograph = self._relit(np.asarray(warped(photograph), np.uint8), rng)
        if ignored is None:
            return photograph, averaged(share, None, warped), None
        kept_out = warped(ignored.astype(np.uint8), cv2.INTER_NEAREST) > 0
        return photograph, np.where(kept_out, np.uint8(0), averaged(share, ignored, warped)), kept_out

    def _framing(self, size: tuple[int, int], rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """The 2 x 3 matrix from the photograph's pixels to the view's."""
        width, height = size
        kept = 1 - rng.uniform(0, self.zoom)
        if self.shrink and rng.random() < 0.5:
            kept = 1 / (1 - rng.uniform(0, self.shrink))  # above 1: the view shows more than the photograph
        left, top = (1 - kept) * rng.random(2)
        across = -1.0 if rng.random() < self.mirror else 1.0
        down = -1.0 if rng.random() < self.upside_down else 1.0
        angle = np.deg2rad(rng.uniform(-self.rotation_deg, self.rotation_deg))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = np.diag([across, down]) @ turn / kept
        middle = np.array([(left + kept / 2) * width, (top + kept / 2) * height]) - 0.5
        target = np.array([width / 2, height / 2]) - 0.5
        return np.column_stack([linear, target - linear @ middle])

    def _relit(self, photograph: Photograph, rng: np.random.Generator) -> Photograph:
        """Scale saturation relative to gray, contrast relative to the mean, then brightness."""
        if not any((self.brightness, self.contrast, self.saturation, self.hue)):
            return photograph
        reaches = (self.brightness, self.contrast, self.saturation)
        brightness, contrast, saturation = (1 + rng.uniform(-reach, reach) for reach in reaches)
        picture = _shifted_hue(photograph, rng.uniform(-self.hue, self.hue)).astype(np.float32)
        gray = picture @ np.array([0.299, 0.587, 0.114], np.float32)
        picture = gray[..., None] + saturation * (picture - gray[..., None])
        picture = gray.mean() + contrast * (picture - gray.mean())
        return np.asarray(np.clip(brightness * picture, 0, 255), np.uint8)


def _shifted_hue(photograph: Photograph, by: float) -> Photograph:
    """Shift the hue by a share of the color circle (OpenCV divides it into 180 steps)."""
    if not by:
        return photograph
    hsv = cv2.cvtColor(photograph, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int16) + round(180 * by)) % 180
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)


def averaged(share: Share, ignored: Mask | None, average: Averaging) -> Share:
    """Average shares of water with `average`, without the ignored pixels.

    Args:
        share: H x W.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        average: computes an h x w array from an H x W one, each value a weighted mean.

    Returns:
        h x w; 0 where only ignored pixels were averaged.
    """
    if ignored is None:
        return np.asarray(average(share), np.uint8)
    counted = average((~ignored).astype(np.float32))
    water = average(np.where(ignored, 0, share).astype(np.float32))
    mean = np.divide(water, counted, out=np.zeros_like(water), where=counted > 0)
    return np.asarray(mean.round().clip(0, 255), np.uint8)
