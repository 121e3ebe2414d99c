"""Scores by subgroup with gaps and intervals, and the wrong pixels of every variant by type."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import axis_title, bar_marker, hover, interval_bars, new_figure, text
from floodeval.viz.style import ERROR_STYLES, LINE, MARK, Style
from floodeval.viz.wording import part_words, trait_title

ROW_PX, BAR_PX = 21, 58
_WITH_GAP, _GAP = [0, 0.6], [0.7, 1]  # of the width: the axis of means next to gaps, and that of gaps


@dataclass(frozen=True)
class OverallMeans:
    """The means over all samples, to compare subgroups with."""

    mean_a: float
    mean_b: float
    gap: float


def subgroups_figure(
    table: pd.DataFrame, overall: OverallMeans, a: Style, b: Style | None, metric: str
) -> go.Figure:
    """Draw one row per subgroup, trait by trait.

    Args:
        table: of `floodeval.analysis.subgroups.compare_subgroups`.
        overall: the means over all samples, drawn as dashed lines.
        a: the style of A.
        b: the style of B; None for a run with one variant, whose means are drawn with their intervals.
        metric: its label.
    """
    places, ticks = _places(table)
    figure = new_figure(106 + ROW_PX * len(ticks))
    if b is None:
        _add_single(figure, table, places, a)
    else:
        _add_pair(figure, table, places, a, b)
        _add_gaps(figure, table, places, overall.gap)
    _add_mean(figure, overall.mean_a, a.color, "x")
    if b is not None:
        _add_mean(figure, overall.mean_b, b.color, "x")
    scores = table[["mean_a", "mean_b"]].to_numpy(float)
    lowest = np.nanmin([*scores.ravel(), 1.0])
    figure.update_layout(
        xaxis={
            "range": [max(0, lowest - 0.08), 1.02],
            "domain": [0, 1] if b is None else _WITH_GAP,
            "title": say("subgroups.mean_of", metric=metric),
        },
        yaxis={
            "tickvals": list(ticks),
            "ticktext": list(ticks.values()),
            "range": [len(ticks) - 0.4, -0.6],
            "showgrid": False,
            "zeroline": False,
            "ticksuffix": " ",
        },
    )
    return figure


def _places(table: pd.DataFrame) -> tuple[list[int], dict[int, str]]:
    """The place of every row, and the label at every place: a trait's title, then its subgroups."""
    places: list[int] = []
    ticks: dict[int, str] = {}
    before = None
    for row in table.to_dict("records"):
        if row["trait"] != before:
            before = row["trait"]
            ticks[len(ticks)] = f"<b>{text(trait_title(before))}</b>"
        places.append(len(ticks))
        words = part_words(row["trait"], row["part"], row["low"], row["high"])
        ticks[len(ticks)] = f"{text(words)} · n={formats.count(row['n'])}"
    return places, ticks


def _add_pair(figure: go.Figure, table: pd.DataFrame, places: list[int], a: Style, b: Style) -> None:
    joined = [(x, y) for x, y in zip(table[["mean_a", "mean_b"]].to_numpy(float), places, strict=True)]
    figure.add_scatter(
        x=[value for (first, last), _ in joined for value in (first, last, None)],
        y=[value for _, place in joined for value in (place, place, None)],
        mode="lines",
        line={"color": LINE, "width": 2},
        hoverinfo="skip",
        showlegend=False,
    )
    for style, column, symbol in ((a, "mean_a", "circle"), (b, "mean_b", "diamond")):
        figure.add_scatter(**_marks(table, places, style, column, symbol))


def _add_single(figure: go.Figure, table: pd.DataFrame, places: list[int], a: Style) -> None:
    figure.add_scatter(**_marks(table, places, a, "mean_a", "circle"), error_x=_interval(table, "mean_a"))


