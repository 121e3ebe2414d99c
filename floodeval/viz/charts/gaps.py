"""The gap over the images: its distribution, and every image at a metric of A and of B."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from floodeval.analysis.distribution import cells, cumulative, density
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.viz.charts.distributions import (
    MEDIAN_PX,
    Form,
    bars,
    cumulative_words,
    mark_median,
    name_shares,
    shares,
)
from floodeval.viz.charts.figure import hover, new_figure, text
from floodeval.viz.style import GAIN, LINE, LOSS, OUTCOME_STYLES, Style

CHART_PX = 430  # as tall as the chart of A and B next to it
CURVE = "#0072B2"  # the color of a curve of gaps
MOST_POINTS = 2000  # more images than these are drawn as cells
_TICKS_PER_SIDE = 5
STEPS = 40  # cells per side
OUTCOME_SYMBOLS = {
    "fixed": "triangle-up",
    "regressed": "triangle-down",
    "both_fail": "x",
    "both_good": "circle",
}
SMALLEST_PX, LARGEST_PX = 5, 22  # of a cell's mark


def gap_figure(
    gaps: pd.Series,
    edges: npt.NDArray[np.float64],
    label: str,
    lower_is_better: bool = False,
    form: Form = formats.gap,
) -> go.Figure:
    """Draw the histogram of B - A over the images, with losses and gains in two colors.

    Args:
        gaps: one per image.
        edges: of the bins, zero among them.
        label: of the gap, for the axis.
        lower_is_better: whether B is better where the gap is below zero.
        form: how gaps of the metric are written.
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
    _finish(
        figure, gaps, say("distributions.axis_bins", metric=label, width=width), edges[-1], form, cased=True
    )
    name_shares(figure, say("distributions.axis_share"))
    return figure


