"""The message of the page Compare to the viewer: photograph and masks once, then panes and words."""

from floodeval.dashboard.pages.compare.compare_queries import PackedCase
from floodeval.dashboard.pages.compare.panes import Pane, dash_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.message import (
    COMPARING_WORDS,
    WORDS,
    ClassStyle,
    GivenPrompt,
    KeyEntry,
    LayerSet,
    NumberedClick,
    Outline,
    PhotographFile,
    ViewerLayer,
    ViewerMessage,
)
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import Prompt
from floodeval.viz.layers import Stack
from floodeval.viz.panels import LAND_CLICK
from floodeval.viz.style import PROMPT, casing


def viewer_message(
    selection: Selection, packed: PackedCase, panes: dict[str, Pane], sets: list[LayerSet]
) -> ViewerMessage:
    """All that the browser needs to draw the panes."""
    stack = packed.stack
    name = f"{selection.name}/{selection.prompt.spec}/{selection.sample_id}/{'/'.join(stack.masks)}"
    return ViewerMessage(
        name=name,
        id=str(selection.sample_id),
        size=(stack.shown[1], stack.shown[0]),
        full=(stack.size[1], stack.size[0]),
        photograph=None if packed.photograph is None else PhotographFile(name, packed.photograph),
        bits=packed.bits,
        outline_paths=packed.outlines,
        prompt=_prompt(packed.prompt),
        layers=tuple(_layer(pane, stack) for pane in panes.values()),
        sets=tuple(sets),
        words={word: say(f"compare.{word}") for word in (*WORDS, *COMPARING_WORDS)},
        view=selection.view,
    )


def _layer(pane: Pane, stack: Stack) -> ViewerLayer:
    layer = pane.layer
    return ViewerLayer(
        key=layer.key,
        title=pane.title,
        alt=pane.alt,
        aside=pane.aside,
        prompt=pane.prompt,
        clicks=tuple(
            NumberedClick(click.x, click.y, PROMPT if click.water else LAND_CLICK) for click in pane.clicks
        ),
        key_entries=tuple(KeyEntry(text, swatch) for swatch, text in pane.key),
        styles=tuple(ClassStyle(style.color, style.hatch) for style in layer.styles),
        classes=layer.classes,
        outlines=tuple(
            Outline(style.color, casing(style), dash_of(stack.masks[bit], style), bit)
            for bit, style in layer.outlines
        ),
    )


def _prompt(prompt: Prompt | None) -> GivenPrompt | None:
    if prompt is None:
        return None
    box, points = (None if part is None else part.tolist() for part in (prompt.box, prompt.points))
    return GivenPrompt(PROMPT, box, points)
