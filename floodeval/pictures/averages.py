"""The averages of a run as bars with their intervals, and beside them the gap of A and B."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from floodeval.analysis.compare import MetricComparison
from floodeval.data.agreement import Spread
from floodeval.language.sentences import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.overlap import OVERLAP_METRICS
from floodeval.pictures.figure import marker, new_figure, text
from floodeval.pictures.palette import Ink
from floodeval.wording.metrics import metric_label
from floodeval.wording.numbers import signed, signed_px

SCORES = ("iou", "dice", "precision", "recall", "boundary_iou", "nsd", *OVERLAP_METRICS[4:])
DISTANCES = ("hd95_px", "assd_px")
BAR_PX = 15
GROUP_PX = 34  # of a metric with its gap and interval in two lines, at least
AXIS_PX = 46  # of an axis with its numbers and its title
LEGEND_PX = 19  # of a name in the legend; on a phone they stand one beneath the other
LETTER_PX = 5.5  # of a letter in a metric's name, on average
GAPS_PX = 112  # of the column of gaps
TICK = 0.12  # of a metric's place: the mark of the mean on the band of agreement
ENDS = ["mean", "high", "pooled"]
APART = "\N{NO-BREAK SPACE}" * 2  # between what a bar ends in and its value
GROUP = 0.84  # of a metric's place: its bars; the rest is the gap to the next
VALUES = 1.14  # of an axis' length to its greatest number: the rest is the values'
WHISKER, CASING = "#22333C", "#FFFFFF"
BAND, BAND_LINE = "rgba(134,134,134,.3)", "#5F6F79"


def averages_figure(
    averages: pd.DataFrame,
    inks: dict[str, Ink],
    agreement: Spread | None = None,
    gaps: Mapping[str, MetricComparison] | None = None,
) -> go.Figure:
    """Draw one group of bars a metric, one bar a variant; distances, of another unit, on their own axis.

    Args:
        averages: rows of `floodeval.analysis.means.mean_table`; without low and high no intervals are drawn.
        inks: the variants to draw, in order, and how.
        agreement: of two annotations of one photograph, as IoU; drawn as a band behind the bars of IoU.
        gaps: of B and A by metric, written beside the bars; bold where the interval leaves out zero.

    Returns:
        Horizontal bars with their values (mean over images) and intervals, and a diamond where the score
        pooled over all pixels lies. The axes say on how many images; a metric on fewer says so itself.
    """
    rows = averages.reindex(columns=["variant", "metric", "mean", "low", "high", "pooled", "n", "n_missing"])
    distances = [name for name in DISTANCES if (rows["metric"] == name).any()]
    scores = [name for name in SCORES if name in OVERLAP_METRICS[:4] or (rows["metric"] == name).any()]
    group = max(GROUP_PX, len(inks) * BAR_PX + 6)
    heights = [len(part) * group for part in (scores, distances)]
    axes = AXIS_PX * (2 if distances else 1)
    legend = 12 + LEGEND_PX * (len(inks) + 1)
    figure = new_figure(legend + axes + sum(heights), barmode="group", bargap=1 - GROUP, bargroupgap=0.06)
    figure.update_layout(
        margin={
            "t": legend,
            "b": AXIS_PX,
            "l": _width_px([*scores, *distances]),
            "r": GAPS_PX if gaps else 8,
            "autoexpand": False,  # it would draw everything twice
        },
        legend={
            "xref": "container",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "itemclick": False,  # a variant that went would leave its whiskers and values
            "itemdoubleclick": False,
        },
    )
    _add_panel(figure, rows, inks, scores, "")
    _set_axes(figure, rows, "", scores, say("home.axis_scores"), {"range": [0, VALUES], "dtick": 0.25})
    if distances:
        upper = heights[0] / (sum(heights) + AXIS_PX)
        figure.update_layout(yaxis={"domain": [1 - upper, 1]})
        furthest = rows.loc[rows["metric"].isin(distances), ENDS].to_numpy(dtype=float)
        _add_panel(figure, rows, inks, distances, "2")
        _set_axes(
            figure,
            rows,
            "2",
            distances,
            say("home.axis_distances"),
            {"range": [0, VALUES * float(np.nanmax(furthest))]},
        )
        figure.update_layout(yaxis2={"domain": [0, heights[1] / (sum(heights) + AXIS_PX)]})
    if gaps:
        _write_gaps(figure, gaps, {"y": scores, "y2": distances})
    if agreement and agreement.mean is not None:
        _add_agreement(figure, agreement)
    return figure


def _add_panel(
    figure: go.Figure, rows: pd.DataFrame, inks: dict[str, Ink], metrics: list[str], axis: str
) -> None:
    """Bars, one trace a variant; what lies on them is one trace for all: each more costs the browser time."""
    on = {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}
    parts = []
    for turn, (variant, ink) in enumerate(inks.items()):
        of = rows[rows["variant"] == variant].set_index("metric").reindex(metrics)
        figure.add_bar(**_bars(of, ink, bool(axis)), **on, showlegend=not axis)
        middle = (turn - (len(inks) - 1) / 2) * GROUP / len(inks)
        parts.append(of.assign(place=np.arange(len(of)) + middle))
    if not parts:
        return
    every = pd.concat(parts)
    figure.add_scatter(**_intervals(every), **on)
    figure.add_scatter(**_values(every, bool(axis)), **on)
    if not axis:
        figure.add_scatter(**_pooled(every), **on, legendrank=2000)


def _width_px(metrics: list[str]) -> int:
    """Of the column of metrics' names, by their letters."""
    return 14 + round(LETTER_PX * max(len(metric_label(metric)) for metric in metrics))


