"""The models' answers to marks: what is measured of each, and masks, errors and differences as layers."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from floodeval.dashboard.pages.try_it.encoded_photographs import LONGEST_PX, EncodedPhotograph
from floodeval.dashboard.viewer.message import ClassStyle, KeyEntry, LayerSet, ViewerLayer
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.overlap import Counts, count, overlap
from floodeval.sam.marks import Marks
from floodeval.viz.dataset_pictures import SampleImages
from floodeval.viz.layers import Layer, Stack, difference_layer, error_layer, mask_layer, stacked
from floodeval.viz.style import FALSE_ALARM, FOUND, IN_BOTH, MISSED, Style
from floodeval.viz.svg.svg_canvas import swatch

if TYPE_CHECKING:
    from floodeval.sam.inference import Prediction


@dataclass(frozen=True)
class PromptAnswer:
    """Each model's prediction for marks in a photograph, A first, and the seconds that decoding took."""

    encoded: EncodedPhotograph
    marks: Marks
    predictions: "dict[str, Prediction]"
    took_s: float

    @cached_property
    def counts(self) -> dict[str, Counts]:
        """The pixels that each model found, missed and mistook, by its name; none without a reference."""
        truth, ignored = self.encoded.truth, self.encoded.ignored
        if truth is None:
            return {}
        return {name: count(truth, one.mask, ignored=ignored) for name, one in self.predictions.items()}

    @cached_property
    def ious(self) -> dict[str, float]:
        """The IoU of each model, by its name; none without a reference mask, NaN where it is undefined."""
        found = {name: overlap(counts).iou for name, counts in self.counts.items()}
        return {name: float("nan") if iou is None else iou for name, iou in found.items()}

    @cached_property
    def shares(self) -> dict[str, float]:
        """The share of the photograph that each model predicts as water, 0 to 1."""
        return {name: float(np.mean(one.mask)) for name, one in self.predictions.items()}

    @cached_property
    def stack(self) -> Stack:
        """The masks as one map of the size of the pictures."""
        encoded = self.encoded
        masks = {name: prediction.mask for name, prediction in self.predictions.items()}
        images = SampleImages(
            encoded.name, encoded.size, truth=encoded.truth, predicted=masks, ignored=encoded.ignored
        )
        return stacked(images, LONGEST_PX)


def layers_of(answer: PromptAnswer, styles: dict[str, Style]) -> tuple[ViewerLayer, ...]:
    """The photograph, each model's mask, its errors where there is a reference, and where A and B differ."""
    names = list(answer.predictions)
    masks = [_mask(answer, name, styles[name]) for name in names]
    errors = [_errors(answer, name, styles[name]) for name in names if name in answer.counts]
    differences = [_difference(answer, names[0], names[1], styles)] if len(names) > 1 else []
    return (_photograph(answer), *masks, *errors, *differences)


def sets_of(layers: tuple[ViewerLayer, ...]) -> tuple[LayerSet, ...]:
    """What is shown together: the photograph with the masks, with the errors, and with the difference."""
    kinds = {"mask": "try_it.set_masks", "errors": "try_it.set_errors", "against": "try_it.difference"}
    found = []
    for kind, words in kinds.items():
        keys = tuple(layer.key for layer in layers if layer.key.partition(":")[0] == kind)
        if keys:
            found.append(LayerSet(kind, say(words), (layers[0].key, *keys)))
    return tuple(found)


def spoken(answer: PromptAnswer, styles: dict[str, Style]) -> str:
    """An answer in one line, for screen readers."""
    return "; ".join(
        f"{styles[name].label}: {', '.join(_notes(answer, name))}" for name in answer.predictions
    )


def _photograph(answer: PromptAnswer) -> ViewerLayer:
    encoded = answer.encoded
    height, width = encoded.size
    whole = answer.marks == Marks()
    given = say("try_it.prompt_whole") if whole else say("try_it.prompt", prompt=answer.marks)
    took = say("try_it.took", seconds=formats.decimal(answer.took_s, 2, "s"))
    notes = [formats.picture_size(width, height), given, took]
    alt = say("try_it.pane_alt", name=encoded.name)
    return ViewerLayer("photograph", encoded.name, alt, key_entries=tuple(map(KeyEntry, notes)))


def _mask(answer: PromptAnswer, name: str, style: Style) -> ViewerLayer:
    layer = mask_layer(answer.stack.masks, name, style)
    notes = enumerate(_notes(answer, name))
    entries = tuple(KeyEntry(note, strong=place == 0) for place, note in notes)
    return _viewer_layer(layer, style.label, say("try_it.pane_alt", name=style.label), entries, swatch(style))


def _errors(answer: PromptAnswer, name: str, style: Style) -> ViewerLayer:
    layer, counts = error_layer(answer.stack.masks, name), answer.counts[name]
    pixels = max(1, counts.tp + counts.fp + counts.fn + counts.tn)
    parts = ((FOUND, counts.tp), (FALSE_ALARM, counts.fp), (MISSED, counts.fn))
    legend = [KeyEntry(f"{one.label} {formats.percent(n / pixels)}", swatch(one)) for one, n in parts]
    first = KeyEntry(say("try_it.iou", iou=formats.score(answer.ious[name])), strong=True)
    alt = say("try_it.errors_alt", name=style.label)
    return _viewer_layer(layer, style.label, alt, (first, *legend), swatch(style))


def _difference(answer: PromptAnswer, a: str, b: str, styles: dict[str, Style]) -> ViewerLayer:
    """Where A and B agree and differ."""
    first, second = (answer.predictions[name].mask for name in (a, b))
    counts = count(first, second)
    parts = (
        (say("try_it.in_both"), IN_BOTH, counts.tp),
        (say("try_it.alone", name=styles[a].label), styles[a], counts.fn),
        (say("try_it.alone", name=styles[b].label), styles[b], counts.fp),
    )
    legend = [
        KeyEntry(f"{word} {formats.percent(n / first.size)}", swatch(style)) for word, style, n in parts
    ]
    layer = difference_layer(answer.stack.masks, a, b, tuple(style for _, style, _ in parts))
    agreement = KeyEntry(say("try_it.agreement", iou=formats.score(overlap(counts).iou)))
    entries = (*legend, agreement)
    return _viewer_layer(layer, say("try_it.difference"), say("try_it.difference_alt"), entries)


def _viewer_layer(
    layer: Layer, title: str, alt: str, entries: tuple[KeyEntry, ...], picture: str = ""
) -> ViewerLayer:
    return ViewerLayer(
        key=layer.key,
        title=title,
        alt=alt,
        swatch=picture,
        key_entries=entries,
        styles=tuple(ClassStyle(style.color, style.hatch) for style in layer.styles),
        classes=layer.classes,
    )


def _notes(answer: PromptAnswer, name: str) -> list[str]:
    notes, score = [], answer.predictions[name].score
    if name in answer.ious:
        notes.append(say("try_it.iou", iou=formats.score(answer.ious[name])))
        if len(answer.ious) > 1 and name != next(iter(answer.ious)):
            difference = answer.ious[name] - next(iter(answer.ious.values()))
            notes.append(say("try_it.gap", gap=formats.gap(difference, 3)))
    notes.append(say("try_it.water_share", share=formats.percent(answer.shares[name])))
    if math.isnan(score):
        notes.append(say("try_it.no_prompt"))
    else:
        notes.append(say("try_it.score", score=formats.score(score)))
    if name in answer.encoded.routes:
        notes.append(say(f"try_it.route_{answer.encoded.routes[name]}"))
    return notes
