"""The viewer of the page Compare: panes at one zoom and place, drawn in the browser.

The browser is given photograph and masks once; layers, opacity, zoom and the divider ask nothing more.
"""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from floodeval.dashboard.pages.compare.panes import Pane, PaneSet, dash_of, panes_of, score_rows, sets_of
from floodeval.dashboard.queries import photographs, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.message import (
    COMPARING_WORDS,
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
from floodeval.dashboard.viewer.message import WORDS as VIEWER_WORDS
from floodeval.dashboard.viewer.viewer import draw_viewer as draw_component
from floodeval.dashboard.viewer.viewer import packed_bits
from floodeval.dashboard.widgets.legends import plain
from floodeval.datasets.layouts import Sample
from floodeval.datasets.outlines import svg_path
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt, parse_prompt
from floodeval.viz.image_encoding import data_url, jpeg
from floodeval.viz.layers import Stack, stacked
from floodeval.viz.sample_images import SampleImages, read_sample_images
from floodeval.viz.style import LAND_CLICK, PROMPT
from floodeval.viz.swatches import casing

QUALITY = 90
WORDS = (*VIEWER_WORDS, *COMPARING_WORDS)


@dataclass(frozen=True)
class Packed:
    """A sample as the browser is given it, with what the words are made from.

    `shores` are the outlines of the stack's masks, in their order (`floodeval.datasets.outlines.svg_path`).
    """

    material: SampleImages
    stack: Stack
    photograph: str | None
    bits: str
    shores: tuple[str, ...]
    prompt: Prompt | None


def draw_viewer(selection: Selection) -> None:
    """Draw the chosen image; what cannot be read is said."""
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
    sample_id, folder = str(selection.sample_id), selection.run.folder
    packed = _packed(
        *(str(folder), stamp(folder), sample_id, selection.prompt.spec),
        tuple(score_rows(selection)),
        found.sample(sample_id),
    )
    for problem in packed.material.problems:
        st.warning(plain(problem), icon=":material/broken_image:")
    if packed.material.truth is not None and packed.prompt is None:
        st.caption(say("compare.no_prompt"))
    panes = panes_of(selection, packed.material, packed.stack)
    if not panes:
        st.info(say("compare.nothing"), icon=":material/hide_image:")
        return
    draw_component(message(selection, packed, panes, sets_of(panes)), key="viewer")


def message(
    selection: Selection, packed: Packed, panes: dict[str, Pane], sets: list[PaneSet]
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
        outline_paths=packed.shores,
        prompt=_prompt(packed.prompt),
        layers=tuple(_layer(pane, stack) for pane in panes.values()),
        sets=tuple(LayerSet(one.key, one.label, one.panes, one.split) for one in sets),
        words={word: say(f"compare.{word}") for word in WORDS},
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


@st.cache_resource(max_entries=6, show_spinner=False)
def _packed(
    folder: str,
    stamp: tuple[float, ...],
    sample_id: str,
    prompt: str,
    variants: tuple[str, ...],
    sample: Sample | None,
) -> Packed:
    spec = parse_prompt(prompt)
    material = read_sample_images(Path(folder), sample_id, spec, list(variants), sample)
    return pack(material, spec)


def pack(material: SampleImages, spec: PromptSpec) -> Packed:
    """Encode what was read: the photograph as a JPEG's data URL, the masks' bits deflated, in base 64."""
    stack = stacked(material)
    return Packed(
        material=material,
        stack=stack,
        photograph=None if stack.photograph is None else data_url(jpeg(stack.photograph, QUALITY)),
        bits=packed_bits(stack.bits),
        shores=tuple(svg_path(stack.mask(place)) for place in range(len(stack.masks))),
        prompt=None if material.truth is None else make_prompt(spec, material.truth, material.id),
    )
