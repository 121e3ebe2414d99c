"""The page Slices put together: the answers in words, the choice of a section, that section alone."""

from collections.abc import Callable

import streamlit as st

from floodeval.errors import FloodevalError
from floodeval.ui.sections import choose_section
from floodeval.ui.selection import Selection
from floodeval.ui.slices.answers import draw_answers
from floodeval.ui.slices.dots import draw_slices
from floodeval.ui.slices.doubts import draw_suspects
from floodeval.ui.slices.mistakes import draw_errors
from floodeval.ui.slices.price import draw_cost
from floodeval.ui.slices.weak import draw_weakest
from floodeval.ui.words import here

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
