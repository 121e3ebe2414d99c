"""What the variants answer to marks: masks, scores, where they differ; and how the panes say it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floodeval.language import formats
from floodeval.language.sentences import say
from floodeval.metrics.overlap import count, overlap
from floodeval.pictures.palette import Ink
from floodeval.pictures.panels import IN_BOTH
from floodeval.sam.marks import Marks
from floodeval.ui.tryit.study import Study, mask_picture

if TYPE_CHECKING:
    from floodeval.sam.inference import Prediction


@dataclass(frozen=True)
class Answer:
    """Each variant's prediction for marks, A first, and how long they took to decode."""

    marks: Marks
    predictions: "dict[str, Prediction]"
    took_s: float


def answer_json(study: Study, answer: Answer, inks: dict[str, Ink]) -> dict[str, Any]:
    """An answer as the panes take it."""
    names = list(answer.predictions)
    notes = {name: _notes(study, answer.predictions[name]) for name in names}
    variants = [
        {
            "title": inks[name].label,
            "ink": ink_json(inks[name]),
            "alt": say("tryit.pane_alt", name=inks[name].label),
            "mask": mask_picture(answer.predictions[name].mask),
            "notes": [{"text": note, "first": place == 0} for place, note in enumerate(notes[name])],
        }
        for name in names
    ]
    spoken = "; ".join(f"{inks[name].label}: {', '.join(notes[name])}" for name in names)
    return {
        "marks": marks_json(answer.marks),
        "variants": variants,
        "between": _between(answer, inks) if len(names) > 1 else None,
        "spoken": spoken,
    }


def marks_json(marks: Marks) -> dict[str, Any]:
    """Marks as the browser holds them."""
    return {"box": list(marks.box) if marks.box else None, "clicks": [list(click) for click in marks.clicks]}


def ink_json(ink: Ink) -> dict[str, str]:
    """An ink as the panes draw it."""
    return {"colour": ink.colour, "hatch": ink.hatch}


def _notes(study: Study, prediction: "Prediction") -> list[str]:
    notes = []
    if study.truth is not None:
        iou = overlap(count(study.truth, prediction.mask, ignored=study.ignored)).iou
        notes.append(say("tryit.iou", iou=formats.score(iou)))
    notes.append(say("tryit.score", score=formats.score(prediction.score)))
    return [*notes, say("tryit.water_share", share=formats.percent(float(np.mean(prediction.mask))))]


def _between(answer: Answer, inks: dict[str, Ink]) -> dict[str, Any]:
    """The first two variants told apart."""
    (a, first), (b, second) = list(answer.predictions.items())[:2]
    counts = count(first.mask, second.mask)
    parts = (
        (say("tryit.in_both"), IN_BOTH, counts.tp),
        (say("tryit.alone", name=inks[a].label), inks[a], counts.fn),
        (say("tryit.alone", name=inks[b].label), inks[b], counts.fp),
    )
    pixels = first.mask.size
    legend = [
        {"text": f"{word} {formats.percent(n / pixels)}", "ink": ink_json(ink)} for word, ink, n in parts
    ]
    return {
        "title": say("tryit.difference"),
        "alt": say("tryit.difference_alt"),
        "inks": [ink_json(ink) for _, ink, _ in parts],
        "notes": [*legend, {"text": say("tryit.agreement", iou=formats.score(overlap(counts).iou))}],
    }
