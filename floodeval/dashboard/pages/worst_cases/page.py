"""The page Worst cases: the images in a chosen order, filtered, as cards or as a table."""

import streamlit as st

from floodeval.dashboard.pages.worst_cases.cards_view import draw_cards
from floodeval.dashboard.pages.worst_cases.list_filters import draw_clearing, draw_filters
from floodeval.dashboard.pages.worst_cases.list_order import TABLE, draw_order, draw_view
from floodeval.dashboard.pages.worst_cases.selection_bar import draw_selection_bar
from floodeval.dashboard.pages.worst_cases.table_view import draw_case_table
from floodeval.dashboard.pages.worst_cases.value_range import draw_value_range
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.failure_threshold import draw_failure_threshold
from floodeval.dashboard.widgets.marking import draw_said
from floodeval.i18n.catalog import say


def draw_worst_cases(selection: Selection) -> None:
    """Draw the page below its heading."""
    draw_said()
    draw_controls(selection)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        view, size = draw_view()
        draw_selection_bar(selection)
    if selection.listed.empty:
        st.info(say("worst_cases.none"), icon=":material/filter_alt:")
        draw_clearing("clear_empty")
    elif view == TABLE:
        draw_case_table(selection)
    else:
        draw_cards(selection, size)


def draw_controls(selection: Selection) -> None:
    """Draw the order and the filters, next to the range of values."""
    controls, values = st.columns([73, 27], gap="medium")
    with controls:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            draw_order(selection)
            draw_failure_threshold(selection)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            draw_filters(selection)
    with values, st.container(gap="xxsmall"):
        draw_value_range(selection)
