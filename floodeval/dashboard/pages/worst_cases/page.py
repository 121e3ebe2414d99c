"""The page Worst cases: the images in the order of a gap, a metric or the disagreement of A and B."""

from collections.abc import Mapping

import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT, ORDERS
from floodeval.dashboard.pages.worst_cases.case_cards import draw_cards
from floodeval.dashboard.pages.worst_cases.case_filters import draw_clearing, draw_filters, forget_bounds
from floodeval.dashboard.pages.worst_cases.case_table import draw_case_table
from floodeval.dashboard.state.selection import Selection, ranking_options
from floodeval.i18n.catalog import say
from floodeval.viz.wording import metric_label, order_word

PICTURES, TABLE = "pictures", "table"


def draw_worst_cases(selection: Selection) -> None:
    """Draw the page below its heading."""
    view = draw_order(selection)
    draw_filters(selection)
    if selection.listed.empty:
        st.info(say("worst_cases.none"), icon=":material/filter_alt:")
        draw_clearing("clear_empty")
    elif view == TABLE:
        draw_case_table(selection)
    else:
        draw_cards(selection)


def draw_order(selection: Selection) -> str:
    """Draw the choice of the order and the view; returns the view."""
    ranking = selection.ranking
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            say("worst_cases.order_by"),
            ranking_options(selection.b, selection.table)["metric"],
            format_func=metric_label,
            key="metric",
            width=240,
            on_change=forget_bounds,
        )
        if selection.b and ranking.metric != DISAGREEMENT:
            sides = {"gap": say("worst_cases.of_gap"), "a": "A", "b": "B"}
            _segments(say("worst_cases.of"), "of", sides, forget=True)
        orders = {order: _capital(order_word(ranking, order)) for order in ORDERS}
        _segments(say("worst_cases.first"), "order", orders)
        views = {view: say(f"worst_cases.{view}") for view in (PICTURES, TABLE)}
        if st.session_state.get("view_as") not in views:
            st.session_state["view_as"] = PICTURES
        _segments(say("worst_cases.show_as"), "view_as", views)
    return str(st.session_state["view_as"])


def _segments(label: str, key: str, words: Mapping[str, str], forget: bool = False) -> None:
    st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        required=True,
        persist_state="session",
        on_change=forget_bounds if forget else "rerun",
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