def _set_axes(
    figure: go.Figure,
    rows: pd.DataFrame,
    axis: str,
    metrics: list[str],
    title: str,
    across: dict[str, Any],
) -> None:
    """Name the metrics, and say on the axis on how many images they are; a metric on fewer says so itself."""
    counts = rows.groupby("metric")["n"].min().reindex(metrics).fillna(0).astype(int)
    most = int(counts.max()) if len(counts) else 0
    labels = [
        text(metric_label(metric)) + (f"<br>n={n}" if n != most else "")
        for metric, n in zip(metrics, counts, strict=True)
    ]
    figure.update_layout(
        {
            f"xaxis{axis}": {
                "anchor": f"y{axis}",
                "title": {"text": f"{title}, n={most}", "standoff": 4},
                "fixedrange": True,
                "automargin": False,
                "zeroline": False,
            }
            | across,
            f"yaxis{axis}": {
                "anchor": f"x{axis}",
                "tickvals": list(range(len(metrics))),
                "ticktext": labels,
                "range": [len(metrics) - 0.5, -0.5],
                "ticksuffix": " ",
                "fixedrange": True,
                "automargin": False,
                "zeroline": False,
                "showgrid": False,
            },
        }
    )


def _bars(rows: pd.DataFrame, ink: Ink, in_pixels: bool) -> dict[str, Any]:
    form = _form(in_pixels)
    return {
        "name": text(ink.label),
        "x": rows["mean"],
        "y": list(range(len(rows))),
        "orientation": "h",
        "offsetgroup": ink.label,
        "marker": marker(ink),
        "error_x": _whiskers(rows, CASING, 4),
        "customdata": [_facts(metric, of, form) for metric, of in rows.to_dict("index").items()],
        "hovertemplate": say("home.hover_distance" if in_pixels else "home.hover_score"),
    }


