"""The distribution of a metric per variant, as a histogram, a density, or a cumulative share."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from floodeval.analysis.distribution import bandwidth, cumulative, density
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import DASHES, bar_marker, fill, hover, new_figure, text
from floodeval.viz.style import LINE, Style

CHART_PX = 330
CLOSE = 0.05  # of the axis: the labels of two medians that are closer would overlap
Form = Callable[[float], str]  # how a number is written, as the functions of `floodeval.i18n.formats` do
MEDIAN_PX = 28  # above a chart without a legend, for the label of the median


def shares(values: pd.Series, edges: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Count values into bins.

    Args:
        values: one per image; missing ones are left out.
        edges: of the bins, ascending; a bin includes its lower edge, the last one its upper edge too.

    Returns:
        One row per bin with low, high, n (images) and share (percent of the images with a value).
    """
    known = values.dropna()
    counts, _ = np.histogram(known, edges)
    share = 100 * counts / max(1, len(known))
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n": counts, "share": share})


def histogram_figure(
    values: dict[str, pd.Series],
    styles: dict[str, Style],
    edges: npt.NDArray[np.float64],
    label: str,
    form: Form = formats.score,
) -> go.Figure:
    """Draw a metric's histogram for each variant over the same bins, with the medians marked.

    Args:
        values: per variant one value per image.
        styles: of the variants.
        edges: of the bins, ascending.
        label: of the metric, for the axis.
        form: how values of the metric are written.

    Returns:
        Bars whose custom data are the variant, the ends of the bin, and the number of images in it.
    """
    figure = new_figure(CHART_PX, barmode="overlay", bargap=0)
    for variant, series in values.items():
        style = styles[variant]
        opacity = 0.45 if style.hatch else 0.75  # so that overlaid bars stay visible
        figure.add_bar(**bars(shares(series, edges), style, _named(series, style, form), opacity, variant))
    _mark_medians(figure, values, styles, float(edges[-1] - edges[0]))
    width = formats.significant(edges[1] - edges[0], 2)
    figure.update_xaxes(
        range=[edges[0], edges[-1]], title=say("distributions.axis_bins", metric=label, width=width)
    )
    name_shares(figure, say("distributions.axis_share"))
    return figure


def density_figure(
    values: dict[str, pd.Series],
    styles: dict[str, Style],
    bounds: tuple[float, float],
    label: str,
    form: Form = formats.score,
) -> go.Figure:
    """Draw a smooth density for each variant, with the medians marked.

    Args:
        values: per variant one value per image.
        styles: of the variants.
        bounds: the lowest and the highest possible value.
        label: of the metric, for the axis.
        form: how values of the metric are written.
    """
    figure = new_figure(CHART_PX)
    for variant, series in values.items():
        style, curve = styles[variant], density(series, *bounds)
        width = formats.significant(bandwidth(series, *bounds), 2)
        said = [
            say("distributions.hover_density", x=short(x), density=formats.decimal(y, 2), width=width)
            for x, y in zip(curve["x"], curve["density"], strict=True)
        ]
        figure.add_scatter(
            **_line(curve["x"], curve["density"], style, _named(series, style, form), said, filled=True)
        )
    _mark_medians(figure, values, styles, bounds[1] - bounds[0], cased=False)
    figure.update_xaxes(range=list(bounds), title=label)
    name_shares(figure, say("distributions.axis_density"), percent=False)
    return figure


def cumulative_figure(
    values: dict[str, pd.Series],
    styles: dict[str, Style],
    bounds: tuple[float, float],
    label: str,
    form: Form = formats.score,
) -> go.Figure:
    """Draw for each variant the share of images at or below each value, with a line at 50%.

    Args:
        values: per variant one value per image.
        styles: of the variants.
        bounds: the lowest and the highest value on the axis.
        label: of the metric, for the axis.
        form: how values of the metric are written.
    """
    figure = new_figure(CHART_PX)
    for variant, series in values.items():
        style, curve = styles[variant], cumulative(series, *bounds)
        said = cumulative_words(curve)
        line = _line(curve["x"], curve["share"], style, _named(series, style, form), said)
        line["line"]["shape"] = "hv"
        figure.add_scatter(**line)
    figure.add_hline(50, line={"width": 1, "dash": "dot", "color": LINE})
    figure.update_xaxes(range=list(bounds), title=label)
    name_shares(figure, say("distributions.axis_cumulative"))
    figure.update_yaxes(range=[0, 101])
    return figure


