"""The page Try it: a photograph, the models, the viewer as an editor of prompts, the downloads."""

import time

import streamlit as st

from floodeval.dashboard.pages.try_it.answers import PromptAnswer
from floodeval.dashboard.pages.try_it.downloads import draw_command, draw_downloads
from floodeval.dashboard.pages.try_it.loaded_variants import models_of
from floodeval.dashboard.pages.try_it.photograph import choose_photograph
from floodeval.dashboard.pages.try_it.prompt_editor import draw_editor, sent_marks
from floodeval.dashboard.pages.try_it.try_it_queries import (
    ChosenPhotograph,
    EncodedPhotograph,
    Models,
    encoded_photograph,
)
from floodeval.dashboard.state.interface_language import fragment
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code
from floodeval.evaluation.run_info import Variant
from floodeval.i18n.catalog import say
from floodeval.sam.clicks import Marks
from floodeval.sam.prompts import PromptSpec, make_prompt

_MARKS = "_marks"


def draw_try_it(selection: Selection) -> None:
    """Draw the page below its heading."""
    chosen = choose_photograph(selection)
    models = models_of(chosen_variants(selection))
    if chosen is None or models is None:
        return
    for name in models.trained_on(chosen.digest):
        st.error(say("try_it.trained_on", variant=code(name)), icon=":material/gpp_bad:")
    kept = selection.run.info.inference.keeps_embeddings
    encoded = encoded_photograph(chosen, models, kept)
    _draw_answers(selection, encoded, models, run_marks(selection.prompt, chosen), chosen.path)


def chosen_variants(selection: Selection) -> list[Variant]:
    """A and B in the order of `run.json`, so that swapping them does not load the models again."""
    return [one for one in selection.run.info.variants if one.name in (selection.a, selection.b)]


def run_marks(prompt: PromptSpec, chosen: ChosenPhotograph) -> Marks | None:
    """The run's prompt on a photograph of the data set as marks; None if it has none there."""
    if chosen.truth is None or chosen.sample_id is None:
        return None
    made = make_prompt(prompt, chosen.truth, chosen.sample_id)
    height, width = chosen.truth.shape
    return None if made is None else Marks.of_prompt(made, (height, width))


@fragment
def _draw_answers(
    selection: Selection, encoded: EncodedPhotograph, models: Models, as_run: Marks | None, path: str
) -> None:
    """Predict with the current marks and draw the masks; a new mark reruns only this."""
    marks = _current_marks(encoded)
    began = time.perf_counter()
    predictions = models.decode(encoded.embeddings, marks)
    a_first = {name: predictions[name] for name in selection.variants if name in predictions}
    answer = PromptAnswer(marks, a_first, time.perf_counter() - began)
    draw_editor(selection, encoded, answer, as_run)
    draw_downloads(encoded, answer, selection.styles)
    answered = [variant for variant in chosen_variants(selection) if variant.name in predictions]
    draw_command(path, answered, marks)


def _current_marks(encoded: EncodedPhotograph) -> Marks:
    """The marks that the browser sent, else the last ones in this photograph, else the whole frame."""
    marked: dict[str, Marks] = st.session_state.setdefault(_MARKS, {})
    sent = sent_marks(encoded)
    if sent is not None:
        marked[encoded.key] = sent
    return marked.get(encoded.key, Marks())