def _values(rows: pd.DataFrame, in_pixels: bool) -> dict[str, Any]:
    """The bars' values in figures, where bar, whisker and diamond have ended: nothing runs through them."""
    form, none = _form(in_pixels), say("home.no_value")
    return {
        "x": rows[ENDS].max(axis=1).fillna(0),
        "y": rows["place"],
        "mode": "text",
        "text": [f"{APART}{mean:{form}}" if pd.notna(mean) else f"{APART}{none}" for mean in rows["mean"]],
        "textposition": "middle right",
        "textfont": {"size": 12},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _form(in_pixels: bool) -> str:
    return ".1f" if in_pixels else ".3f"


def _facts(metric: Hashable, of: Mapping[Hashable, Any], form: str) -> tuple[object, ...]:
    """What a bar's hover says: interval, pooled score, images with a value and without, the metric."""
    low, high, n, missing = of["low"], of["high"], of["n"], of["n_missing"]
    known = say("home.between", low=f"{low:{form}}", high=f"{high:{form}}")
    interval = say("home.no_interval") if pd.isna(low) else known
    counts = (0 if pd.isna(count) else int(count) for count in (n, missing))
    return interval, f"{of['pooled']:{form}}", *counts, metric_label(str(metric))


def _intervals(rows: pd.DataFrame) -> dict[str, Any]:
    """Dark whiskers over the bar's own white ones: seen on any bar, and on any ground."""
    return {
        "x": rows["mean"],
        "y": rows["place"],
        "mode": "markers",
        "marker": {"size": 1, "color": WHISKER},
        "error_x": _whiskers(rows, WHISKER, 1.5),
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _whiskers(rows: pd.DataFrame, colour: str, thickness: float) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": (rows["high"] - rows["mean"]).fillna(0),
        "arrayminus": (rows["mean"] - rows["low"]).fillna(0),
        "color": colour,
        "thickness": thickness,
        "width": 4,
        "visible": bool(rows["low"].notna().any()),
    }


def _pooled(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "name": say("home.pooled"),
        "x": rows["pooled"],
        "y": rows["place"],
        "mode": "markers",
        "marker": {"symbol": "diamond", "size": 7, "color": "#111", "line": {"width": 1.5, "color": "#fff"}},
        "customdata": [metric_label(metric) for metric in rows.index],
        "hovertemplate": say("home.hover_pooled"),
    }


def _write_gaps(
    figure: go.Figure, gaps: Mapping[str, MetricComparison], panels: Mapping[str, list[str]]
) -> None:
    """A column at the right: every metric's gap, and beneath it its interval."""
    beside = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 18, "align": "left", "showarrow": False}
    beside |= {"font": {"size": 12}}
    head = {"text": say("home.gap_column"), "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 4}
    notes = [
        {"text": gap_words(gaps[metric], metric in LOWER_IS_BETTER), "yref": axis, "y": place}
        for axis, metrics in panels.items()
        for place, metric in enumerate(metrics)
        if metric in gaps and gaps[metric].gap is not None
    ]
    figure.update_layout(annotations=[note | beside for note in (head, *notes)])


def gap_words(gap: MetricComparison, in_pixels: bool) -> str:
    """A gap and beneath it its interval, as plotly's markup; bold where the interval leaves out zero."""
    show = signed_px if in_pixels else signed
    if gap.ci_low is None or gap.ci_high is None:
        return show(gap.gap)
    beyond = gap.ci_low > 0 or gap.ci_high < 0
    value = f"<b>{show(gap.gap)}</b>" if beyond else show(gap.gap)
    between = say("home.between", low=show(gap.ci_low), high=show(gap.ci_high))
    return f"{value}<br><span style='font-size:10px'>{between}</span>"


def _add_agreement(figure: go.Figure, agreement: Spread) -> None:
    """A band from the lowest to the highest IoU of two annotations, with their mean, across IoU's bars."""
    row = SCORES.index("iou")
    across = {"yref": "y", "y0": row - 0.5, "y1": row + 0.5}
    figure.add_shape(
        type="rect",
        x0=agreement.low,
        x1=agreement.high,
        fillcolor=BAND,
        line_width=0,
        layer="below",
        **across,
    )
    figure.add_shape(
        type="line",
        x0=agreement.mean,
        x1=agreement.mean,
        line={"color": BAND_LINE, "width": 2},
        yref="y",
        y0=row - 0.5,
        y1=row - 0.5 + TICK,  # no further: it would run through the bars' values
    )
    figure.add_annotation(
        text=say("home.agreement", mean=f"{agreement.mean:.3f}"),
        x=agreement.high,
        y=row - 0.5,
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11},
    )
