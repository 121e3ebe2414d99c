"""The page Subgroups: the summary in words, the choice of a section, and that section alone."""

from collections.abc import Callable

import streamlit as st

from floodeval.dashboard.navigation import choose_section
from floodeval.dashboard.pages.subgroups.cost_view import draw_cost
from floodeval.dashboard.pages.subgroups.error_types_view import draw_errors
from floodeval.dashboard.pages.subgroups.label_suspects_view import draw_label_suspects
from floodeval.dashboard.pages.subgroups.subgroup_summary import draw_summary
from floodeval.dashboard.pages.subgroups.subgroups_view import draw_subgroups
from floodeval.dashboard.pages.subgroups.weakest_view import draw_weakest
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.errors import FloodevalError

_SECTIONS: dict[str, Callable[[Selection], None]] = {
    "slices": draw_subgroups,
    "weakest": draw_weakest,
    "errors": draw_errors,
    "suspects": draw_label_suspects,
    "cost": draw_cost,
}


def draw_subgroups_page(selection: Selection) -> None:
    """Draw the summary and the chosen section; where the run lacks what it needs, show why."""
    draw_summary(selection)
    section = choose_section("Subgroups")
    try:
        _SECTIONS[section](selection)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
