"""The panels of a case: photograph with its prompt, masks, error maps, and A compared with B."""

from collections.abc import Sequence

import numpy as np

from floodeval.viz.case_pictures import Case
from floodeval.viz.overlays import Overlap, Overlay, blend, plain_ground
from floodeval.viz.prompt_marks import ClickMark, draw_clicks, draw_prompt
from floodeval.viz.style import (
    FALSE_ALARM,
    FOUND,
    IGNORED,
    IN_BOTH,
    LAND,
    MARGIN,
    MISSED,
    TRUE_WATER,
    Rgb,
    Style,
    rgb,
)

GUTTER_PX = 6
THUMBNAIL_RATIO = 1.5  # of width to height, so that the pictures of a row are of one height
PAIR_RATIO = 2.7  # the same for two pictures side by side


def photograph_panel(case: Case) -> Rgb | None:
    """The photograph with its prompt drawn in; None without a photograph."""
    if case.photograph is None:
        return None
    return draw_prompt(case.photograph, case.prompt, case.scale) if case.prompt else case.photograph


def truth_panel(case: Case, opacity: float) -> Rgb | None:
    """The water of the reference mask over the photograph; None without one."""
    if case.truth is None:
        return None
    return _drawn(case, [Overlay(case.truth, TRUE_WATER)], opacity)


def mask_panel(case: Case, variant: str, style: Style, opacity: float) -> Rgb | None:
    """A variant's predicted water, over the photograph where there is one; None without its mask."""
    if variant not in case.predicted:
        return None
    return _drawn(case, [Overlay(case.predicted[variant], style)], opacity)


def error_panel(case: Case, variant: str, opacity: float) -> Rgb | None:
    """A variant's error map; None without a reference mask or a predicted mask."""
    if variant not in case.errors:
        return None
    return _drawn(case, error_overlays(case.errors[variant]), opacity)


def against_panel(case: Case, a: Style, b: Style, opacity: float) -> Rgb | None:
    """The water that both variants predict, and that only one predicts; None without both masks."""
    if case.against is None:
        return None
    return _drawn(case, against_overlays(case.against, a, b), opacity)


def thumbnail(case: Case, styles: dict[str, Style], opacity: float) -> Rgb | None:
    """The error maps of the variants side by side; without a photograph, their masks compared.

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
        masks = [_drawn(case, against_overlays(case.against, a, b), opacity)]
    return framed(masks[0], THUMBNAIL_RATIO) if masks else None


def prompted_thumbnail(
    case: Case, variant: str, style: Style, opacity: float, clicks: Sequence[ClickMark] | None = None
) -> Rgb | None:
    """A variant's error map with the prompt drawn in; without a photograph its mask.

    Args:
        case: read for the variant.
        variant: whose errors.
        style: of the variant.
        opacity: of the colors over the photograph.
        clicks: the correcting clicks, drawn instead of the prompt; None where there were none.
    """
    errors = error_panel(case, variant, opacity)
    if errors is None:
        return thumbnail(case, {variant: style}, opacity)
    if clicks is not None:
        drawn = draw_clicks(errors, clicks, case.scale)
    else:
        drawn = draw_prompt(errors, case.prompt, case.scale) if case.prompt else errors
    return framed(drawn, THUMBNAIL_RATIO)


def error_overlays(errors: Overlap) -> list[Overlay]:
    """The three classes of an error map; the reference mask is the first, the predicted mask the second."""
    return [
        Overlay(errors.both, FOUND),
        Overlay(errors.second_only, FALSE_ALARM),
        Overlay(errors.first_only, MISSED),
    ]


def against_overlays(parts: Overlap, a: Style, b: Style) -> list[Overlay]:
    """The three classes of a map that compares A (first) with B (second)."""
    return [Overlay(parts.both, IN_BOTH), Overlay(parts.first_only, a), Overlay(parts.second_only, b)]


def ground(case: Case) -> Rgb:
    """The picture below the overlays: the photograph, or plain land."""
    return case.photograph if case.photograph is not None else plain_ground(*case.shown, rgb(LAND))


def _drawn(case: Case, overlays: list[Overlay], opacity: float) -> Rgb:
    """Overlays drawn over a case's ground; ignored pixels are hatched gray."""
    nowhere = [] if case.ignored is None else [Overlay(case.ignored, IGNORED)]
    return blend(ground(case), [*overlays, *nowhere], opacity)


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
