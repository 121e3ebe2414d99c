"""The viewer as an editor of prompts: what the browser is sent, and the marks that it sends back."""

from typing import Any

import streamlit as st

from floodeval.dashboard.pages.try_it.answers import PromptAnswer, layers_of, sets_of, spoken
from floodeval.dashboard.pages.try_it.encoded_photographs import ChosenPhotograph, EncodedPhotograph
from floodeval.dashboard.viewer.message import (
    EDITING_WORDS,
    WORDS,
    EditorState,
    LineStyle,
    MarkedPrompt,
    PhotographFile,
    ViewerMessage,
)
from floodeval.dashboard.viewer.viewer import packed_bits
from floodeval.i18n.catalog import say
from floodeval.sam.marks import Marks
from floodeval.sam.prompts import PromptSpec, make_prompt
from floodeval.viz.style import TRUE_WATER, Style
from floodeval.viz.svg.svg_canvas import casing

KEY = "try_it"  # of the viewer in the session state
OWN_WORDS = tuple(word for word in EDITING_WORDS if word not in ("as_run", "position", "outline"))
_MARKS = "_marks"  # in the session state: the last marks in each photograph
_MOST_KEPT = 1000


def run_marks(prompt: PromptSpec, chosen: ChosenPhotograph) -> Marks | None:
    """The run's prompt on a photograph of the data set as marks; None if it has none there."""
    if chosen.truth is None or chosen.sample_id is None:
        return None
    made = make_prompt(prompt, chosen.truth, chosen.sample_id)
    height, width = chosen.truth.shape
    return None if made is None else Marks.of_prompt(made, (height, width))


def current_marks(encoded: EncodedPhotograph) -> Marks:
    """The marks that the browser sent, else the last ones in this photograph, else the whole frame."""
    marked: dict[str, Marks] = st.session_state.setdefault(_MARKS, {})
    sent = sent_marks(encoded)
    if sent is not None:
        marked[encoded.key] = sent
        for old in list(marked)[:-_MOST_KEPT]:
            del marked[old]
    return marked.get(encoded.key, Marks())


def sent_marks(encoded: EncodedPhotograph) -> Marks | None:
    """The marks that the browser sent for this photograph; None where it sent none."""
    sent = _sent()
    return Marks.of_browser(sent, encoded.size) if sent.get("photograph") == encoded.key else None


def _sent() -> dict[str, Any]:
    """What the browser sent last; checked only for being a mapping."""
    state = st.session_state.get(KEY)
    sent = state.get("marks") if state else None
    return dict(sent) if isinstance(sent, dict) else {}


def editor_message(
    answer: PromptAnswer, styles: dict[str, Style], as_run: Marks | None, prompt: PromptSpec | None
) -> ViewerMessage:
    """All that the browser needs to draw the panes and to take marks.

    Args:
        answer: the masks that the marks gave; its picture is sent unless the browser says that it has it.
        styles: of the models.
        as_run: the run's own prompt, where the photograph is of the data set.
        prompt: which that is.
    """
    encoded = answer.encoded
    known = _sent().get("has") == encoded.key
    (height, width), shown = encoded.size, encoded.shown
    layers = layers_of(answer, styles)
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
        bits=packed_bits(answer.stack.bits),
        layers=layers,
        sets=sets_of(layers),
        words=_words(prompt),
        editor=EditorState(
            marks=_marked(answer.marks),
            run_marks=None if as_run is None else _marked(as_run),
            outline=None if encoded.truth is None else line,
            spoken=spoken(answer, styles),
        ),
    )


def _marked(marks: Marks) -> MarkedPrompt:
    return MarkedPrompt(marks.box, marks.clicks)


def _words(prompt: PromptSpec | None) -> dict[str, str]:
    words = {word: say(f"compare.{word}") for word in WORDS}
    words |= {word: say(f"try_it.{word}") for word in OWN_WORDS}
    return words | {
        "opacity": say("try_it.opacity"),
        "whole": say("try_it.fit"),
        "outline": say("try_it.shore"),
        "as_run": say("try_it.as_run", prompt=prompt.spec) if prompt else "",
        "position": say("try_it.position", x="{x}", y="{y}"),
    }
