"""The page's controls: how to show it, in how many bins, which metrics; all stay from page to page."""

from dataclasses import dataclass

import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import METRICS
from floodeval.viz.metrics import metric_label

VIEWS = ("histogram", "density", "cumulative")
MOST_BY_HAND = 200
FIRST = ("iou", "dice", "precision", "recall")


@dataclass(frozen=True)
class Choice:
    """What to draw: a view, a number of bins (None: by the rule), the metrics, and that of gap and pairs."""

    view: str
    bins: int | None
    metrics: tuple[str, ...]
    paired: str


def draw_controls(selection: Selection) -> Choice:
    """Let the person choose, and say by which rule bins or densities are made."""
    options = metric_options(selection)
    _settle(options)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = str(
            st.segmented_control(
                say("distributions.view"),
                VIEWS,
                format_func=lambda name: say(f"distributions.view_{name}"),
                key="spread_view",
                required=True,
                persist_state="session",
            )
        )
        bins = st.number_input(
            say("distributions.bins"),
            min_value=2,
            max_value=MOST_BY_HAND,
            value=None,
            placeholder=say("distributions.bins_rule"),
            key="spread_bins",
            disabled=view != "histogram",
            width=150,
            persist_state="session",
        )
        metrics = st.multiselect(
            say("distributions.metrics"),
            options,
            format_func=metric_label,
            key="spread_metrics",
            width=350 if selection.b else 500,
            persist_state="session",
        )
        if selection.b:
            st.selectbox(
                say("distributions.paired"),
                options,
                format_func=metric_label,
                key="spread_paired",
                width=150,
                persist_state="session",
            )
    st.caption(how_words(view, bins))
    return Choice(view, bins, tuple(metrics), str(st.session_state["spread_paired"]))


def metric_options(selection: Selection) -> list[str]:
    """The metrics that some image of A or B has a value of; IoU where none has any."""
    table = selection.table
    sides = ("a", "b") if selection.b else ("a",)
    return [
        name
        for name in (*METRICS, "score")
        if any(f"{name}_{side}" in table and table[f"{name}_{side}"].notna().any() for side in sides)
    ] or ["iou"]


def how_words(view: str, bins: int | None) -> str:
    """How bars or curves are made, in a sentence."""
    said = [say(f"distributions.how_{view}")]
    if view == "histogram":
        said += [say("distributions.how_rule")] if bins is None else []
        said.append(f":material/ads_click: {say('distributions.click')}")
    return " ".join(said)


def _settle(options: list[str]) -> None:
    """Give every choice its default, and let go of metrics that this run lacks.

    All are written anew, since what a browser remembers of a choice is its label in the language before.
    """
    state = st.session_state
    metrics = state.get("spread_metrics", FIRST)
    kept = [name for name in metrics if name in options]
    state["spread_metrics"] = kept if kept or not metrics else options[:1]
    state["spread_paired"] = paired if (paired := state.get("spread_paired")) in options else options[0]
    state["spread_view"] = view if (view := state.get("spread_view")) in VIEWS else VIEWS[0]
    state["spread_bins"] = state.get("spread_bins")
