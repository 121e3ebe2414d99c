"""The page Prompts: the summary in words, the choice of a section, and that section alone."""

from collections.abc import Callable

import streamlit as st

from floodeval.dashboard.navigation import choose_section
from floodeval.dashboard.pages.prompts.all_prompts_view import draw_all_prompts
from floodeval.dashboard.pages.prompts.clicks_view import draw_clicks
from floodeval.dashboard.pages.prompts.images_view import draw_images
from floodeval.dashboard.pages.prompts.prompt_pairs_view import draw_prompt_pairs
from floodeval.dashboard.pages.prompts.prompt_summary import draw_summary
from floodeval.dashboard.pages.prompts.sensitivity_view import draw_sensitivity
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.errors import FloodevalError

_SECTIONS: dict[str, Callable[[Selection], None]] = {
    "every": draw_all_prompts,
    "between": draw_prompt_pairs,
    "sensitivity": draw_sensitivity,
    "clicks": draw_clicks,
    "images": draw_images,
}


def draw_prompts_page(selection: Selection) -> None:
    """Draw the summary and the chosen section; where the run lacks what it needs, show why."""
    draw_summary(selection)
    section = choose_section("Prompts")
    try:
        _SECTIONS[section](selection)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
