"""The settings of the charts: view, bins, metrics. They stay when the user changes pages."""

from dataclasses import dataclass

import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import METRICS
from floodeval.viz.wording import metric_label

VIEWS = ("histogram", "density", "cumulative")
MOST_BINS = 200
FIRST_METRICS = ("iou", "dice", "precision", "recall")


@dataclass(frozen=True)
class ChartSettings:
    """What to draw.

    Attributes:
        view: one of `VIEWS`.
        bins: of a histogram; None for the number that the rule gives.
        metrics: one chart each.
        paired: the metric of the charts of the gap and of A against B.
    """

    view: str
    bins: int | None
    metrics: tuple[str, ...]
    paired: str


def draw_settings(selection: Selection) -> ChartSettings:
    """Draw the settings, and say how bins or densities are computed."""
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
            max_value=MOST_BINS,
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
    return ChartSettings(view, bins, tuple(metrics), str(st.session_state["spread_paired"]))


def metric_options(selection: Selection) -> list[str]:
    """The metrics that have a value for some image of A or B; IoU if none has."""
    table = selection.table
    sides = ("a", "b") if selection.b else ("a",)
    return [
        name
        for name in (*METRICS, "score")
        if any(f"{name}_{side}" in table and table[f"{name}_{side}"].notna().any() for side in sides)
    ] or ["iou"]


def how_words(view: str, bins: int | None) -> str:
    """How bars or curves are computed, in a sentence."""
    words = [say(f"distributions.how_{view}")]
    if view == "histogram":
        words += [say("distributions.how_rule")] if bins is None else []
        words.append(f":material/ads_click: {say('distributions.click')}")
    return " ".join(words)


def _settle(options: list[str]) -> None:
    """Give every setting its default, and drop metrics that this run lacks.

    All are written again, since the browser keeps a setting by its label, which may be in another language.
    """
    state = st.session_state
    metrics = state.get("spread_metrics", FIRST_METRICS)
    kept = [name for name in metrics if name in options]
    state["spread_metrics"] = kept if kept or not metrics else options[:1]
    state["spread_paired"] = paired if (paired := state.get("spread_paired")) in options else options[0]
    state["spread_view"] = view if (view := state.get("spread_view")) in VIEWS else VIEWS[0]
    state["spread_bins"] = state.get("spread_bins")
