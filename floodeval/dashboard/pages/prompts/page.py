"""The page Prompts put together: the answers in words, the choice of a section, that section alone."""

from collections.abc import Callable

import streamlit as st

from floodeval.dashboard.pages.prompts.answers import draw_answers
from floodeval.dashboard.pages.prompts.between import draw_between
from floodeval.dashboard.pages.prompts.clicks_view import draw_clicks
from floodeval.dashboard.pages.prompts.every import draw_every
from floodeval.dashboard.pages.prompts.images import draw_images
from floodeval.dashboard.pages.prompts.moved import draw_sensitivity
from floodeval.dashboard.sections import choose_section
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.words import here
from floodeval.errors import FloodevalError

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
