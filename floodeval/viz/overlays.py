"""Overlays: classes of pixels and outlines of masks, drawn into a photograph."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.datasets.images import Mask, Photograph
from floodeval.datasets.outlines import rings
from floodeval.viz.hatches import SHADE, hatch_tile, spacing_of
from floodeval.viz.style import TRUE_WATER, Rgb, Style
from floodeval.viz.thumbnails import Coverage, coverage_at

CASING = (255, 255, 255)  # on either side of an outline, so that it shows on any ground


@dataclass(frozen=True)
class Overlay:
    """Where a class is, H x W, and how it is drawn."""

    coverage: Coverage
    style: Style


@dataclass(frozen=True)
class Overlap:
    """Two masks compared: the water in both, in the first only, and in the second only.

    With the reference mask first and a predicted mask second, these are TP, FN and FP.
    """

    both: Coverage
    first_only: Coverage
    second_only: Coverage


def overlap_of(first: Mask, second: Mask, of_first: Coverage, of_second: Coverage) -> Overlap:
    """Compare two masks at full size, then shrink the result to the size of their coverages.

    Args:
        first: H x W.
        second: H x W.
        of_first: the coverage of the first.
        of_second: the coverage of the second, of the same size.

    Raises:
        ValueError: the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"masks of {first.shape} and {second.shape}; expected one shape")
    height, width = of_first.shape
    both = coverage_at(first & second, (height, width))
    return Overlap(both, *(np.asarray(cv2.subtract(one, both), np.uint8) for one in (of_first, of_second)))


def blend(ground: Rgb, overlays: Sequence[Overlay], opacity: float) -> Rgb:
    """Draw overlays that do not overlap over a picture of the same size.

    Args:
        ground: H x W x 3, the picture below.
        overlays: each H x W; a pixel that is half covered gets half of the color.
        opacity: 0 shows the ground only, 1 hides it under the overlays.
    """
    result = np.ascontiguousarray(ground)
    for overlay in overlays:
        share = overlay.coverage.astype(np.float32) * np.float32(opacity / 255)
        styled = _hatched(overlay.style, *overlay.coverage.shape)
        result = np.asarray(cv2.blendLinear(result, styled, 1 - share, share), np.uint8)
    return result


def plain_ground(height: int, width: int, color: tuple[int, int, int]) -> Rgb:
    """A picture of one color, for maps without a photograph."""
    return np.tile(np.full((1, width, 3), color, np.uint8), (height, 1, 1))


def outlined(photograph: Photograph, mask: Mask, style: Style = TRUE_WATER) -> Photograph:
    """Draw the outline of an H x W mask, on the edges of its pixels, into a copy of a photograph."""
    outlines = [(2 * ring[:-1] - 1).astype(np.int32) for ring in rings(mask)]  # in half pixels from a middle
    drawn = np.ascontiguousarray(photograph).copy()
    for color, thickness in ((CASING, 4), (style.rgb, 2)):
        cv2.polylines(drawn, outlines, True, color, thickness, cv2.LINE_AA, shift=1)
    return drawn


def _hatched(style: Style, height: int, width: int) -> Rgb:
    """The style's color for every pixel, darker on the lines of its hatch; H x W x 3."""
    color = np.array(style.rgb, np.uint8)
    if not style.hatch:
        return plain_ground(height, width, style.rgb)
    period, line = spacing_of(height, width)
    lines = hatch_tile(style.hatch, period, line)
    tile = np.where(lines[..., None], (color * SHADE).astype(np.uint8), color)
    row = np.tile(tile, (1, -(-width // period), 1))[:, :width]
    return np.tile(row, (-(-height // period), 1, 1))[:height]
