"""How a metric is spread over the images: shared bins, shares of images, variants overlaid."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from floodeval.pictures.figure import marker, new_figure, text
from floodeval.pictures.palette import QUADRANT_INKS, ClassInk, Ink
from floodeval.wording.metrics import metric_label

SCORE_EDGES = np.linspace(0, 1, 21)
GAP_EDGES = np.linspace(-1, 1, 41)
CHART_PX = 430  # of the gap's histogram and of A against B, which stand side by side
SYMBOLS = {"fixed": "triangle-up", "regressed": "triangle-down", "both_fail": "x", "both_good": "circle"}
_LOSS, _GAIN = ClassInk("loss", "#D55E00", "/"), ClassInk("gain", "#009E73")


def shares(values: pd.Series, edges: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Count values into bins.

    Args:
        values: one per image; missing ones are left out.
        edges: of the bins, ascending; a bin holds its lower edge, the last one its upper edge too.

    Returns:
        One row a bin with low, high, n (images) and share (of the images with a value, in per cent).
    """
    known = values.dropna()
    counts, _ = np.histogram(known, edges)
    share = 100 * counts / max(1, len(known))
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n": counts, "share": share})


def histogram_figure(values: dict[str, pd.Series], inks: dict[str, Ink], metric: str) -> go.Figure:
    """Draw a metric's histogram for each variant over the same bins, with the medians marked.

    Args:
        values: per variant one value an image.
        inks: per variant how it is drawn.
        metric: its column's name.
    """
    figure = new_figure(320, barmode="overlay", bargap=0)
    for variant, series in values.items():
        ink, known = inks[variant], series.dropna()
        name = f"{text(ink.label)}: " + (
            f"median {known.median():.2f}, n={len(known)}" if len(known) else "n=0"
        )
        figure.add_bar(**_bars(shares(series, SCORE_EDGES), ink, name, opacity=0.45 if ink.hatch else 0.75))
        if len(known):
            _mark_median(figure, float(known.median()), ink, text(ink.letter or ink.label))
    figure.update_xaxes(range=[0, 1], dtick=0.2, title=metric_label(metric))
    _lift_legend(figure)
    return figure


def gap_figure(gaps: pd.Series, label: str) -> go.Figure:
    """Draw the histogram of B - A over the images, losses and gains told apart.

    Args:
        gaps: one per image.
        label: what the gap is, for the axis.
    """
    known = gaps.dropna()
    bins = shares(gaps, GAP_EDGES)
    figure = new_figure(CHART_PX, barmode="overlay", bargap=0)
    for ink, side, n in (
        (_LOSS, bins["high"] <= 1e-9, int((known < 0).sum())),
        (_GAIN, bins["low"] >= -1e-9, int((known > 0).sum())),
    ):
        figure.add_bar(**_bars(bins[side], ink, f"{ink.label}, n={n}", opacity=1))
    figure.add_vline(0, line={"width": 1, "color": "#7A8B95"})
    if len(known):
        _mark_median(figure, float(known.median()), Ink("", "#7A8B95"), f"median {known.median():+.2f}")
    ticks = [-1, -0.5, 0, 0.5, 1]
    figure.update_xaxes(
        range=[-1, 1], tickvals=ticks, ticktext=["−1", "−0.5", "0", "+0.5", "+1"], title=label
    )
    _lift_legend(figure)
    return figure


def scatter_figure(table: pd.DataFrame, a: str, b: str, threshold: float) -> go.Figure:
    """Draw every image at its IoU under A and under B, with the quadrants that the threshold cuts.

    Args:
        table: rows of `floodeval.analysis.pairing.paired`.
        a: the baseline's name.
        b: the other variant's name.
        threshold: the IoU under which a variant fails.
    """
    figure = new_figure(CHART_PX)
    figure.add_shape(
        type="line", x0=0, y0=0, x1=1, y1=1, line={"dash": "dot", "width": 1, "color": "#7A8B95"}
    )
    for line in ("add_vline", "add_hline"):
        getattr(figure, line)(threshold, line={"width": 1, "color": "#7A8B95"})
    for quadrant, ink in QUADRANT_INKS.items():
        rows = table[table["quadrant"] == quadrant]
        figure.add_scatter(
            name=f"{ink.label}, n={len(rows)}",
            x=rows["iou_a"],
            y=rows["iou_b"],
            mode="markers",
            marker={"symbol": SYMBOLS[quadrant], "size": 10, "color": ink.colour, "opacity": 0.85},
            customdata=rows["id"],
            text=[text(name) for name in rows["id"]],
            hovertemplate="<b>%{text}</b><br>IoU of A %{x:.3f}<br>IoU of B %{y:.3f}<extra></extra>",
        )
    figure.update_xaxes(range=[-0.02, 1.02], dtick=0.25, title=f"IoU of {text(a)} (A)")
    figure.update_yaxes(range=[-0.02, 1.02], dtick=0.25, title=f"IoU of {text(b)} (B)")
    return figure


def _bars(all_bins: pd.DataFrame, ink: Ink, name: str, opacity: float) -> dict[str, object]:
    bins = all_bins[all_bins["n"] > 0]  # an empty bar would still draw its outline
    return {
        "name": name,
        "x": (bins["low"] + bins["high"]) / 2,
        "y": bins["share"],
        "width": bins["high"] - bins["low"],
        "marker": marker(ink, opacity),
        "customdata": bins[["low", "high", "n"]],
        "hovertemplate": (
            "%{customdata[0]:.2f} to %{customdata[1]:.2f}"
            "<br>%{customdata[2]} images, %{y:.1f} %<extra></extra>"
        ),
    }


def _lift_legend(figure: go.Figure) -> None:
    """Name the axis of shares, and make room over the bars for the medians' words."""
    figure.update_yaxes(title="share of images", ticksuffix=" %", rangemode="tozero")
    figure.update_layout(legend_y=1.08)


def _mark_median(figure: go.Figure, median: float, ink: Ink, word: str) -> None:
    """A line at the median in a darker shade of the ink, cased in white, with its word on top."""
    shade = "rgb({},{},{})".format(*(int(0.6 * part) for part in ink.rgb))
    figure.add_vline(median, line={"width": 5, "color": "#FFFFFF"})
    figure.add_vline(
        median,
        line={"width": 2.5, "color": shade, "dash": "dash" if ink.hatch else "solid"},
        annotation={"text": word, "yref": "paper", "y": 1.0, "yanchor": "bottom", "xanchor": "center"},
    )
