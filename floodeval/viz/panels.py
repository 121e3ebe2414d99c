"""The pictures of one case: photograph with its prompt, truth, masks, error maps, A against B."""

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from floodeval.sam.prompts import Prompt
from floodeval.viz.case_pictures import Case
from floodeval.viz.overlays import Layer, Split, blend, plain_ground
from floodeval.viz.style import (
    FALSE_ALARM,
    FOUND,
    IGNORED,
    LAND,
    MARGIN,
    MISSED,
    PROMPT,
    TRUE_WATER,
    ClassStyle,
    Rgb,
    Style,
    rgb,
)

# The prompt drawn into a photograph: a box or clicks, with a white halo so that they show on anything.

LAND_CLICK = "#22313A"  # a click that says land
_WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Click:
    """A click of an analyst who corrects.

    Attributes:
        x: in pixels of the photograph, from its left.
        y: from its top.
        water: whether it says water, or land.
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


def draw_clicks(picture: Rgb, clicks: Sequence[Click], scale: float) -> Rgb:
    """Draw numbered clicks into a copy of a picture, the first on top; those that say land are dark.

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


# The pictures of one case: photograph with its prompt, truth, masks, error maps, A against B.

IN_BOTH = ClassStyle("in_both", "#7A8B95")
GUTTER_PX = 6
THUMBNAIL_RATIO = 1.5  # of width to height, so that the pictures of a row are of one height
PAIR_RATIO = 2.7  # the same for two pictures side by side


def photograph_panel(case: Case) -> Rgb | None:
    """The photograph with its prompt drawn in; None without a photograph."""
    if case.photograph is None:
        return None
    return draw_prompt(case.photograph, case.prompt, case.scale) if case.prompt else case.photograph


def truth_panel(case: Case, opacity: float) -> Rgb | None:
    """The true water over the photograph; None without one."""
    if case.truth is None:
        return None
    return _drawn(case, [Layer(case.truth, TRUE_WATER)], opacity)


def mask_panel(case: Case, variant: str, style: Style, opacity: float) -> Rgb | None:
    """What a variant calls water, over the photograph where there is one; None without its mask."""
    if variant not in case.predicted:
        return None
    return _drawn(case, [Layer(case.predicted[variant], style)], opacity)


def error_panel(case: Case, variant: str, opacity: float) -> Rgb | None:
    """A variant's water found, false alarms and missed water; None where truth or mask is absent."""
    if variant not in case.errors:
        return None
    return _drawn(case, error_layers(case.errors[variant]), opacity)


def against_panel(case: Case, a: Style, b: Style, opacity: float) -> Rgb | None:
    """Where the first two variants agree on water, and where one alone has it; None without both."""
    if case.against is None:
        return None
    return _drawn(case, against_layers(case.against, a, b), opacity)


def thumbnail(case: Case, styles: dict[str, Style], opacity: float) -> Rgb | None:
    """The error maps of the variants side by side; without a photograph their masks against each other.

    Args:
        case: read for one variant or two.
        styles: those variants, in order.
        opacity: of the colors over the photograph.
    """
    errors = [picture for name in styles if (picture := error_panel(case, name, opacity)) is not None]
    if errors:
        return framed(beside(errors), THUMBNAIL_RATIO if len(errors) == 1 else PAIR_RATIO)
    masks = [
        picture
        for name, style in styles.items()
        if (picture := mask_panel(case, name, style, opacity)) is not None
    ]
    if len(styles) > 1 and case.against is not None:
        a, b = list(styles.values())[:2]
        masks = [_drawn(case, against_layers(case.against, a, b), opacity)]
    return framed(masks[0], THUMBNAIL_RATIO) if masks else None


def prompted_thumbnail(
    case: Case, variant: str, style: Style, opacity: float, clicks: Sequence[Click] | None = None
) -> Rgb | None:
    """A variant's error map with the prompt drawn in; without a photograph its mask.

    Args:
        case: read for the variant.
        variant: whose errors.
        style: of the variant.
        opacity: of the colors over the photograph.
        clicks: all that the variant was corrected by, drawn in place of the prompt; None where the prompt is
            the whole of what the variant was given.
    """
    errors = error_panel(case, variant, opacity)
    if errors is None:
        return thumbnail(case, {variant: style}, opacity)
    if clicks is not None:
        drawn = draw_clicks(errors, clicks, case.scale)
    else:
        drawn = draw_prompt(errors, case.prompt, case.scale) if case.prompt else errors
    return framed(drawn, THUMBNAIL_RATIO)


def error_layers(errors: Split) -> list[Layer]:
    """The three classes of an error map, from the truth (first) against a prediction (second)."""
    return [
        Layer(errors.both, FOUND),
        Layer(errors.second_only, FALSE_ALARM),
        Layer(errors.first_only, MISSED),
    ]


def against_layers(parts: Split, a: Style, b: Style) -> list[Layer]:
    """The three classes of a map of A (first) against B (second)."""
    return [Layer(parts.both, IN_BOTH), Layer(parts.first_only, a), Layer(parts.second_only, b)]


def ground(case: Case) -> Rgb:
    """What the classes are laid on: the photograph, or plain land."""
    return case.photograph if case.photograph is not None else plain_ground(*case.shown, rgb(LAND))


def _drawn(case: Case, layers: list[Layer], opacity: float) -> Rgb:
    """Classes laid over a case's ground, and what counts nowhere hatched gray."""
    nowhere = [] if case.ignored is None else [Layer(case.ignored, IGNORED)]
    return blend(ground(case), [*layers, *nowhere], opacity)


def beside(pictures: list[Rgb]) -> Rgb:
    """Pictures of one height side by side, with a white gutter between them."""
    gutter = plain_ground(pictures[0].shape[0], GUTTER_PX, (255, 255, 255))
    parts = [part for picture in pictures for part in (gutter, picture)]
    return np.concatenate(parts[1:], axis=1)


def framed(picture: Rgb, ratio: float) -> Rgb:
    """A picture padded at its sides, or above and below, to a ratio of width to height."""
    height, width = picture.shape[:2]
    wide, high = max(0, round(height * ratio) - width), max(0, round(width / ratio) - height)
    left, right = (plain_ground(height, side, rgb(MARGIN)) for side in (wide // 2, wide - wide // 2))
    picture = np.concatenate([left, picture, right], axis=1)
    above, below = (
        plain_ground(side, picture.shape[1], rgb(MARGIN)) for side in (high // 2, high - high // 2)
    )
    return np.concatenate([above, picture, below], axis=0)


# Pictures as the bytes that a browser, or a report, takes.


def jpeg(picture: Rgb, quality: int = 88) -> bytes:
    """Encode a photograph; color at full resolution, so that thin colored lines keep their color."""
    sampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _encoded(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality, *sampling])


def png(picture: Rgb) -> bytes:
    """Encode a map of flat colors, exactly."""
    return _encoded(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])


def _encoded(extension: str, picture: Rgb, options: list[int]) -> bytes:
    ok, encoded = cv2.imencode(extension, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    if not ok:
        raise ValueError(f"a picture of shape {picture.shape} could not be encoded as {extension}")
    return np.asarray(encoded).tobytes()


def small_png(picture: Rgb) -> bytes:
    """Encode a map of flat colors small: the nearest of 64 colors for every pixel."""
    image = Image.fromarray(picture).quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def data_url(encoded: bytes) -> str:
    """A JPEG or PNG as a data URL: a page that holds it need not ask the server, which may have let it go."""
    kind = "png" if encoded.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(encoded).decode()}"
