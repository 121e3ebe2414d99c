"""The panes of the page Compare: what each shows over the photograph, with its words."""

from dataclasses import dataclass, replace

from floodeval.dashboard.pages.compare.compare_queries import Row, score_rows
from floodeval.dashboard.pages.prompts.prompt_queries import clicks_of
from floodeval.dashboard.state.selection import Selection
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.dataset_pictures import SampleImages
from floodeval.viz.layers import (
    NOWHERE,
    TRUTH,
    Layer,
    Stack,
    against_layer,
    agreement_shares,
    difference_layer,
    error_layer,
    mask_layer,
    outline_layer,
)
from floodeval.viz.overlays import ClickMark
from floodeval.viz.style import (
    FALSE_ALARM,
    FOUND,
    IGNORED,
    IN_BOTH,
    MISSED,
    TRUE_WATER,
    Style,
)
from floodeval.viz.svg.svg_canvas import line_swatch, swatch

PHOTOGRAPH = "photograph"
NEITHER_RIGHT = ("#2B2B2B", "x")  # color and hatch
DASHES = {"A": (9, 5), "B": (2, 4)}  # of outlines; the reference mask has a solid one
OTHER_DASH = (9, 4, 2, 4)


@dataclass(frozen=True)
class Pane:
    """A layer with its words.

    Attributes:
        layer: what is drawn over the photograph.
        title: above the pane.
        key: swatch and text of each class.
        alt: the pane's content for screen readers.
        short: below a thumbnail.
        aside: after the title.
        footnote: below all panes.
        prompt: whether the prompt of A and B is drawn.
        given: whose own prompt is drawn, where A and B were given different ones; empty for none.
        clicks: that corrected the mask, drawn with their numbers.
    """

    layer: Layer
    title: str
    key: tuple[tuple[str, str], ...]
    alt: str
    short: str = ""
    aside: str = ""
    footnote: str = ""
    prompt: bool = False
    given: str = ""
    clicks: tuple[ClickMark, ...] = ()


def panes_of(selection: Selection, material: SampleImages, stack: Stack) -> dict[str, Pane]:
    """All panes that the image has masks for, by the key of their layer."""
    rows = score_rows(selection)
    variants = [name for name in stack.masks if name not in (TRUTH, NOWHERE)]
    panes = [_photograph(stack, selection)] if stack.photograph is not None else []
    if TRUTH in stack.masks:
        panes += [
            _truth(selection, stack),
            *(_errors(selection, stack, name, rows[name]) for name in variants),
        ]
    if selection.a in variants and selection.b in variants:
        panes.append(_against(selection, material, stack))
    panes += [_mask(selection, stack, name, rows[name]) for name in variants]
    if TRUTH in stack.masks:
        panes += [_outlines(selection, stack, f"outline:{name}", [name]) for name in variants]
    if len(variants) > 1:
        panes.append(_outlines(selection, stack, "outlines", variants))
    if material.ignored is not None:
        share = f"{IGNORED.label} {formats.percent(material.ignored.mean())}"
        panes = [_with_ignored(pane, (swatch(IGNORED), share)) for pane in panes]
    return {pane.layer.key: pane for pane in panes}


def _photograph(stack: Stack, selection: Selection) -> Pane:
    height, width = stack.size
    text = formats.picture_size(width, height)
    if stack.shown != stack.size:
        text += say("compare.reduced", percent=formats.percent(stack.shown[1] / width))
    has_prompt = selection.prompt.kind != "clicks" and not selection.pair.has_two_prompts
    title = say("compare.photograph" if has_prompt else "compare.photograph_alone")
    return Pane(
        Layer(PHOTOGRAPH),
        title,
        (("", text),),
        _alt(title, selection),
        short=say("compare.photograph_alone"),
        prompt=has_prompt,
    )


def _truth(selection: Selection, stack: Stack) -> Pane:
    share = next(iter(score_rows(selection).values()))["truth_share"]
    layer = mask_layer(stack.masks, TRUTH, TRUE_WATER)
    title, text = say("compare.truth"), f"{TRUE_WATER.label} {formats.percent(share)}"
    short = say("compare.truth_short")
    return Pane(layer, title, ((swatch(TRUE_WATER), text),), _alt(title, selection), short=short)


