"""What the variants answer to marks: masks, scores, where they differ; and how the panes say it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floodeval.dashboard.pages.try_it.photograph import LONGEST_PX, Study
from floodeval.dashboard.viewer.message import ClassStyle, KeyEntry, ViewerLayer
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.clicks import Marks
from floodeval.viz.case_pictures import Material
from floodeval.viz.layers import Stack, difference_layer, mask_layer, stacked
from floodeval.viz.panels import IN_BOTH
from floodeval.viz.style import Style, swatch

if TYPE_CHECKING:
    from floodeval.sam.inference import Prediction


@dataclass(frozen=True)
class Answer:
    """Each variant's prediction for marks, A first, and how long they took to decode."""

    marks: Marks
    predictions: "dict[str, Prediction]"
    took_s: float


def stack_of(study: Study, answer: Answer) -> Stack:
    """The masks of an answer as one map of the size of the pictures."""
    masks = {name: prediction.mask for name, prediction in answer.predictions.items()}
    return stacked(Material(study.name, study.size, predicted=masks), LONGEST_PX)


def layers_of(
    study: Study, answer: Answer, stack: Stack, styles: dict[str, Style]
) -> tuple[ViewerLayer, ...]:
    """The panes: the photograph, each variant's mask, and where the first two differ."""
    masks = [_mask(study, answer, stack, name, styles[name]) for name in answer.predictions]
    between = [_between(answer, stack, styles)] if len(masks) > 1 else []
    return (_photograph(study, answer), *masks, *between)


def spoken(study: Study, answer: Answer, styles: dict[str, Style]) -> str:
    """An answer in one line, for screen readers."""
    notes = {name: _notes(study, prediction) for name, prediction in answer.predictions.items()}
    return "; ".join(f"{styles[name].label}: {', '.join(notes[name])}" for name in notes)


def _photograph(study: Study, answer: Answer) -> ViewerLayer:
    height, width = study.size
    whole = answer.marks == Marks()
    told = say("try_it.prompt_whole") if whole else say("try_it.prompt", prompt=answer.marks)
    took = say("try_it.took", seconds=formats.decimal(answer.took_s, 2, "s"))
    notes = [say("try_it.size", width=width, height=height), told, took]
    alt = say("try_it.pane_alt", name=study.name)
    return ViewerLayer("photograph", study.name, alt, key_entries=tuple(map(KeyEntry, notes)))


def _mask(study: Study, answer: Answer, stack: Stack, name: str, style: Style) -> ViewerLayer:
    layer = mask_layer(stack.masks, name, style)
    notes = _notes(study, answer.predictions[name])
    return ViewerLayer(
        key=layer.key,
        title=style.label,
        alt=say("try_it.pane_alt", name=style.label),
        swatch=swatch(style),
        key_entries=tuple(KeyEntry(note, strong=place == 0) for place, note in enumerate(notes)),
        styles=_class_styles((style,)),
        classes=layer.classes,
    )


def _class_styles(styles: tuple[Style, ...]) -> tuple[ClassStyle, ...]:
    return tuple(ClassStyle(style.color, style.hatch) for style in styles)


def _notes(study: Study, prediction: "Prediction") -> list[str]:
    notes = []
    if study.truth is not None:
        iou = overlap(count(study.truth, prediction.mask, ignored=study.ignored)).iou
        notes.append(say("try_it.iou", iou=formats.score(iou)))
    notes.append(say("try_it.score", score=formats.score(prediction.score)))
    return [*notes, say("try_it.water_share", share=formats.percent(float(np.mean(prediction.mask))))]


def _between(answer: Answer, stack: Stack, styles: dict[str, Style]) -> ViewerLayer:
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
