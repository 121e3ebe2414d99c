"""The viewer as an editor of prompts: it shows the photograph and the masks, and sends marks."""

from typing import Any

import streamlit as st

from floodeval.dashboard.pages.try_it.answers import PromptAnswer, layers_of, spoken, stack_of
from floodeval.dashboard.pages.try_it.try_it_queries import EncodedPhotograph
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.message import (
    EDITING_WORDS,
    WORDS,
    EditorState,
    LayerSet,
    LineStyle,
    MarkedPrompt,
    PhotographFile,
    ViewerMessage,
)
from floodeval.dashboard.viewer.viewer import draw_viewer, packed_bits
from floodeval.i18n.catalog import say
from floodeval.sam.clicks import Marks
from floodeval.viz.style import TRUE_WATER, casing

KEY = "try_it"
OWN_WORDS = tuple(word for word in EDITING_WORDS if word not in ("as_run", "position", "outline"))


def sent_marks(encoded: EncodedPhotograph) -> Marks | None:
    """The marks that the browser sent for this photograph; None where it sent none."""
    sent = _sent()
    return Marks.of_browser(sent, encoded.size) if sent.get("photograph") == encoded.key else None


def draw_editor(
    selection: Selection, encoded: EncodedPhotograph, answer: PromptAnswer, run_marks: Marks | None
) -> None:
    """Draw the panes with an answer.

    Args:
        selection: for the styles of the variants.
        encoded: the photograph; its picture is sent unless the browser says that it has it.
        answer: the masks that the marks gave.
        run_marks: the run's own prompt, where the photograph is of the data set.
    """
    draw_viewer(editor_message(selection, encoded, answer, run_marks), KEY, on_marks_change=lambda: None)


def editor_message(
    selection: Selection, encoded: EncodedPhotograph, answer: PromptAnswer, run_marks: Marks | None
) -> ViewerMessage:
    """All that the browser needs to draw the panes and to take marks."""
    known = _sent().get("has") == encoded.key
    (height, width), shown = encoded.size, encoded.shown
    stack = stack_of(encoded, answer)
    layers = layers_of(encoded, answer, stack, selection.styles)
    line = LineStyle(TRUE_WATER.color, casing(TRUE_WATER))
    return ViewerMessage(
        name=encoded.key,
        id=encoded.name,
        size=(shown[1], shown[0]),
        full=(width, height),
        photograph=PhotographFile(
            id=encoded.key,
            url=None if known else encoded.picture,
            outline=None if known else encoded.outline,
        ),
        bits=packed_bits(stack.bits),
        layers=layers,
        sets=(LayerSet("answer", "", tuple(layer.key for layer in layers)),),
        words=_words(selection),
        editor=EditorState(
            marks=_marked(answer.marks),
            run_marks=None if run_marks is None else _marked(run_marks),
            outline=None if encoded.truth is None else line,
            spoken=spoken(encoded, answer, selection.styles),
        ),
    )


def _marked(marks: Marks) -> MarkedPrompt:
    return MarkedPrompt(marks.box, marks.clicks)


def _sent() -> dict[str, Any]:
    """What the browser sent last; checked only for being a mapping."""
    state = st.session_state.get(KEY)
    sent = state.get("marks") if state else None
    return dict(sent) if isinstance(sent, dict) else {}


def _words(selection: Selection) -> dict[str, str]:
    words = {word: say(f"compare.{word}") for word in WORDS}
    words |= {word: say(f"try_it.{word}") for word in OWN_WORDS}
    return words | {
        "opacity": say("try_it.opacity"),
        "whole": say("try_it.fit"),
        "outline": say("try_it.shore"),
        "as_run": say("try_it.as_run", prompt=selection.prompt.spec),
        "position": say("try_it.position", x="{x}", y="{y}"),
    }
