"""The page Try it put together: a photograph, the models, the panes, the downloads."""

import shlex
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from floodeval.dashboard.navigation import fragment
from floodeval.dashboard.page import chip
from floodeval.dashboard.pages.try_it.answers import Answer
from floodeval.dashboard.pages.try_it.canvas import draw_canvas, sent_marks
from floodeval.dashboard.pages.try_it.loaded_variants import Models, models_of
from floodeval.dashboard.pages.try_it.photograph import Study, Tried, choose_photograph, study_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.legends import code
from floodeval.datasets.images import encode_mask
from floodeval.evaluation.run_info import Variant
from floodeval.i18n.catalog import say
from floodeval.sam.clicks import Marks
from floodeval.sam.prompts import PromptSpec, make_prompt
from floodeval.viz.style import Style

if TYPE_CHECKING:
    from floodeval.sam.inference import Prediction

# What a person takes along: each variant's mask and outline, and the command that makes them again.


def draw_downloads(study: Study, answer: Answer, styles: dict[str, Style]) -> None:
    """Offer each variant's mask as PNG and its outline as GeoJSON, made when they are asked for."""
    stem = Path(study.name).stem
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
                        partial(_outline, prediction, study.name, name, answer.marks),
                        file_name=f"{stem}-{name}.geojson",
                        mime="application/geo+json",
                        key=f"outline/{name}",
                        on_click="ignore",
                        icon=":material/polyline:",
                    )
    st.caption(say("try_it.download_note"))


def draw_command(path: str, variants: Sequence[Variant], marks: Marks) -> None:
    """Show the command that makes the same masks."""
    st.caption(say("try_it.command"))
    st.code(predict_command(path, variants, marks), language=None, wrap_lines=True)


def predict_command(path: str, variants: Sequence[Variant], marks: Marks) -> str:
    """`floodeval predict` for a photograph, the chosen variants and marks."""
    words = ["floodeval", "predict", path]
    for variant in variants:
        checkpoint = f"={variant.checkpoint}" if variant.checkpoint else ""
        words += ["--variant", f"{variant.name}{checkpoint}"]
    if variants[0].model_type != "vit_t":
        words += ["--model", variants[0].model_type]
    if str(marks) != "full":
        words += ["--prompt", str(marks)]
    return shlex.join([*words, "--out", "masks"])


def _outline(prediction: "Prediction", image: str, variant: str, marks: Marks) -> str:
    from floodeval.evaluation.predict import outline_of

    return outline_of(prediction, image, variant, marks)


# The page Try it put together: a photograph, the models, the panes, the downloads.

_MARKS = "_marks"


def draw_try_it(selection: Selection) -> None:
    """Let the person mark a photograph, and show what A and B make of it."""
    tried = choose_photograph(selection)
    models = models_of(chosen_variants(selection))
    if tried is None or models is None:
        return
    for name in models.trained_on(tried.digest):
        st.error(say("try_it.trained_on", variant=code(name)), icon=":material/gpp_bad:")
    kept = selection.run.info.inference.keeps_embeddings
    study = study_of(tried, models, kept)
    _draw_answers(selection, study, models, run_marks(selection.prompt, tried), tried.command)


def chosen_variants(selection: Selection) -> list[Variant]:
    """A and B as the run's record has them, in its order: to change places loads no model anew."""
    return [one for one in selection.run.info.variants if one.name in (selection.a, selection.b)]


def run_marks(prompt: PromptSpec, tried: Tried) -> Marks | None:
    """The marks of the run's prompt on a photograph of the data set; None where it has none there."""
    if tried.truth is None or tried.sample_id is None:
        return None
    made = make_prompt(prompt, tried.truth, tried.sample_id)
    height, width = tried.truth.shape
    return None if made is None else Marks.of_prompt(made, (height, width))


@fragment
def _draw_answers(
    selection: Selection, study: Study, models: Models, as_run: Marks | None, path: str
) -> None:
    """Answer the marks; a mark runs this alone."""
    marks = _current_marks(study)
    began = time.perf_counter()
    predictions = models.decode(study.embeddings, marks)
    a_first = {name: predictions[name] for name in selection.variants if name in predictions}
    answer = Answer(marks, a_first, time.perf_counter() - began)
    draw_canvas(selection, study, answer, as_run)
    draw_downloads(study, answer, selection.styles)
    answered = [variant for variant in chosen_variants(selection) if variant.name in predictions]
    draw_command(path, answered, marks)


def _current_marks(study: Study) -> Marks:
    """What the browser sent, else what was last marked in this photograph, else the whole frame."""
    marked: dict[str, Marks] = st.session_state.setdefault(_MARKS, {})
    sent = sent_marks(study)
    if sent is not None:
        marked[study.key] = sent
    return marked.get(study.key, Marks())