def _errors(selection: Selection, stack: Stack, name: str, row: Row) -> Pane:
    layer = error_layer(stack.masks, name)
    pixels = max(1, sum(int(row[part]) for part in ("tp", "fp", "fn", "tn")))  # without ignored ones
    parts = {"found": (FOUND, "tp"), "false": (FALSE_ALARM, "fp"), "missed": (MISSED, "fn")}
    key = [
        (swatch(style), say(f"compare.share_{word}", share=formats.percent(row[count] / pixels)))
        for word, (style, count) in parts.items()
    ]
    label = selection.styles[name].label
    title, short = (
        say("compare.errors", name=label),
        say("compare.errors_short", name=_letter(selection, name)),
    )
    aside, clicks = f"IoU {formats.score(row['iou'])}", _clicks(selection, name)
    given = _given(selection, name)
    return Pane(
        layer,
        title,
        tuple(key),
        _alt(title, selection),
        short,
        aside=aside,
        footnote=say("compare.shares_of_frame"),
        given=given,
        clicks=clicks,
    )


def _letter(selection: Selection, name: str) -> str:
    """A or B, or the name of another variant."""
    return selection.styles[name].letter or name


def _clicks(selection: Selection, name: str) -> tuple[ClickMark, ...]:
    if selection.pair.prompt_of(name).kind != "clicks":
        return ()
    return clicks_of(selection, name, selection.prompt, str(selection.sample_id)) or ()


def _given(selection: Selection, name: str) -> str:
    """Whose own prompt is drawn over a variant's errors: the variant's, where A's is another one than B's."""
    is_drawn = selection.pair.has_two_prompts and selection.pair.prompt_of(name).kind != "clicks"
    return name if is_drawn else ""


def _mask(selection: Selection, stack: Stack, name: str, row: Row) -> Pane:
    style = selection.styles[name]
    title = say("compare.mask", name=style.label)
    text = say(
        "compare.mask_share", share=formats.percent(row["predicted_share"]), score=formats.score(row["score"])
    )
    layer, key = mask_layer(stack.masks, name, style), ((swatch(style), text),)
    short = say("compare.mask_short", name=_letter(selection, name))
    return Pane(layer, title, key, _alt(title, selection), short=short, clicks=_clicks(selection, name))


def _against(selection: Selection, material: SampleImages, stack: Stack) -> Pane:
    a, b = selection.a, str(selection.b)
    first, second = selection.styles[a], selection.styles[b]
    if TRUTH not in stack.masks:
        styles = (
            IN_BOTH,
            *(_renamed(style, say("styles.alone", name=style.label)) for style in (first, second)),
        )
        layer = difference_layer(stack.masks, a, b, styles)
        key = tuple((swatch(style), style.label) for style in styles)
        title = say("compare.difference", a=first.label, b=second.label)
        return Pane(layer, title, key, _alt(title, selection), short=say("compare.against_short"))
    styles = (
        Style(say("compare.both_right"), IN_BOTH.color),
        *(_renamed(style, say("compare.only_right", name=style.label)) for style in (first, second)),
        Style(say("compare.none_right"), *NEITHER_RIGHT),
    )
    shares = agreement_shares(material, a, b)
    key = tuple(
        (swatch(style), f"{style.label} {formats.percent(share)}")
        for style, share in zip(styles, shares, strict=True)
    )
    title = say("compare.against", a=first.label, b=second.label)
    rest = ("", say("compare.land", share=formats.percent(1 - sum(shares))))
    layer, short = against_layer(stack.masks, a, b, styles), say("compare.against_short")
    return Pane(layer, title, (*key, rest), _alt(title, selection), short=short)


def _renamed(style: Style, name: str) -> Style:
    return Style(name, style.color, style.hatch)


def _outlines(selection: Selection, stack: Stack, key: str, variants: list[str]) -> Pane:
    truth = [(TRUTH, TRUE_WATER)] if TRUTH in stack.masks else []
    styles = [*truth, *((name, selection.styles[name]) for name in variants)]
    title = say("compare.outlines") if key == "outlines" else say("compare.outline", name=styles[-1][1].label)
    entries = tuple((line_swatch(style, dash_of(name, style)), style.label) for name, style in styles)
    short = say("compare.outlines_short")
    return Pane(outline_layer(key, stack.masks, styles), title, entries, _alt(title, selection), short=short)


def dash_of(name: str, style: Style) -> tuple[int, ...]:
    """The dashes of an outline in CSS pixels: none for the reference mask."""
    return () if name == TRUTH else DASHES.get(style.letter, OTHER_DASH)


def _alt(title: str, selection: Selection) -> str:
    return say("compare.alt", what=title, id=selection.sample_id)


def _with_ignored(pane: Pane, entry: tuple[str, str]) -> Pane:
    """The pane with an entry for ignored pixels in its key, if its layer draws them."""
    return replace(pane, key=(*pane.key, entry)) if IGNORED in pane.layer.styles else pane
