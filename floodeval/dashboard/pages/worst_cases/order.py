"""The controls of the page Worst cases: the order of the images, the groups, and the view."""

from collections.abc import Mapping

import streamlit as st

from floodeval.analysis.ranking import ALL, DISAGREEMENT, ORDERS
from floodeval.dashboard.state.selection import Selection, quadrant_names, ranking_options
from floodeval.i18n.catalog import say
from floodeval.viz.metrics import metric_label
from floodeval.viz.quadrants import quadrant_title
from floodeval.viz.rankings import order_word

PICTURES, TABLE = "pictures", "table"


def draw_order(selection: Selection) -> str:
    """Let the person choose the order and the view; returns the view."""
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


def draw_groups(selection: Selection) -> None:
    """Let the person choose one quadrant, or all; an empty one cannot be chosen."""
    counts = selection.table["quadrant"].value_counts()
    chosen = selection.ranking.quadrant
    with st.container(gap="xxsmall", width="content"):
        st.markdown(f":small[{say('worst_cases.group')}]")
        with st.container(horizontal=True, gap="xxsmall"):
            for name, label in quadrant_labels(selection).items():
                st.button(
                    label,
                    key=f"group/{name}",
                    icon=":material/check:" if name == chosen else None,
                    disabled=name not in (ALL, chosen) and not counts.get(name),
                    on_click=_choose_group,
                    args=(name,),
                )


def _choose_group(name: str) -> None:
    st.session_state["quadrant"] = name


def quadrant_labels(selection: Selection) -> dict[str, str]:
    """The groups with how many images each holds."""
    counts = selection.table["quadrant"].value_counts()
    labels = {
        name: f"{quadrant_title(name, selection.b is None)} ({counts.get(name, 0)})"
        for name in quadrant_names(selection.b)
    }
    return {ALL: say("worst_cases.all", n=len(selection.table))} | labels


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


def forget_bounds() -> None:
    """Another order has other values: its range begins whole."""
    st.session_state["between"] = None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