def _add_gaps(figure: go.Figure, table: pd.DataFrame, places: list[int], gap: float) -> None:
    figure.add_scatter(
        name=say("subgroups.gap_trace"),
        x=table["gap"],
        y=places,
        xaxis="x2",
        mode="markers",
        marker={"symbol": "square", "size": 7, "color": MARK},
        error_x=_interval(table, "gap"),
        customdata=_keys(table, "gap"),
        **hover(_words(table, "gap", "subgroups.gap_hover", formats.gap)),
    )
    figure.update_layout(
        xaxis2={
            "domain": _GAP,
            "anchor": "y",
            "title": axis_title(say("subgroups.gap_axis")),
            "rangemode": "tozero",
            "zeroline": True,
            "zerolinecolor": MARK,
            "zerolinewidth": 2,
            "fixedrange": True,
            "nticks": 5,
            "tickangle": 0,
        }
    )
    _add_mean(figure, gap, MARK, "x2")


def _marks(table: pd.DataFrame, places: list[int], style: Style, column: str, symbol: str) -> dict[str, Any]:
    return {
        "name": text(style.label),
        "x": table[column],
        "y": places,
        "mode": "markers",
        "customdata": _keys(table, column.removeprefix("mean_")),
        "marker": {
            "symbol": symbol,
            "size": 11,
            "color": style.color,
            "line": {"width": 1.5, "color": MARK},
        },
        **hover(_words(table, column, "subgroups.mean_hover", formats.score), text(style.label)),
    }


def _keys(table: pd.DataFrame, side: str) -> list[str]:
    """What each mark is of: side, trait and part, such as `gap water_share low`."""
    return [f"{side} {trait} {part}" for trait, part in zip(table["trait"], table["part"], strict=True)]


def _words(table: pd.DataFrame, column: str, key: str, form: Callable[[float], str]) -> Iterator[str]:
    """The hover text of every mark: its value, its interval, and the numbers of images and scenes."""
    for row in table.to_dict("records"):
        low, high = form(row[f"{column}_low"]), form(row[f"{column}_high"])
        yield say(key, value=form(row[column]), low=low, high=high, n=row["n"], scenes=row["n_scenes"])


def _interval(table: pd.DataFrame, column: str) -> dict[str, Any]:
    return interval_bars(table[column], table[f"{column}_low"], table[f"{column}_high"])


def _add_mean(figure: go.Figure, mean: float, color: str, axis: str) -> None:
    if np.isnan(mean):
        return
    figure.add_shape(
        type="line",
        xref=axis,
        yref="paper",
        x0=mean,
        x1=mean,
        y0=0,
        y1=1,
        line={"color": color, "width": 2, "dash": "dash"},
        layer="below",
    )


def errors_figure(table: pd.DataFrame, styles: dict[str, Style]) -> go.Figure:
    """Draw one bar per variant, from false water on the left to missed water on the right.

    The caller draws the legend, from `ERROR_STYLES`.

    Args:
        table: rows of `floodeval.analysis.subgroups.error_table` for one prompt.
        styles: of the variants to draw, in order.
    """
    frames = 100 * table.pivot_table(index="variant", columns="kind", values="frame", sort=False)
    frames = frames.reindex(
        index=[name for name in styles if name in frames.index], columns=list(ERROR_STYLES)
    )
    counts = table.groupby("variant")["n"].first()
    labels = [f"{text(styles[name].label)}<br>n={formats.count(counts[name])}" for name in frames.index]
    figure = new_figure(80 + BAR_PX * len(labels), barmode="stack", bargap=0.35, showlegend=False)
    for kind, style in ERROR_STYLES.items():
        figure.add_bar(
            name=style.label,
            x=frames[kind],
            y=labels,
            orientation="h",
            marker=bar_marker(style),
            customdata=[f"{kind} {name}" for name in frames.index],
            **hover(
                (say("subgroups.error_hover", share=formats.percent(x / 100)) for x in frames[kind]),
                style.label,
            ),
        )
    totals = frames.sum(axis=1)
    figure.add_scatter(
        x=totals,
        y=labels,
        mode="text",
        text=[f"  {formats.percent(total / 100)}" for total in totals],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_yaxes(autorange="reversed", ticksuffix=" ")
    top = 1.12 * float(totals.max()) if len(totals) and totals.max() > 0 else 1
    figure.update_xaxes(
        range=[0, top], ticksuffix=formats.percent_sign(), title=axis_title(say("subgroups.error_axis"))
    )
    return figure
