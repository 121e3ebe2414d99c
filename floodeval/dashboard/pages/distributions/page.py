"""The charts of the page, each with the images of what is selected in it; each runs again alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from floodeval.analysis.distribution import Pick, bounds, edges_of, gap_bounds
from floodeval.dashboard.navigation import fragment
from floodeval.dashboard.pages.distributions.picked import (
    About,
    Event,
    bar_of,
    chart_key,
    draw_picked,
    images_of,
    keeper,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.i18n.catalog import counted, say
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS
from floodeval.viz.charts.distributions import cumulative_figure, density_figure, histogram_figure
from floodeval.viz.charts.gaps import MOST_POINTS, STEPS, gap_curve_figure, gap_figure, pairs_figure
from floodeval.viz.style import CONFIG
from floodeval.viz.wording import metric_label

# The page's controls: how to show it, in how many bins, which metrics; all stay from page to page.

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


# The charts of the page, each with the images of what is selected in it; each runs again alone.


@fragment
def draw_metric(selection: Selection, metric: str, choice: Choice) -> None:
    """Draw how a metric is spread: A and B as bars; as curves every variant of the run."""
    label = metric_label(metric)
    values = values_of(selection, metric, everyone=choice.view != "histogram")
    limits = bounds(pd.concat(values.values()), metric not in LOWER_IS_BETTER)
    st.markdown(f"#### {label}")
    key, about = f"spread_{metric}", (*_about(selection), choice.view, choice.bins)
    alt = say(f"distributions.alt_{choice.view}", metric=label)
    if choice.view == "histogram":
        edges = edges_of(pd.concat(values.values()), *limits, choice.bins)
        figure = histogram_figure(values, selection.styles, edges, label)
        sides = {selection.a: "a"} | ({selection.b: "b"} if selection.b else {})
        read = partial(bar_of, metric=metric, sides=sides, highest=float(edges[-1]))
        _draw_selectable(figure, key, about, read, alt)
        draw_picked(selection, key, about, metric)
    else:
        draw = density_figure if choice.view == "density" else cumulative_figure
        st.plotly_chart(
            draw(values, selection.styles, limits, label), config=CONFIG, key=f"{key}_curve", alt=alt
        )
    missing = max(int(series.isna().sum()) for series in values.values())
    if missing:
        st.caption(say("distributions.missing", images=counted(missing, "image")))


@fragment
def draw_gap(selection: Selection, choice: Choice) -> None:
    """Draw how the gap of the chosen metric is spread."""
    metric = choice.paired
    scored = metric not in LOWER_IS_BETTER
    gaps, label = selection.table[f"{metric}_gap"], metric_label(metric)
    low, high = gap_bounds(gaps, scored)
    st.markdown(f"#### {say('distributions.gap', metric=label)}")
    axis, alt = say("distributions.axis_gap", metric=label), say("distributions.alt_gap", metric=label)
    key, about = "spread_gap", (*_about(selection), metric, choice.view, choice.bins)
    if choice.view == "histogram":
        edges = edges_of(gaps, low, high, choice.bins)
        read = partial(bar_of, metric=metric, sides={"gap": "gap"}, highest=float(edges[-1]))
        figure = gap_figure(gaps, edges, axis, not scored)
        _draw_selectable(figure, key, about, read, alt)
    else:
        figure = gap_curve_figure(gaps, high, axis, choice.view)
        st.plotly_chart(figure, config=CONFIG, key=f"{key}_curve", alt=alt)
    equal = int((gaps == 0).sum())
    st.caption(
        say("distributions.gap_how" if scored else "distributions.gap_how_lower")
        + (" " + say("distributions.gap_equal", images=counted(equal, "image")) if equal else "")
    )
    if choice.view == "histogram":
        draw_picked(selection, key, about, metric)


@fragment
def draw_pairs(selection: Selection, choice: Choice) -> None:
    """Draw every image at the chosen metric under A and B."""
    metric, table = choice.paired, selection.table
    label, b = metric_label(metric), selection.b or selection.a
    both = pd.concat([table[f"{metric}_a"], table[f"{metric}_b"]])
    limits = bounds(both, metric not in LOWER_IS_BETTER)
    st.markdown(f"#### {say('distributions.pairs')}")
    axes = tuple(
        say("distributions.axis_of", metric=label, name=name, letter=letter)
        for name, letter in ((selection.a, "A"), (b, "B"))
    )
    figure = pairs_figure(table, metric, (axes[0], axes[1]), limits, selection.threshold)
    key, about = "spread_pairs", (*_about(selection), metric)
    read = partial(images_of, metric=metric, bounds=limits, steps=STEPS)
    alt = say("distributions.alt_pairs", metric=label)
    _draw_selectable(figure, key, about, read, alt)
    known = int(table[[f"{metric}_a", f"{metric}_b"]].notna().all(axis=1).sum())
    said = say(
        "distributions.pairs_how" if metric not in LOWER_IS_BETTER else "distributions.pairs_how_lower"
    )
    st.caption(said + (" " + say("distributions.pairs_cells") if known > MOST_POINTS else ""))
    draw_picked(selection, key, about, metric)


def values_of(selection: Selection, metric: str, everyone: bool) -> dict[str, pd.Series]:
    """One value an image with the chosen prompt, of A and B, or of every variant of the run."""
    rows = selection.metrics[selection.metrics["prompt"] == selection.prompt.spec]
    chosen = [name for name in (selection.a, selection.b) if name]
    names = selection.variants if everyone else chosen
    return {name: rows.loc[rows["variant"] == name, metric] for name in names}


def _about(selection: Selection) -> About:
    return selection.name, selection.a, selection.b, selection.prompt.spec, *selection.rows_key


def _draw_selectable(
    figure: go.Figure, chart: str, about: About, read: Callable[[Event], Pick | None], alt: str
) -> None:
    key = chart_key(chart)
    keep = keeper(chart, key, about, read)
    st.plotly_chart(figure, config=CONFIG, key=key, on_select=keep, selection_mode="points", alt=alt)
