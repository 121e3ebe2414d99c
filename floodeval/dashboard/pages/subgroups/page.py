"""The page Slices put together: the answers in words, the choice of a section, that section alone."""

from collections.abc import Callable

import streamlit as st

from floodeval.dashboard.pages.subgroups.answers import draw_answers
from floodeval.dashboard.pages.subgroups.cost_view import draw_cost
from floodeval.dashboard.pages.subgroups.dots import draw_slices
from floodeval.dashboard.pages.subgroups.doubts import draw_suspects
from floodeval.dashboard.pages.subgroups.mistakes import draw_errors
from floodeval.dashboard.pages.subgroups.weak import draw_weakest
from floodeval.dashboard.sections import choose_section
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.words import here
from floodeval.errors import FloodevalError

_DRAW: dict[str, Callable[[Selection], None]] = {
    "slices": draw_slices,
    "weakest": draw_weakest,
    "errors": draw_errors,
    "suspects": draw_suspects,
    "cost": draw_cost,
}


def draw_slices_page(selection: Selection) -> None:
    """Draw the answers and the chosen section; what the run does not hold is said."""
    draw_answers(selection)
    section = choose_section("Slices")
    try:
        _DRAW[section](selection)
    except FloodevalError as error:
        st.info(here(error), icon=":material/info:")
