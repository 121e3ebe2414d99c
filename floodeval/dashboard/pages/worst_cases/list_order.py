"""The order of the images, and how they are shown: as cards of some size or as a table."""

from collections.abc import Mapping

import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT, ORDERS
from floodeval.dashboard.pages.worst_cases.value_range import forget_bounds
from floodeval.dashboard.state.selection import Selection, ranking_options
from floodeval.i18n.catalog import say
from floodeval.viz.wording import metric_label, order_word

PICTURES, TABLE = "pictures", "table"
SMALL, MEDIUM, LARGE = SIZES = ("small", "medium", "large")  # of cards


def draw_order(selection: Selection) -> None:
    """Draw the choice of the order."""
    ranking = selection.ranking
    st.selectbox(
        say("worst_cases.order_by"),
        ranking_options(selection.b, selection.table)["metric"],
        format_func=metric_label,
        key="metric",
        width=190,
        on_change=forget_bounds,
    )
    if selection.b and ranking.metric != DISAGREEMENT:
        sides = {"gap": say("worst_cases.of_gap"), "a": "A", "b": "B"}
        _segments(say("worst_cases.of"), "of", sides, forget=True)
    orders = {order: _capital(order_word(ranking, order)) for order in ORDERS}
    _segments(say("worst_cases.first"), "order", orders)


def draw_view() -> tuple[str, str]:
    """Draw the choice of the view, and of cards their size; returns view and size."""
    views = {view: say(f"worst_cases.{view}") for view in (PICTURES, TABLE)}
    if st.session_state.get("view_as") not in views:
        st.session_state["view_as"] = PICTURES
    if st.session_state.get("size") not in SIZES:
        st.session_state["size"] = MEDIUM
    _segments(say("worst_cases.show_as"), "view_as", views, has_label=False)
    view = str(st.session_state["view_as"])
    if view == PICTURES:
        words = {size: say(f"worst_cases.{size}") for size in SIZES}
        _segments(say("worst_cases.size"), "size", words, has_label=False)
    return view, str(st.session_state["size"])


def _segments(
    label: str, key: str, words: Mapping[str, str], forget: bool = False, has_label: bool = True
) -> None:
    st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        required=True,
        label_visibility="visible" if has_label else "collapsed",
        persist_state="session",
        on_change=forget_bounds if forget else "rerun",
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
