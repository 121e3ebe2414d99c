"""Classes of pixels laid over a photograph: the same pixels, the class's color and hatch."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.datasets.images import Mask, Photograph
from floodeval.datasets.outlines import rings
from floodeval.viz.hatches import SHADE, hatch_tile, spacing_of
from floodeval.viz.style import TRUE_WATER, Rgb, Style
from floodeval.viz.thumbnails import Coverage, coverage_at

# Classes of pixels laid over a photograph: the same pixels, the class's color and hatch.


@dataclass(frozen=True)
class Layer:
    """Where a class lies, and how it is drawn."""

    coverage: Coverage
    style: Style


@dataclass(frozen=True)
class Split:
    """Two masks of the same scene told apart: in both, in the first alone, in the second alone.

    With the truth first and a prediction second these are TP, FN and FP.
    """

    both: Coverage
    first_only: Coverage
    second_only: Coverage


def split(first: Mask, second: Mask, of_first: Coverage, of_second: Coverage) -> Split:
    """Tell two masks of one shape apart at full size, shrunk to the size of their coverages.

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
    return Split(both, *(np.asarray(cv2.subtract(one, both), np.uint8) for one in (of_first, of_second)))


def blend(ground: Rgb, layers: Sequence[Layer], opacity: float) -> Rgb:
    """Lay layers that do not overlap over a picture of the same size.

    Args:
        ground: H x W x 3, the picture beneath.
        layers: each H x W; where a pixel is half covered, half of the style is laid.
        opacity: 0 shows the ground alone, 1 hides it under the layers.
    """
    result = np.ascontiguousarray(ground)
    for layer in layers:
        share = layer.coverage.astype(np.float32) * np.float32(opacity / 255)
        inked = _hatched(layer.style, *layer.coverage.shape)
        result = np.asarray(cv2.blendLinear(result, inked, 1 - share, share), np.uint8)
    return result


def plain_ground(height: int, width: int, color: tuple[int, int, int]) -> Rgb:
    """A picture of one color, for maps without a photograph."""
    return np.tile(np.full((1, width, 3), color, np.uint8), (height, 1, 1))


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


# The shores of masks drawn into a photograph: thin colored lines, cased in white.

CASING = (255, 255, 255)  # on either side of the drawn shore, so that it shows on any ground


def outlined(photograph: Photograph, mask: Mask, style: Style = TRUE_WATER) -> Photograph:
    """Draw the shore of an H x W mask, on the edges of its pixels, into a copy of an H x W x 3 photograph."""
    shores = [(2 * ring[:-1] - 1).astype(np.int32) for ring in rings(mask)]  # in half pixels from a middle
    drawn = np.ascontiguousarray(photograph).copy()
    for color, thickness in ((CASING, 4), (style.rgb, 2)):
        cv2.polylines(drawn, shores, True, color, thickness, cv2.LINE_AA, shift=1)
    return drawn
