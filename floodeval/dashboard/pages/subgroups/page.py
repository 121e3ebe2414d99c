"""The page Subgroups: where the gain is in one sentence, a chart that opens images, then one section."""

from collections.abc import Callable

import streamlit as st

from floodeval.dashboard.navigation import choose_section
from floodeval.dashboard.pages.subgroups.subgroup_queries import subgroups_of
from floodeval.dashboard.pages.subgroups.subgroup_views import (
    draw_chart,
    draw_errors,
    draw_label_suspects,
    draw_subgroup_rows,
    draw_weakest,
)
from floodeval.dashboard.pages.subgroups.subgroup_words import gain_words, level_words
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say

_SECTIONS: dict[str, Callable[[Selection], None]] = {
    "slices": draw_subgroup_rows,
    "weakest": draw_weakest,
    "errors": draw_errors,
    "suspects": draw_label_suspects,
}


def headline(selection: Selection) -> str:
    """The page's title: where the gain is largest and smallest, or where the only variant is weakest."""
    try:
        table = subgroups_of(selection)
    except FloodevalError:  # a run without traits: the place of the chart says why
        return say("pages.subgroups")
    if selection.b:
        return gain_words(table, selection.name_of(selection.b))
    return level_words(table, selection.name_of(selection.a))


def draw_subgroups_page(selection: Selection) -> None:
    """Draw the chart and the chosen section; where the run lacks what they need, show why."""
    reason = _draw(draw_chart, selection)
    section = _SECTIONS[choose_section("Subgroups")]
    reasons = dict.fromkeys([reason, _draw(section, selection)])  # the same one once
    for one in filter(None, reasons):
        st.info(one, icon=":material/info:")


def _draw(draw: Callable[[Selection], None], selection: Selection) -> str:
    """Draw a part; returns why it cannot be drawn, else an empty text."""
    try:
        draw(selection)
    except FloodevalError as error:
        return error_text(error)
    return ""
