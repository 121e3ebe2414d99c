"""The page Prompts put together: the answers in words, the choice of a section, that section alone."""

from collections.abc import Callable

import streamlit as st

from floodeval.errors import FloodevalError
from floodeval.ui.prompts.answers import draw_answers
from floodeval.ui.prompts.between import draw_between
from floodeval.ui.prompts.clicking import draw_clicks
from floodeval.ui.prompts.every import draw_every
from floodeval.ui.prompts.images import draw_images
from floodeval.ui.prompts.moved import draw_sensitivity
from floodeval.ui.sections import choose_section
from floodeval.ui.selection import Selection
from floodeval.ui.words import here

_DRAW: dict[str, Callable[[Selection], None]] = {
    "every": draw_every,
    "between": draw_between,
    "sensitivity": draw_sensitivity,
    "clicks": draw_clicks,
    "images": draw_images,
}


def draw_prompts_page(selection: Selection) -> None:
    """Draw the answers and the chosen section; what the run does not hold is said."""
    draw_answers(selection)
    section = choose_section("Prompts")
    try:
        _DRAW[section](selection)
    except FloodevalError as error:
        st.info(here(error), icon=":material/info:")
