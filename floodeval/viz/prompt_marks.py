"""The prompt drawn into a photograph: a box or clicks, cased in white so that they show on any ground."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.sam.prompts import Prompt
from floodeval.viz.style import LAND_CLICK, PROMPT, Rgb, rgb

_WHITE = (255, 255, 255)


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
    cv2.circle(drawn, center, radius + 2, _WHITE, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(drawn, center, radius, rgb(color), cv2.FILLED, cv2.LINE_AA)
    said, font = str(number), cv2.FONT_HERSHEY_SIMPLEX
    size = radius / (13 if len(said) == 1 else 17)
    (width, height), _ = cv2.getTextSize(said, font, size, 1)
    place = (center[0] - width // 2, center[1] + height // 2)
    cv2.putText(drawn, said, place, font, size, _WHITE, 1, cv2.LINE_AA)


def _draw_box(drawn: Rgb, box: np.ndarray[tuple[int, ...], np.dtype[np.float32]], stroke: int) -> None:
    """Draw x0, y0, x1, y1 (the last two exclusive); a side on the frame moves in to stay visible."""
    height, width = drawn.shape[:2]
    x0, y0, x1, y1 = box
    left, right = np.clip([round(float(x0)), round(float(x1)) - 1], stroke, max(stroke, width - 1 - stroke))
    top, bottom = np.clip([round(float(y0)), round(float(y1)) - 1], stroke, max(stroke, height - 1 - stroke))
    corners = (int(left), int(top)), (int(right), int(bottom))
    cv2.rectangle(drawn, *corners, _WHITE, 2 * stroke + 1, cv2.LINE_AA)
    cv2.rectangle(drawn, *corners, rgb(PROMPT), stroke, cv2.LINE_AA)


def _draw_click(drawn: Rgb, center: tuple[int, int], stroke: int) -> None:
    radius = 4 * stroke
    cv2.circle(drawn, center, radius + stroke, _WHITE, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(drawn, center, radius, rgb(PROMPT), cv2.FILLED, cv2.LINE_AA)
    cv2.drawMarker(drawn, center, _WHITE, cv2.MARKER_CROSS, 2 * radius - stroke, max(1, stroke // 2))