def bars(all_bins: pd.DataFrame, style: Style, name: str, opacity: float, side: str) -> dict[str, object]:
    """Bars of `shares` as arguments of Plotly; `side` is the first of their custom data."""
    bins = all_bins[all_bins["n"] > 0]  # an empty bar would still draw its outline
    return {
        "name": name,
        "x": (bins["low"] + bins["high"]) / 2,
        "y": bins["share"],
        "width": bins["high"] - bins["low"],
        "marker": bar_marker(style, opacity),
        "customdata": [(side, *of) for of in bins[["low", "high", "n"]].itertuples(index=False, name=None)],
        **hover(
            say(
                "distributions.hover_bar",
                low=short(low),
                high=short(high),
                n=int(n),
                share=formats.percent(share / 100),
            )
            for low, high, n, share in bins[["low", "high", "n", "share"]].itertuples(index=False, name=None)
        ),
    }


def cumulative_words(curve: pd.DataFrame) -> list[str]:
    """The hover text of each point of `floodeval.analysis.distribution.cumulative`."""
    return [
        say("distributions.hover_cumulative", x=short(x), share=formats.percent(share / 100))
        for x, share in zip(curve["x"], curve["share"], strict=True)
    ]


def short(value: float) -> str:
    """A value of an axis with three significant digits."""
    return formats.significant(value, 3)


def name_shares(figure: go.Figure, title: str, percent: bool = True) -> None:
    """Name the vertical axis, and leave space below the legend for the labels of the medians."""
    figure.update_yaxes(title=title, ticksuffix=formats.percent_sign() if percent else "", rangemode="tozero")
    figure.update_layout(legend_y=1.08, showlegend=True)


def _mark_medians(
    figure: go.Figure, values: dict[str, pd.Series], styles: dict[str, Style], span: float, cased: bool = True
) -> None:
    """The medians of several variants; where two are close, their labels are to the left and to the right."""
    known = {name: float(median) for name, series in values.items() if pd.notna(median := series.median())}
    order = sorted(known, key=known.__getitem__)
    anchors = dict.fromkeys(order, "center")
    for lower, higher in pairwise(order):
        if known[higher] - known[lower] < CLOSE * span:
            anchors[lower] = "right" if anchors[lower] == "center" else anchors[lower]
            anchors[higher] = "left"
    for name in known:
        style = styles[name]
        mark_median(figure, values[name], style, text(style.letter or style.label), cased, anchors[name])


def mark_median(
    figure: go.Figure,
    values: pd.Series,
    style: Style,
    word: str,
    cased: bool = True,
    anchor: str = "center",
) -> None:
    """A line at the median with its label on top; over bars it is darker and cased in white.

    Args:
        figure: the chart.
        values: one per image.
        style: of the variant.
        word: the label.
        cased: whether the line is over bars.
        anchor: the end of the label that is at the line: `left`, `center` or `right`.
    """
    median = values.median()
    if pd.isna(median):
        return
    shade = "rgb({},{},{})".format(*(int(0.6 * part) for part in style.rgb)) if cased else style.color
    if cased:
        figure.add_vline(float(median), line={"width": 5, "color": "#FFFFFF"})
    figure.add_vline(
        float(median),
        line={"width": 2.5 if cased else 1.5, "color": shade, "dash": "dash" if style.hatch else "solid"},
        annotation={"text": word, "yref": "paper", "y": 1.0, "yanchor": "bottom", "xanchor": anchor},
    )


def _named(values: pd.Series, style: Style, form: Form) -> str:
    known = values.dropna()
    name = text(style.label)
    if known.empty:
        return say("distributions.legend_none", name=name)
    return say("distributions.legend", name=name, median=form(known.median()), n=len(known))


def _line(
    x: pd.Series, y: pd.Series, style: Style, name: str, said: list[str], filled: bool = False
) -> dict[str, Any]:
    line = {
        "name": name,
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"color": style.color, "width": 3, "dash": DASHES[style.hatch]},
        **hover(said),
    }
    if filled:
        line |= {"fill": "tozeroy", "fillcolor": fill(style, 0.18)}
    return line
