"""The distribution of the gap over the images, as a histogram, a density, or a cumulative share."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from floodeval.analysis.distribution import cumulative, density
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.distributions import (
    MEDIAN_PX,
    bars,
    cumulative_words,
    mark_median,
    name_shares,
    shares,
)
from floodeval.viz.charts.figure import hover, new_figure
from floodeval.viz.style import GAIN, LINE, LOSS, Style

CHART_PX = 430  # as tall as the chart of A and B next to it
CURVE = "#0072B2"


def gap_figure(
    gaps: pd.Series, edges: npt.NDArray[np.float64], label: str, lower_is_better: bool = False
) -> go.Figure:
    """Draw the histogram of B - A over the images, with losses and gains in two colors.

    Args:
        gaps: one per image.
        edges: of the bins, zero among them.
        label: of the gap, for the axis.
        lower_is_better: whether B is better where the gap is below zero.
    """
    known, bins = gaps.dropna(), shares(gaps, edges)
    figure = new_figure(CHART_PX, barmode="overlay", bargap=0)
    under = replace(LOSS, color=GAIN.color) if lower_is_better else LOSS
    over = replace(GAIN, color=LOSS.color) if lower_is_better else GAIN
    for style, side, n in (
        (under, bins["high"] <= 0, int((known < 0).sum())),
        (over, bins["low"] >= 0, int((known > 0).sum())),
    ):
        name = say("distributions.legend_count", name=style.label, n=n)
        figure.add_bar(**bars(bins[side], style, name, 1, "gap"))
    width = formats.significant(edges[1] - edges[0], 2)
    _finish(figure, gaps, say("distributions.axis_bins", metric=label, width=width), edges[-1], cased=True)
    name_shares(figure, say("distributions.axis_share"))
    return figure


def gap_curve_figure(gaps: pd.Series, reach: float, label: str, view: str) -> go.Figure:
    """Draw the density or the cumulative share of B - A over the images.

    Args:
        gaps: one per image.
        reach: of the axis, to both sides of zero.
        label: of the gap, for the axis.
        view: "density" or "cumulative".
    """
    figure = new_figure(CHART_PX)
    dense = view == "density"
    curve = density(gaps, -reach, reach) if dense else cumulative(gaps, -reach, reach)
    figure.add_scatter(
        name=say("distributions.legend_gaps", n=int(gaps.notna().sum())),
        x=curve["x"],
        y=curve["density" if dense else "share"],
        mode="lines",
        line={"color": CURVE, "width": 3, "shape": "linear" if dense else "hv"},
        **hover(_density_words(curve) if dense else cumulative_words(curve)),
        showlegend=True,
    )
    _finish(figure, gaps, label, reach, cased=False)
    name_shares(
        figure, say("distributions.axis_density" if dense else "distributions.axis_cumulative"), not dense
    )
    return figure


def _density_words(curve: pd.DataFrame) -> list[str]:
    return [
        say("distributions.hover_curve", x=formats.gap(x, 2), density=formats.decimal(y, 2))
        for x, y in zip(curve["x"], curve["density"], strict=True)
    ]


def _finish(figure: go.Figure, gaps: pd.Series, label: str, reach: float, cased: bool) -> None:
    figure.add_vline(0, line={"width": 1, "color": LINE})
    median = gaps.median()
    if pd.notna(median):
        mark_median(
            figure, gaps, Style("", LINE), say("distributions.median", value=formats.gap(median, 2)), cased
        )
    figure.update_layout(margin_t=MEDIAN_PX)
    figure.update_xaxes(range=[-reach, reach], tickformat="+~g", title=label)
