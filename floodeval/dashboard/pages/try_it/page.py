"""The page Try it: photographs, the models A and B, the viewer as an editor of prompts, the results."""

import time
from dataclasses import dataclass
from functools import partial

import streamlit as st

from floodeval.dashboard.pages.try_it.answers import PromptAnswer
from floodeval.dashboard.pages.try_it.available_models import device_words, models_of
from floodeval.dashboard.pages.try_it.downloads import draw_archive, draw_command, draw_downloads
from floodeval.dashboard.pages.try_it.editor import KEY, current_marks, editor_message, run_marks
from floodeval.dashboard.pages.try_it.encoded_photographs import (
    ChosenPhotograph,
    EncodedPhotograph,
    encoded_photograph,
)
from floodeval.dashboard.pages.try_it.loaded_models import Models
from floodeval.dashboard.pages.try_it.model_choice import TriedModels, choose_models
from floodeval.dashboard.pages.try_it.photograph_choice import (
    TriedPhotograph,
    TriedPhotographs,
    choose_photographs,
)
from floodeval.dashboard.pages.try_it.photograph_strip import draw_strip
from floodeval.dashboard.pages.try_it.results import PhotographResult, result_of, results_table
from floodeval.dashboard.pages.try_it.save_case import draw_save_case, draw_saved
from floodeval.dashboard.state.interface_language import fragment
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.viewer import draw_viewer
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import counted, say
from floodeval.sam.marks import Marks
from floodeval.viz.domain_words import warning_words

_RESULTS = "_try_results"  # in the session state: the last result of each photograph with each pair of models


@dataclass(frozen=True)
class Trial:
    """What the page is about: a run where there is one, the photographs, the models, one photograph read."""

    selection: Selection | None
    photographs: TriedPhotographs
    tried: TriedModels
    models: Models
    chosen: ChosenPhotograph

    @property
    def keeps_embeddings(self) -> bool:
        """Whether the run was evaluated from embeddings on disk; then those of the data set are used."""
        return self.selection is not None and self.selection.run.info.inference.keeps_embeddings

    def encoded(self, chosen: ChosenPhotograph) -> EncodedPhotograph:
        """A photograph as the models see it; raises FloodevalError as `encoded_photograph`."""
        return encoded_photograph(chosen, self.models, self.keeps_embeddings)

    def answer(self, encoded: EncodedPhotograph, marks: Marks) -> PromptAnswer:
        """What the models predict, A first; raises FloodevalError where the graphics card fails."""
        began = time.perf_counter()
        predictions = self.models.decode(encoded.encodings, marks)
        a_first = {one.name: predictions[one.name] for one in self.tried.variants if one.name in predictions}
        return PromptAnswer(encoded, marks, a_first, time.perf_counter() - began)

    def result_key(self, photograph: TriedPhotograph) -> str:
        """Names the result of a photograph with these models."""
        reference = photograph.reference[0] if photograph.reference else ""
        return "/".join([photograph.key, reference, *(one.key for one in self.tried.chosen)])


def draw_try_it(selection: Selection | None) -> None:
    """Draw the page below its heading; without a run, for uploads and the models at hand."""
    photographs, tried = choose_photographs(selection, partial(choose_models, selection))
    draw_strip(photographs)
    models = models_of(tried.variants)
    chosen = read_photograph(photographs.current)
    if chosen is None or models is None:
        return
    for name in models.trained_on(chosen.digest):
        st.error(say("try_it.trained_on", variant=code(name)), icon=":material/gpp_bad:")
    trial = Trial(selection, photographs, tried, models, chosen)
    try:
        with st.spinner(say("try_it.encoding"), show_time=True):
            encoded = trial.encoded(chosen)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    draw_distance_warnings(encoded, models)
    draw_saved(chosen.sample_id)
    _draw_answers(trial, encoded)


def read_photograph(photograph: TriedPhotograph | None) -> ChosenPhotograph | None:
    """Read a photograph; draws the reason where it, or its reference mask, cannot be used."""
    if photograph is None:
        return None
    try:
        return photograph.read()
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/broken_image:")
    if photograph.reference is None:
        return None
    try:
        return photograph.read_without_reference()
    except FloodevalError:
        return None


def draw_distance_warnings(encoded: EncodedPhotograph, models: Models) -> None:
    """Warn where the photograph is unlike the training photographs of a variant."""
    for name, found in encoded.distances.items():
        if (warning := warning_words(found.percentile)) is not None:
            words = say("domain.of_variant", variant=code(name), warning=warning)
            st.warning(words, icon=":material/travel_explore:")
    if models.no_domain:
        st.caption(say("domain.no_check", why=plain(models.no_domain)))


@fragment
def _draw_answers(trial: Trial, encoded: EncodedPhotograph) -> None:
    """Predict with the current marks and draw the masks; a new mark reruns only this."""
    marks, prompt = current_marks(encoded), trial.selection.prompt if trial.selection else None
    try:
        answer = trial.answer(encoded, marks)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    as_run = run_marks(prompt, trial.chosen) if prompt else None
    styles = trial.tried.styles
    draw_viewer(editor_message(answer, styles, as_run, prompt), KEY, on_marks_change=lambda: None)
    st.caption(f":material/memory: {device_words(trial.models)}")
    results: dict[str, PhotographResult] = st.session_state.setdefault(_RESULTS, {})
    current = trial.photographs.current
    assert current is not None  # its answer is drawn
    results[trial.result_key(current)] = result_of(answer)
    _draw_results(trial, results)
    with st.container(horizontal=True, vertical_alignment="center"):
        draw_save_case(trial.selection, trial.chosen.sample_id, results[trial.result_key(current)])
        draw_archive([results[key] for key in map(trial.result_key, trial.photographs.all) if key in results])
    with st.expander(say("try_it.download"), icon=":material/download:"):
        draw_downloads(answer, styles)
    answered = [one for one in trial.tried.variants if one.name in answer.predictions]
    draw_command(trial.chosen.path, answered, marks)


def _draw_results(trial: Trial, results: dict[str, PhotographResult]) -> None:
    """Draw the table of all photographs, with a button for those without a result; none for a single one."""
    photographs = trial.photographs.all
    if len(photographs) < 2:
        return
    st.markdown(f"#### {say('try_it.results')}")
    place = st.empty()
    missing = [one for one in photographs if trial.result_key(one) not in results]
    label = say("try_it.predict_rest", photographs=counted(len(missing), "photograph"))
    offer = st.empty()
    if missing and offer.button(label, icon=":material/play_arrow:", key="try_predict_rest"):
        _predict_rest(trial, missing, results)
        offer.empty()
    found = [results.get(trial.result_key(one)) for one in photographs]
    table = results_table([one.name for one in photographs], found, trial.tried.styles)
    place.dataframe(table, hide_index=True, height="content", alt=say("try_it.results_alt"))


def _predict_rest(trial: Trial, missing: list[TriedPhotograph], results: dict[str, PhotographResult]) -> None:
    """Predict the photographs that have no result yet, each with its own last marks."""
    bar = st.progress(0.0, text=say("try_it.predicting", done=0, total=len(missing)))
    for done, one in enumerate(missing, start=1):
        if (chosen := read_photograph(one)) is not None:
            encoded = trial.encoded(chosen)
            results[trial.result_key(one)] = result_of(trial.answer(encoded, current_marks(encoded)))
        bar.progress(done / len(missing), text=say("try_it.predicting", done=done, total=len(missing)))
    bar.empty()