def gap_curve_figure(
    gaps: pd.Series, reach: float, label: str, view: str, form: Form = formats.gap
) -> go.Figure:
    """Draw the density or the cumulative share of B - A over the images.

    Args:
        gaps: one per image.
        reach: of the axis, to both sides of zero.
        label: of the gap, for the axis.
        view: "density" or "cumulative".
        form: how gaps of the metric are written.
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
    _finish(figure, gaps, label, reach, form, cased=False)
    name_shares(
        figure, say("distributions.axis_density" if dense else "distributions.axis_cumulative"), not dense
    )
    return figure


def _density_words(curve: pd.DataFrame) -> list[str]:
    return [
        say("distributions.hover_curve", x=formats.gap(x, 2), density=formats.decimal(y, 2))
        for x, y in zip(curve["x"], curve["density"], strict=True)
    ]


def _finish(figure: go.Figure, gaps: pd.Series, label: str, reach: float, form: Form, cased: bool) -> None:
    figure.add_vline(0, line={"width": 1, "color": LINE})
    median = gaps.median()
    if pd.notna(median):
        mark_median(figure, gaps, Style("", LINE), say("distributions.median", value=form(median)), cased)
    figure.update_layout(margin_t=MEDIAN_PX)
    ticks = gap_ticks(reach)
    words = ["0" if tick == 0 else _tick_words(tick) for tick in ticks]
    figure.update_xaxes(range=[-reach, reach], tickvals=ticks, ticktext=words, title=label)


def gap_ticks(reach: float) -> list[float]:
    """The ticks of an axis of gaps: round numbers, at most five to each side of zero.

    Examples:
        >>> gap_ticks(1.0)
        [-1.0, -0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    exponent = math.floor(math.log10(reach)) if reach > 0 else 0
    steps = (float(f"{part}e{power}") for power in (exponent - 1, exponent) for part in (1, 2, 5))
    step = next((one for one in steps if reach / one <= _TICKS_PER_SIDE + 1e-9), reach or 1.0)
    n = math.floor(reach / step + 1e-9)
    return [round(step * place, 12) for place in range(-n, n + 1)]


def _tick_words(tick: float) -> str:
    return ("+" if tick > 0 else "") + formats.significant(tick, 3)


def pairs_figure(
    table: pd.DataFrame, metric: str, labels: tuple[str, str], bounds: tuple[float, float], threshold: float
) -> go.Figure:
    """Draw every image at a metric of A and of B, with a symbol and a color for its outcome.

    Args:
        table: rows of `floodeval.analysis.pairing.paired`.
        metric: its column's name.
        labels: of the axes of A and B.
        bounds: the lowest and the highest value on both axes.
        threshold: the IoU below which a variant fails; drawn where the metric is IoU.

    Returns:
        Points whose custom data are the ids of their images. For more than `MOST_POINTS` images, a mark for
        every cell of a grid, sized by its count, whose custom data are outcome, number of the cell and count.
    """
    figure = new_figure(CHART_PX)
    low, high = bounds
    margin = 0.02 * (high - low)
    figure.add_shape(
        type="line", x0=low, y0=low, x1=high, y1=high, line={"dash": "dot", "width": 1, "color": LINE}
    )
    if metric == "iou":
        figure.add_vline(threshold, line={"width": 1, "color": LINE})
        figure.add_hline(threshold, line={"width": 1, "color": LINE})
    known = table.dropna(subset=[f"{metric}_a", f"{metric}_b"])
    draw = _add_points if len(known) <= MOST_POINTS else _add_cells
    draw(figure, known, metric, bounds)
    figure.update_xaxes(range=[low - margin, high + margin], title=text(labels[0]))
    figure.update_yaxes(range=[low - margin, high + margin], title=text(labels[1]))
    return figure


def _add_points(figure: go.Figure, table: pd.DataFrame, metric: str, bounds: tuple[float, float]) -> None:
    form = _form(metric)
    for outcome, style in OUTCOME_STYLES.items():
        rows = table[table["outcome"] == outcome]
        figure.add_scatter(
            name=say("distributions.legend_count", name=style.label, n=len(rows)),
            x=rows[f"{metric}_a"],
            y=rows[f"{metric}_b"],
            mode="markers",
            marker={"symbol": OUTCOME_SYMBOLS[outcome], "size": 10, "color": style.color, "opacity": 0.85},
            customdata=rows["id"],
            text=[text(name) for name in rows["id"]],
            **hover(
                say("distributions.hover_point", id=text(name), a=form(a), b=form(b))
                for name, a, b in rows[["id", f"{metric}_a", f"{metric}_b"]].itertuples(
                    index=False, name=None
                )
            ),
            showlegend=len(rows) > 0,
        )


def _add_cells(figure: go.Figure, table: pd.DataFrame, metric: str, bounds: tuple[float, float]) -> None:
    x, y = f"{metric}_a", f"{metric}_b"
    place = cells(table[x], table[y], bounds, STEPS).astype(int).rename("cell")
    found = table.groupby([table["outcome"], place]).agg(x=(x, "mean"), y=(y, "mean"), n=("id", "size"))
    scale = (found["n"] / found["n"].max()) ** 0.5
    found["size"] = SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * scale
    form = _form(metric)
    for outcome, style in OUTCOME_STYLES.items():
        rows = found[found.index.get_level_values("outcome") == outcome].reset_index()
        figure.add_scatter(
            name=say("distributions.legend_count", name=style.label, n=int(rows["n"].sum())),
            x=rows["x"],
            y=rows["y"],
            mode="markers",
            marker={
                "symbol": OUTCOME_SYMBOLS[outcome],
                "size": rows["size"],
                "color": style.color,
                "opacity": 0.8,
                "line": {"width": 0},
            },
            customdata=list(rows[["outcome", "cell", "n"]].itertuples(index=False, name=None)),
            **hover(
                say("distributions.hover_cell", n=n, a=form(a), b=form(b))
                for n, a, b in rows[["n", "x", "y"]].itertuples(index=False, name=None)
            ),
            showlegend=len(rows) > 0,
        )


def _form(metric: str) -> Callable[[float | None], str]:
    return formats.distance if metric in LOWER_IS_BETTER else formats.score
