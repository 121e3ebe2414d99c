"""The controls of the page Worst cases: the order of the images, the group, and the view."""

from collections.abc import Mapping

import streamlit as st

from floodeval.analysis.ranking import ALL, ORDERS
from floodeval.ui.selection import Selection, quadrant_names, ranking_options
from floodeval.wording.metrics import metric_label
from floodeval.wording.quadrants import quadrant_title
from floodeval.wording.rankings import order_word

VIEWS = ("Pictures", "Table")


def draw_order(selection: Selection) -> str:
    """Let the person choose the order, the group and the view; returns the view."""
    choices = ranking_options(selection.b)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Order by",
            choices["metric"],
            format_func=metric_label,
            key="metric",
            width=220,
        )
        if selection.b:
            _segments("Of", "of", {"gap": "Gap, B − A", "a": "A", "b": "B"})
        _segments(
            "First",
            "order",
            {order: order_word(selection.ranking.of, order).capitalize() for order in ORDERS},
        )
        st.session_state.setdefault("view", VIEWS[0])
        _segments("Show as", "view", {view: view for view in VIEWS})
    _segments("Group", "quadrant", quadrant_labels(selection))
    return str(st.session_state["view"])


def quadrant_labels(selection: Selection) -> dict[str, str]:
    """The groups with how many images each holds."""
    counts = selection.table["quadrant"].value_counts()
    labels = {
        name: f"{quadrant_title(name, selection.b is None)} ({counts.get(name, 0)})"
        for name in quadrant_names(selection.b)
    }
    return {ALL: f"All ({len(selection.table)})"} | labels


def _segments(label: str, key: str, words: Mapping[str, str]) -> None:
    st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        required=True,
        persist_state="session",
    )
