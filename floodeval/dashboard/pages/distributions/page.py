"""The page Distributions: how each metric is distributed over the images, for A and B."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from floodeval.analysis.distribution import Pick, bounds, gap_bounds, gap_edges, metric_edges
from floodeval.dashboard.navigation import choose_section
from floodeval.dashboard.pages.distributions.confidence_view import draw_confidence
from floodeval.dashboard.pages.distributions.picked_images import (
    About,
    Event,
    bar_of,
    chart_key,
    draw_picked,
    images_of,
    keeper,
)
from floodeval.dashboard.pages.distributions.thresholds_view import draw_thresholds
from floodeval.dashboard.state.interface_language import fragment
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.tables import gap_form, metric_form
from floodeval.i18n.catalog import counted, say
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS
from floodeval.viz.charts.distributions import cumulative_figure, density_figure, histogram_figure
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.charts.gaps import MOST_POINTS, STEPS, gap_curve_figure, gap_figure, pairs_figure
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


def draw_distributions(selection: Selection) -> None:
    """Draw the chosen section of the page below its heading."""
    _SECTIONS[choose_section("Distributions")](selection)


def draw_metrics(selection: Selection) -> None:
    """Draw the distributions of the metrics, the gap, and A against B."""
    settings = draw_settings(selection)
    if not settings.metrics:
        st.info(say("distributions.none"), icon=":material/info:")
    with st.grid(2, min_column_width=320, gap=("small", "medium")):
        for metric in settings.metrics:
            with st.container(gap="xsmall"):
                draw_metric(selection, metric, settings)
        if selection.b:
            with st.container(gap="xsmall"):
                draw_gap(selection, settings)
            with st.container(gap="xsmall"):
                draw_pairs(selection, settings)


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


def how_words(view: str, bins: int | None) -> str:
    """How bars or curves are computed, in a sentence."""
    words = [say(f"distributions.how_{view}")]
    if view == "histogram":
        words += [say("distributions.how_rule")] if bins is None else []
        words.append(f":material/ads_click: {say('distributions.click')}")
    return " ".join(words)


@fragment
def draw_metric(selection: Selection, metric: str, settings: ChartSettings) -> None:
    """Draw the distribution of a metric: A and B as bars, or every variant of the run as curves."""
    label = metric_label(metric)
    values = values_of(selection, metric, all_variants=settings.view != "histogram")
    scored = metric not in LOWER_IS_BETTER
    limits = bounds(pd.concat(values.values()), scored)
    st.markdown(f"#### {label}")
    key, about = f"spread_{metric}", (*_about(selection), settings.view, settings.bins)
    alt = say(f"distributions.alt_{settings.view}", metric=label)
    if settings.view == "histogram":
        edges = metric_edges(pd.concat(values.values()), scored, settings.bins)
        figure = histogram_figure(values, selection.styles, edges, label, metric_form(metric))
        sides = {selection.a: "a"} | ({selection.b: "b"} if selection.b else {})
        read = partial(bar_of, metric=metric, sides=sides, highest=float(edges[-1]))
        _draw_selectable(figure, key, about, read, alt)
        draw_picked(selection, key, about, metric)
    else:
        draw = density_figure if settings.view == "density" else cumulative_figure
        st.plotly_chart(
            draw(values, selection.styles, limits, label, metric_form(metric)),
            config=CHART_CONFIG,
            key=f"{key}_curve",
            alt=alt,
        )
    missing = max(int(series.isna().sum()) for series in values.values())
    if missing:
        st.caption(say("distributions.missing", images=counted(missing, "image")))


def values_of(selection: Selection, metric: str, all_variants: bool) -> dict[str, pd.Series]:
    """One value per image with the chosen prompt, for A and B or for every variant of the run."""
    rows = selection.metrics[selection.metrics["prompt"] == selection.prompt.spec]
    chosen = [name for name in (selection.a, selection.b) if name]
    names = selection.variants if all_variants else chosen
    return {name: rows.loc[rows["variant"] == name, metric] for name in names}


def _about(selection: Selection) -> About:
    return selection.name, selection.a, selection.b, selection.prompt.spec, *selection.rows_key


def _draw_selectable(
    figure: go.Figure, chart: str, about: About, read: Callable[[Event], Pick | None], alt: str
) -> None:
    key = chart_key(chart)
    keep = keeper(chart, key, about, read)
    st.plotly_chart(figure, config=CHART_CONFIG, key=key, on_select=keep, selection_mode="points", alt=alt)


@fragment
def draw_gap(selection: Selection, settings: ChartSettings) -> None:
    """Draw the distribution of the gap of the chosen metric."""
    metric = settings.paired
    scored = metric not in LOWER_IS_BETTER
    gaps, label = selection.table[f"{metric}_gap"], metric_label(metric)
    st.markdown(f"#### {say('distributions.gap', metric=label)}")
    axis, alt = say("distributions.axis_gap", metric=label), say("distributions.alt_gap", metric=label)
    key, about = "spread_gap", (*_about(selection), metric, settings.view, settings.bins)
    if settings.view == "histogram":
        edges = gap_edges(gaps, scored, settings.bins)
        read = partial(bar_of, metric=metric, sides={"gap": "gap"}, highest=float(edges[-1]))
        figure = gap_figure(gaps, edges, axis, not scored, gap_form(metric))
        _draw_selectable(figure, key, about, read, alt)
    else:
        figure = gap_curve_figure(gaps, gap_bounds(gaps, scored)[1], axis, settings.view, gap_form(metric))
        st.plotly_chart(figure, config=CHART_CONFIG, key=f"{key}_curve", alt=alt)
    equal = int((gaps == 0).sum())
    st.caption(
        say("distributions.gap_how" if scored else "distributions.gap_how_lower")
        + (" " + say("distributions.gap_equal", images=counted(equal, "image")) if equal else "")
    )
    if settings.view == "histogram":
        draw_picked(selection, key, about, metric)


@fragment
def draw_pairs(selection: Selection, settings: ChartSettings) -> None:
    """Draw the chosen metric of every image, A on one axis and B on the other."""
    metric, table = settings.paired, selection.table
    label, b = metric_label(metric), selection.b or selection.a
    both = pd.concat([table[f"{metric}_a"], table[f"{metric}_b"]])
    limits = bounds(both, metric not in LOWER_IS_BETTER)
    st.markdown(f"#### {say('distributions.pairs')}")
    axes = tuple(
        say("distributions.axis_of", metric=label, name=selection.name_of(name), letter=letter)
        for name, letter in ((selection.a, "A"), (b, "B"))
    )
    figure = pairs_figure(table, metric, (axes[0], axes[1]), limits, selection.threshold)
    key, about = "spread_pairs", (*_about(selection), metric)
    read = partial(images_of, metric=metric, bounds=limits, steps=STEPS)
    alt = say("distributions.alt_pairs", metric=label)
    _draw_selectable(figure, key, about, read, alt)
    known = int(table[[f"{metric}_a", f"{metric}_b"]].notna().all(axis=1).sum())
    words = say(
        "distributions.pairs_how" if metric not in LOWER_IS_BETTER else "distributions.pairs_how_lower"
    )
    st.caption(words + (" " + say("distributions.pairs_cells") if known > MOST_POINTS else ""))
    draw_picked(selection, key, about, metric)


_SECTIONS: dict[str, Callable[[Selection], None]] = {
    "metrics": draw_metrics,
    "thresholds": draw_thresholds,
    "confidence": draw_confidence,
}
