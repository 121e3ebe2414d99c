"""The pictures of one case: photograph with its prompt, truth, masks, error maps, A against B."""

from collections.abc import Sequence

import numpy as np

from floodeval.viz.case import Case
from floodeval.viz.overlay import Layer, Split, blend, plain_ground
from floodeval.viz.palette import (
    FALSE_ALARM,
    FOUND,
    IGNORED,
    LAND,
    MARGIN,
    MISSED,
    TRUE_WATER,
    ClassInk,
    Ink,
    Rgb,
    rgb,
)
from floodeval.viz.prompt_marks import Click, draw_clicks, draw_prompt

IN_BOTH = ClassInk("in_both", "#7A8B95")
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


def mask_panel(case: Case, variant: str, ink: Ink, opacity: float) -> Rgb | None:
    """What a variant calls water, over the photograph where there is one; None without its mask."""
    if variant not in case.predicted:
        return None
    return _drawn(case, [Layer(case.predicted[variant], ink)], opacity)


def error_panel(case: Case, variant: str, opacity: float) -> Rgb | None:
    """A variant's water found, false alarms and missed water; None where truth or mask is absent."""
    if variant not in case.errors:
        return None
    return _drawn(case, error_layers(case.errors[variant]), opacity)


def against_panel(case: Case, a: Ink, b: Ink, opacity: float) -> Rgb | None:
    """Where the first two variants agree on water, and where one alone has it; None without both."""
    if case.against is None:
        return None
    return _drawn(case, against_layers(case.against, a, b), opacity)


def thumbnail(case: Case, inks: dict[str, Ink], opacity: float) -> Rgb | None:
    """The error maps of the variants side by side; without a photograph their masks against each other.

    Args:
        case: read for one variant or two.
        inks: those variants, in order.
        opacity: of the colours over the photograph.
    """
    errors = [picture for name in inks if (picture := error_panel(case, name, opacity)) is not None]
    if errors:
        return framed(beside(errors), THUMBNAIL_RATIO if len(errors) == 1 else PAIR_RATIO)
    masks = [
        picture for name, ink in inks.items() if (picture := mask_panel(case, name, ink, opacity)) is not None
    ]
    if len(inks) > 1 and case.against is not None:
        a, b = list(inks.values())[:2]
        masks = [_drawn(case, against_layers(case.against, a, b), opacity)]
    return framed(masks[0], THUMBNAIL_RATIO) if masks else None


def prompted_thumbnail(
    case: Case, variant: str, ink: Ink, opacity: float, clicks: Sequence[Click] | None = None
) -> Rgb | None:
    """A variant's error map with the prompt drawn in; without a photograph its mask.

    Args:
        case: read for the variant.
        variant: whose errors.
        ink: of the variant.
        opacity: of the colours over the photograph.
        clicks: all that the variant was corrected by, drawn in place of the prompt; None where the prompt is
            the whole of what the variant was given.
    """
    errors = error_panel(case, variant, opacity)
    if errors is None:
        return thumbnail(case, {variant: ink}, opacity)
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


def against_layers(parts: Split, a: Ink, b: Ink) -> list[Layer]:
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
