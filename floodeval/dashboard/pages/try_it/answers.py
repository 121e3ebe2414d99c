"""The variants' answers to marks: masks, scores and differences as layers of the viewer, and as downloads."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from floodeval.dashboard.pages.try_it.try_it_queries import LONGEST_PX, EncodedPhotograph
from floodeval.dashboard.viewer.message import ClassStyle, KeyEntry, ViewerLayer
from floodeval.dashboard.widgets.markdown import chip
from floodeval.datasets.images import encode_mask
from floodeval.evaluation.run_info import Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.marks import Marks
from floodeval.viz.dataset_pictures import SampleImages
from floodeval.viz.layers import Stack, difference_layer, mask_layer, stacked
from floodeval.viz.style import IN_BOTH, Style
from floodeval.viz.svg.svg_canvas import swatch

if TYPE_CHECKING:
    from floodeval.sam.inference import Prediction


@dataclass(frozen=True)
class PromptAnswer:
    """Each variant's prediction for marks, A first, and the seconds that decoding took."""

    marks: Marks
    predictions: "dict[str, Prediction]"
    took_s: float


def stack_of(encoded: EncodedPhotograph, answer: PromptAnswer) -> Stack:
    """The masks of an answer as one map of the size of the pictures."""
    masks = {name: prediction.mask for name, prediction in answer.predictions.items()}
    return stacked(SampleImages(encoded.name, encoded.size, predicted=masks), LONGEST_PX)


def layers_of(
    encoded: EncodedPhotograph, answer: PromptAnswer, stack: Stack, styles: dict[str, Style]
) -> tuple[ViewerLayer, ...]:
    """The panes: the photograph, each variant's mask, and where the first two differ."""
    masks = [_mask(encoded, answer, stack, name, styles[name]) for name in answer.predictions]
    differences = [_difference(answer, stack, styles)] if len(masks) > 1 else []
    return (_photograph(encoded, answer), *masks, *differences)


def _photograph(encoded: EncodedPhotograph, answer: PromptAnswer) -> ViewerLayer:
    height, width = encoded.size
    whole = answer.marks == Marks()
    given = say("try_it.prompt_whole") if whole else say("try_it.prompt", prompt=answer.marks)
    took = say("try_it.took", seconds=formats.decimal(answer.took_s, 2, "s"))
    notes = [formats.picture_size(width, height), given, took]
    alt = say("try_it.pane_alt", name=encoded.name)
    return ViewerLayer("photograph", encoded.name, alt, key_entries=tuple(map(KeyEntry, notes)))


def _mask(
    encoded: EncodedPhotograph, answer: PromptAnswer, stack: Stack, name: str, style: Style
) -> ViewerLayer:
    layer = mask_layer(stack.masks, name, style)
    notes = _notes(encoded, answer.predictions[name])
    return ViewerLayer(
        key=layer.key,
        title=style.label,
        alt=say("try_it.pane_alt", name=style.label),
        swatch=swatch(style),
        key_entries=tuple(KeyEntry(note, strong=place == 0) for place, note in enumerate(notes)),
        styles=_class_styles((style,)),
        classes=layer.classes,
    )


def _notes(encoded: EncodedPhotograph, prediction: "Prediction") -> list[str]:
    notes = []
    if encoded.truth is not None:
        iou = overlap(count(encoded.truth, prediction.mask, ignored=encoded.ignored)).iou
        notes.append(say("try_it.iou", iou=formats.score(iou)))
    notes.append(say("try_it.score", score=formats.score(prediction.score)))
    return [*notes, say("try_it.water_share", share=formats.percent(float(np.mean(prediction.mask))))]


def _class_styles(styles: tuple[Style, ...]) -> tuple[ClassStyle, ...]:
    return tuple(ClassStyle(style.color, style.hatch) for style in styles)


def _difference(answer: PromptAnswer, stack: Stack, styles: dict[str, Style]) -> ViewerLayer:
    """Where the first two variants agree and differ."""
    (a, first), (b, second) = list(answer.predictions.items())[:2]
    counts = count(first.mask, second.mask)
    parts = (
        (say("try_it.in_both"), IN_BOTH, counts.tp),
        (say("try_it.alone", name=styles[a].label), styles[a], counts.fn),
        (say("try_it.alone", name=styles[b].label), styles[b], counts.fp),
    )
    pixels, drawn = first.mask.size, tuple(style for _, style, _ in parts)
    legend = [KeyEntry(f"{word} {formats.percent(n / pixels)}", swatch(style)) for word, style, n in parts]
    layer = difference_layer(stack.masks, a, b, drawn)
    return ViewerLayer(
        key=layer.key,
        title=say("try_it.difference"),
        alt=say("try_it.difference_alt"),
        key_entries=(*legend, KeyEntry(say("try_it.agreement", iou=formats.score(overlap(counts).iou)))),
        styles=_class_styles(drawn),
        classes=layer.classes,
    )


def spoken(encoded: EncodedPhotograph, answer: PromptAnswer, styles: dict[str, Style]) -> str:
    """An answer in one line, for screen readers."""
    notes = {name: _notes(encoded, prediction) for name, prediction in answer.predictions.items()}
    return "; ".join(f"{styles[name].label}: {', '.join(notes[name])}" for name in notes)


def draw_downloads(encoded: EncodedPhotograph, answer: PromptAnswer, styles: dict[str, Style]) -> None:
    """Offer each variant's mask as PNG and its outline as GeoJSON, made on demand."""
    stem = Path(encoded.name).stem
    st.markdown(f"#### {say('try_it.download')}")
    with st.container(horizontal=True, gap="medium"):
        for name, prediction in answer.predictions.items():
            with st.container(width="content", gap="xsmall"):
                st.markdown(chip(styles[name]))
                with st.container(horizontal=True, gap="xsmall"):
                    st.download_button(
                        say("try_it.mask"),
                        partial(encode_mask, prediction.mask),
                        file_name=f"{stem}-{name}.png",
                        mime="image/png",
                        key=f"mask/{name}",
                        on_click="ignore",
                        icon=":material/image:",
                    )
                    st.download_button(
                        say("try_it.outline"),
                        partial(_outline, prediction, encoded.name, name, answer.marks),
                        file_name=f"{stem}-{name}.geojson",
                        mime="application/geo+json",
                        key=f"outline/{name}",
                        on_click="ignore",
                        icon=":material/polyline:",
                    )
    st.caption(say("try_it.download_note"))


def _outline(prediction: "Prediction", image: str, variant: str, marks: Marks) -> str:
    from floodeval.evaluation.predict import outline_of

    return outline_of(prediction, image, variant, marks)


def draw_command(path: str, variants: Sequence[Variant], marks: Marks) -> None:
    """Show the command that makes the same masks."""
    st.caption(say("try_it.command"))
    st.code(predict_command(path, variants, marks), language=None, wrap_lines=True)


def predict_command(path: str, variants: Sequence[Variant], marks: Marks) -> str:
    """The command `floodeval predict` for a photograph, the chosen variants and marks."""
    words = ["floodeval", "predict", path]
    types = {variant.model_type for variant in variants}
    for variant in variants:
        source = variant.checkpoint or (variant.model_type if len(types) > 1 else "")
        words += ["--variant", f"{variant.name}={source}" if source else variant.name]
    if len(types) == 1 and types != {"vit_t"}:
        words += ["--model", *types]
    if str(marks) != "full":
        words += ["--prompt", str(marks)]
    return shlex.join([*words, "--out", "masks"])
