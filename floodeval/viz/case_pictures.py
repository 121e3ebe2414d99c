"""The pictures of one case: photograph, masks and errors as panels, all at one size, and as thumbnails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from floodeval.datasets.images import Mask
from floodeval.datasets.listing import Sample
from floodeval.evaluation.run import StoredMasks
from floodeval.i18n.catalog import Saying
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt, parse_prompt
from floodeval.viz.dataset_pictures import SampleImages, read_sample_images
from floodeval.viz.overlays import (
    ClickMark,
    ComparedMasks,
    Overlay,
    blend,
    compared_masks,
    draw_clicks,
    draw_prompt,
    plain_ground,
)
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
from floodeval.viz.thumbnails import LONGEST_PX, Coverage, Size, averaged, coverage_at, shrunk_size

GUTTER_PX = 6
THUMBNAIL_RATIO = 1.5  # of width to height, so that the pictures of a row are of one height
PAIR_RATIO = 2.7  # the same for two pictures side by side


@dataclass(frozen=True)
class Case:
    """One sample with one prompt, shrunk for the screen.

    Attributes:
        id: of the sample.
        size: the photograph's own height and width.
        shown: height and width of all pictures here.
        photograph: None where it could not be read, as for `truth`.
        truth: the reference mask.
        prompts: by variant, in the photograph's own pixels; none without a reference mask.
        predicted: masks by variant.
        errors: by variant, the overlap of the reference mask (first) and its mask (second).
        against: the overlap of the first variant's mask and the second's.
        problems: one sentence for each file that could not be read.
        ignored: pixels that count nowhere and are in none of the masks; None where all count.
    """

    id: str
    size: tuple[int, int]
    shown: tuple[int, int]
    photograph: Rgb | None = None
    truth: Coverage | None = None
    prompts: dict[str, Prompt] = field(default_factory=dict)
    predicted: dict[str, Coverage] = field(default_factory=dict)
    errors: dict[str, ComparedMasks] = field(default_factory=dict)
    against: ComparedMasks | None = None
    problems: tuple[Saying, ...] = ()
    ignored: Coverage | None = None

    @property
    def scale(self) -> float:
        """Shown pixels per pixel of the photograph."""
        return self.shown[1] / self.size[1]


def read_case(
    masks: Mapping[str, StoredMasks],
    sample_id: str,
    sample: Sample | None,
    longest: int = LONGEST_PX,
) -> Case:
    """Read one sample of a run, and its photograph where it is on this machine.

    Args:
        masks: where each variant's masks are, and with which prompt, A first and B second.
        sample_id: as in the run's table.
        sample: the photograph and its reference mask; None where they are not on this machine.
        longest: of the pictures' sides, in pixels.

    Returns:
        The case; what could not be read is missing from it and named in `problems`.
    """
    images = read_sample_images(masks, sample_id, sample)
    prompts = {name: parse_prompt(source.prompt) for name, source in masks.items()}
    return case_from_images(images, list(masks), shrunk_size(*images.size, longest), prompts)


def case_from_images(
    images: SampleImages,
    variants: list[str],
    size: Size,
    prompts: Mapping[str, PromptSpec] = MappingProxyType({}),
    against: bool = True,
) -> Case:
    """Shrink a sample to a size.

    Args:
        images: of the sample.
        variants: A first and B second.
        size: height and width, in pixels.
        prompts: of the variants, to make from the reference mask; none for a case without prompts.
        against: whether to compare the masks of A and B.
    """
    truth = images.truth
    masks = {name: images.counted(mask) for name, mask in images.predicted.items()}
    shown = {name: coverage_at(mask, size) for name, mask in masks.items()}
    shown_truth = None if truth is None else coverage_at(truth, size)
    errors = {}
    if truth is not None and shown_truth is not None:
        errors = {name: compared_masks(truth, mask, shown_truth, shown[name]) for name, mask in masks.items()}
    a, b = (*variants, "", "")[:2]
    both_known = against and a in masks and b in masks
    return Case(
        id=images.id,
        size=images.size,
        shown=size,
        photograph=None if images.photograph is None else averaged(images.photograph, size),
        truth=shown_truth,
        prompts=_made(prompts, truth, images.id),
        predicted=shown,
        errors=errors,
        against=compared_masks(masks[a], masks[b], shown[a], shown[b]) if both_known else None,
        problems=images.problems,
        ignored=None if images.ignored is None else coverage_at(images.ignored, size),
    )


def _made(prompts: Mapping[str, PromptSpec], truth: Mask | None, sample_id: str) -> dict[str, Prompt]:
    """The prompts of the variants for one sample; those that need water are missing where there is none."""
    if truth is None:
        return {}
    by_spec = {spec: make_prompt(spec, truth, sample_id) for spec in prompts.values()}
    return {name: made for name, spec in prompts.items() if (made := by_spec[spec]) is not None}


def photograph_panel(case: Case, variant: str) -> Rgb | None:
    """The photograph with a variant's prompt drawn in; None without a photograph."""
    if case.photograph is None:
        return None
    return with_prompt(case, case.photograph, variant)


def with_prompt(case: Case, picture: Rgb, variant: str) -> Rgb:
    """A picture of a case with a variant's prompt drawn in, if it has one."""
    prompt = case.prompts.get(variant)
    return draw_prompt(picture, prompt, case.scale) if prompt else picture


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
        return framed(side_by_side(errors), THUMBNAIL_RATIO if len(errors) == 1 else PAIR_RATIO)
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
        drawn = with_prompt(case, errors, variant)
    return framed(drawn, THUMBNAIL_RATIO)


def error_overlays(errors: ComparedMasks) -> list[Overlay]:
    """The three classes of an error map; the reference mask is the first, the predicted mask the second."""
    return [
        Overlay(errors.both, FOUND),
        Overlay(errors.second_only, FALSE_ALARM),
        Overlay(errors.first_only, MISSED),
    ]


def against_overlays(parts: ComparedMasks, a: Style, b: Style) -> list[Overlay]:
    """The three classes of a map that compares A (first) with B (second)."""
    return [Overlay(parts.both, IN_BOTH), Overlay(parts.first_only, a), Overlay(parts.second_only, b)]


def ground(case: Case) -> Rgb:
    """The picture below the overlays: the photograph, or plain land."""
    return case.photograph if case.photograph is not None else plain_ground(*case.shown, rgb(LAND))


def _drawn(case: Case, overlays: list[Overlay], opacity: float) -> Rgb:
    """Overlays drawn over a case's ground; ignored pixels are hatched gray."""
    nowhere = [] if case.ignored is None else [Overlay(case.ignored, IGNORED)]
    return blend(ground(case), [*overlays, *nowhere], opacity)


def side_by_side(pictures: list[Rgb]) -> Rgb:
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
