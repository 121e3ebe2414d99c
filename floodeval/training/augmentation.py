"""Augmented views: another framing and another light on a photograph and its truth."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.datasets.images import Mask, Photograph
from floodeval.training.losses import Share, averaged


@dataclass(frozen=True)
class Augmentation:
    """How far a view may depart from the photograph; all zero is the photograph itself.

    `mirror` and `upside_down` are chances. `rotation_deg` turns by up to that many degrees either way, and
    `zoom` crops up to that share of either side away. `brightness`, `contrast` and `saturation` scale by
    1 - x to 1 + x, and `hue` turns the color circle by up to that share of it. What a rotation uncovers
    mirrors the picture, in the photograph, in the truth and in what is ignored alike.
    """

    mirror: float = 0.0
    upside_down: float = 0.0
    rotation_deg: float = 0.0
    zoom: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0

    def view(
        self, photograph: Photograph, share: Share, ignored: Mask | None, rng: np.random.Generator
    ) -> tuple[Photograph, Share, Mask | None]:
        """Draw a view of a photograph, its share of water and what is ignored; all keep their size.

        Args:
            photograph: H x W x 3.
            share: H x W.
            ignored: H x W, true where a pixel does not count; None where every pixel counts.
            rng: draws the view.
        """
        size = (share.shape[1], share.shape[0])
        matrix = self._framing(size, rng)

        def moved(picture: npt.NDArray[Any], flags: int = cv2.INTER_LINEAR) -> npt.NDArray[Any]:
            return np.asarray(
                cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT_101)
            )

        photograph = self._lit(np.asarray(moved(photograph), np.uint8), rng)
        if ignored is None:
            return photograph, averaged(share, None, moved), None
        kept_out = moved(ignored.astype(np.uint8), cv2.INTER_NEAREST) > 0
        return photograph, np.where(kept_out, np.uint8(0), averaged(share, ignored, moved)), kept_out

    def _framing(self, size: tuple[int, int], rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """The 2 x 3 matrix from the photograph's pixels to the view's."""
        width, height = size
        kept = 1 - rng.uniform(0, self.zoom)
        left, top = rng.uniform(0, 1 - kept, 2)
        across = -1.0 if rng.random() < self.mirror else 1.0
        down = -1.0 if rng.random() < self.upside_down else 1.0
        angle = np.deg2rad(rng.uniform(-self.rotation_deg, self.rotation_deg))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = np.diag([across, down]) @ turn / kept
        middle = np.array([(left + kept / 2) * width, (top + kept / 2) * height]) - 0.5
        target = np.array([width / 2, height / 2]) - 0.5
        return np.column_stack([linear, target - linear @ middle])

    def _lit(self, photograph: Photograph, rng: np.random.Generator) -> Photograph:
        """Scale saturation and contrast round the grey picture and the mean, then the brightness."""
        if not any((self.brightness, self.contrast, self.saturation, self.hue)):
            return photograph
        reaches = (self.brightness, self.contrast, self.saturation)
        brightness, contrast, saturation = (1 + rng.uniform(-reach, reach) for reach in reaches)
        picture = _turned_hue(photograph, rng.uniform(-self.hue, self.hue)).astype(np.float32)
        grey = picture @ np.array([0.299, 0.587, 0.114], np.float32)
        picture = grey[..., None] + saturation * (picture - grey[..., None])
        picture = grey.mean() + contrast * (picture - grey.mean())
        return np.asarray(np.clip(brightness * picture, 0, 255), np.uint8)


def _turned_hue(photograph: Photograph, by: float) -> Photograph:
    """Turn the hue by a share of the color circle (OpenCV counts it in 180 steps)."""
    if not by:
        return photograph
    hsv = cv2.cvtColor(photograph, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int16) + round(180 * by)) % 180
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)
