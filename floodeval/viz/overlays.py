"""Classes of pixels, outlines of masks and prompts, drawn into a photograph."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.datasets.images import Mask, Photograph
from floodeval.datasets.outlines import rings
from floodeval.sam.prompts import Prompt
from floodeval.viz.hatches import SHADE, hatch_tile, spacing_of
from floodeval.viz.style import LAND_CLICK, PROMPT, TRUE_WATER, Rgb, Style, rgb
from floodeval.viz.thumbnails import Coverage, coverage_at

WHITE = (255, 255, 255)  # around outlines and marks, so that they show on any ground


@dataclass(frozen=True)
class Overlay:
    """Where a class is, H x W, and how it is drawn."""

    coverage: Coverage
    style: Style


@dataclass(frozen=True)
class ComparedMasks:
    """Two masks compared: the water in both, in the first only, and in the second only.

    With the reference mask first and a predicted mask second, these are TP, FN and FP.
    """

    both: Coverage
    first_only: Coverage
    second_only: Coverage


@dataclass(frozen=True)
class ClickMark:
    """A correcting click, as it is drawn.

    Attributes:
        x: in pixels of the photograph, from its left.
        y: from its top.
        water: True where it marks water, False where it marks land.
        iou: of the mask after it; None where both masks are empty.
    """

    x: float
    y: float
    water: bool
    iou: float | None = None


def compared_masks(first: Mask, second: Mask, of_first: Coverage, of_second: Coverage) -> ComparedMasks:
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
    return ComparedMasks(
        both, *(np.asarray(cv2.subtract(one, both), np.uint8) for one in (of_first, of_second))
    )


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


def plain_ground(height: int, width: int, color: tuple[int, int, int]) -> Rgb:
    """A picture of one color, for maps without a photograph."""
    return np.tile(np.full((1, width, 3), color, np.uint8), (height, 1, 1))


def outlined(photograph: Photograph, mask: Mask, style: Style = TRUE_WATER) -> Photograph:
    """Draw the outline of an H x W mask, on the edges of its pixels, into a copy of a photograph."""
    outlines = [(2 * ring[:-1] - 1).astype(np.int32) for ring in rings(mask)]  # in half pixels from a middle
    drawn = np.ascontiguousarray(photograph).copy()
    for color, thickness in ((WHITE, 4), (style.rgb, 2)):
        cv2.polylines(drawn, outlines, True, color, thickness, cv2.LINE_AA, shift=1)
    return drawn


def draw_prompt(picture: Rgb, prompt: Prompt, scale: float) -> Rgb:
    """Draw a prompt into a copy of a picture.

    Args:
        picture: H x W x 3, the photograph, shrunk or not.
        prompt: in the photograph's own pixels.
        scale: shown pixels per pixel of the photograph.
    """
    drawn = np.ascontiguousarray(picture).copy()
    stroke = max(2, round(max(drawn.shape[:2]) / 300))
    if prompt.box is not None:
        _draw_box(drawn, prompt.box * scale, stroke)
    for x, y in [] if prompt.points is None else (prompt.points + 0.5) * scale - 0.5:
        _draw_click(drawn, (round(float(x)), round(float(y))), stroke)
    return drawn


def _draw_box(drawn: Rgb, box: np.ndarray[tuple[int, ...], np.dtype[np.float32]], stroke: int) -> None:
    """Draw x0, y0, x1, y1 (the last two exclusive); a side on the frame moves in to stay visible."""
    height, width = drawn.shape[:2]
    x0, y0, x1, y1 = box
    left, right = np.clip([round(float(x0)), round(float(x1)) - 1], stroke, max(stroke, width - 1 - stroke))
    top, bottom = np.clip([round(float(y0)), round(float(y1)) - 1], stroke, max(stroke, height - 1 - stroke))
    corners = (int(left), int(top)), (int(right), int(bottom))
    cv2.rectangle(drawn, *corners, WHITE, 2 * stroke + 1, cv2.LINE_AA)
    cv2.rectangle(drawn, *corners, rgb(PROMPT), stroke, cv2.LINE_AA)


def _draw_click(drawn: Rgb, center: tuple[int, int], stroke: int) -> None:
    radius = 4 * stroke
    cv2.circle(drawn, center, radius + stroke, WHITE, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(drawn, center, radius, rgb(PROMPT), cv2.FILLED, cv2.LINE_AA)
    cv2.drawMarker(drawn, center, WHITE, cv2.MARKER_CROSS, 2 * radius - stroke, max(1, stroke // 2))


def draw_clicks(picture: Rgb, clicks: Sequence[ClickMark], scale: float) -> Rgb:
    """Draw numbered clicks into a copy of a picture, the first on top; clicks on land are dark.

    Args:
        picture: H x W x 3, the photograph, shrunk or not.
        clicks: in the order in which they were made.
        scale: shown pixels per pixel of the photograph.
    """
    drawn = np.ascontiguousarray(picture).copy()
    radius = max(8, round(max(drawn.shape[:2]) / 48))
    for number, click in reversed(list(enumerate(clicks, 1))):
        center = [round((float(place) + 0.5) * scale - 0.5) for place in (click.x, click.y)]
        _draw_number(drawn, (center[0], center[1]), radius, number, PROMPT if click.water else LAND_CLICK)
    return drawn


def _draw_number(drawn: Rgb, center: tuple[int, int], radius: int, number: int, color: str) -> None:
    """A disc with a number that fits it."""
    cv2.circle(drawn, center, radius + 2, WHITE, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(drawn, center, radius, rgb(color), cv2.FILLED, cv2.LINE_AA)
    said, font = str(number), cv2.FONT_HERSHEY_SIMPLEX
    size = radius / (13 if len(said) == 1 else 17)
    (width, height), _ = cv2.getTextSize(said, font, size, 1)
    place = (center[0] - width // 2, center[1] + height // 2)
    cv2.putText(drawn, said, place, font, size, WHITE, 1, cv2.LINE_AA)
