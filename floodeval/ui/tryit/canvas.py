"""The panes: a component of our own that draws the photograph and the masks, and sends marks."""

from typing import Any

import streamlit as st

from floodeval.language import formats
from floodeval.language.sentences import say
from floodeval.pictures.palette import TRUE_WATER
from floodeval.sam.marks import Marks
from floodeval.ui.components import component
from floodeval.ui.selection import Selection
from floodeval.ui.tryit.answer import Answer, answer_json, ink_json, marks_json
from floodeval.ui.tryit.study import Study

KEY = "try_it"
ROOM = "floodeval.ui.tryit"
SCRIPTS = ("marks.js", "view.js", "drawing.js", "input.js", "canvas.js")
MODES = ("water", "land", "box", "move")
WORDS = (*MODES, "mode", "tools", "undo", "clear", "fit", "opacity", "shore", "hint", "keys")
ZOOM_WORDS = ("zoom", "zoom_in", "zoom_out")  # as Compare has them


def sent_marks(study: Study) -> Marks | None:
    """The marks that the browser sent for this photograph; None where it sent none."""
    sent = _sent()
    return Marks.of_browser(sent, study.size) if sent.get("photograph") == study.key else None


def draw_canvas(selection: Selection, study: Study, answer: Answer, run_marks: Marks | None) -> None:
    """Draw the panes with an answer.

    Args:
        selection: whose inks are used.
        study: the photograph; its picture is sent where the browser does not say that it has it.
        answer: to the marks.
        run_marks: those of the run's own prompt, where the photograph is of the data set.
    """
    known = _sent().get("has") == study.key
    height, width = study.size
    component("try_it", ROOM, "canvas", *SCRIPTS)(
        key=KEY,
        on_marks_change=lambda: None,
        data={
            "photograph": {
                "id": study.key,
                "width": width,
                "height": height,
                "shown": study.shown[::-1],
                "has_truth": study.truth is not None,
                "picture": None if known else study.picture,
                "outline": None if known else study.outline,
            },
            "answer": answer_json(study, answer, selection.inks),
            "run_marks": None if run_marks is None else marks_json(run_marks),
            "shore": ink_json(TRUE_WATER),
            "words": _words(selection, study, answer),
        },
    )


def _sent() -> dict[str, Any]:
    """What the browser sent last, unchecked but for being a mapping."""
    state = st.session_state.get(KEY)
    sent = state.get("marks") if state else None
    return dict(sent) if isinstance(sent, dict) else {}


def _words(selection: Selection, study: Study, answer: Answer) -> dict[str, Any]:
    height, width = study.size
    whole = answer.marks == Marks()
    told = say("tryit.told_whole") if whole else say("tryit.told", prompt=answer.marks)
    notes = [say("tryit.size", width=width, height=height), told]
    notes.append(say("tryit.took", seconds=formats.decimal(answer.took_s, 2, "s")))
    spoken = {word: say(f"tryit.{word}") for word in WORDS}
    spoken |= {word: say(f"compare.{word}") for word in ZOOM_WORDS}
    return spoken | {
        "as_run": say("tryit.as_run", prompt=selection.prompt.spec),
        "position": say("tryit.position", x="{x}", y="{y}"),
        "photograph": {
            "title": study.name,
            "alt": say("tryit.pane_alt", name=study.name),
            "notes": [{"text": note} for note in notes],
        },
    }
