"""The page Training: one fine-tuning, and another to compare it with."""

import streamlit as st

from floodeval.analysis.trainings import list_trainings
from floodeval.dashboard.pages.training.chosen_trainings import choose_trainings
from floodeval.dashboard.pages.training.training_record_view import (
    draw_configuration,
    draw_cost,
    draw_curves,
    gain_words,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.i18n.catalog import say


def draw_training_page(selection: Selection | None) -> None:
    """Draw the page; where no model was fine-tuned yet, show how to do it."""
    names = list_trainings()
    if not names:
        st.info(say("training.none"), icon=":material/model_training:")
        st.code(
            "floodeval split path/to/dataset --out split.csv\n"
            "floodeval finetune path/to/dataset --split split.csv --name my-model",
            language=None,
            wrap_lines=True,
        )
        return
    chosen = choose_trainings(names, selection)
    if chosen is None:
        return
    for training in chosen.both:
        st.markdown(gain_words(training))
    draw_cost(chosen)
    draw_curves(chosen)
    draw_configuration(chosen)
