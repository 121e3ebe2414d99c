"""The averages of a run as bars: mean over images, with the score pooled over pixels as a mark."""

import pandas as pd
import plotly.graph_objects as go

from floodeval.data.agreement import Spread
from floodeval.metrics.overlap import OVERLAP_METRICS
from floodeval.pictures.figure import marker, new_figure, text
from floodeval.pictures.palette import Ink
from floodeval.wording.metrics import metric_label

BAR_PX = 20
BAND, BAND_LINE = "rgba(134,134,134,.3)", "#5F6F79"
GROUP_PX = 40  # of a metric's label of two lines, at least


def averages_figure(
    averages: pd.DataFrame, inks: dict[str, Ink], agreement: Spread | None = None
) -> go.Figure:
    """Draw one group of bars a metric, one bar a variant.

    Args:
        averages: rows of `floodeval.analysis.pairing.averages` for one prompt.
        inks: the variants to draw, in order, and how.
        agreement: of two annotations of one photograph, as IoU; drawn as a band behind the bars of IoU.

    Returns:
        Horizontal bars with their values (mean over images), a diamond where the score pooled over all
        pixels lies, and the number of images in every metric's label.
    """
    height = 96 + len(OVERLAP_METRICS) * max(GROUP_PX, len(inks) * BAR_PX + 10)
    figure = new_figure(height, barmode="group", bargap=0.2, bargroupgap=0.06)
    for place, (variant, ink) in enumerate(inks.items()):
        rows = averages[averages["variant"] == variant].set_index("metric").reindex(OVERLAP_METRICS)
        figure.add_bar(**_bar(rows, ink))
        figure.add_scatter(**_pooled(rows, ink), showlegend=place == 0, legendrank=2000)
    if agreement and agreement.mean is not None:
        _add_agreement(figure, agreement)
    figure.update_layout(scattermode="group", scattergap=0.2)
    figure.update_yaxes(autorange="reversed", ticksuffix=" ")
    figure.update_xaxes(
        range=[0, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1], title="score, 0 to 1 (higher is better)"
    )
    return figure


def _add_agreement(figure: go.Figure, agreement: Spread) -> None:
    """A band from the lowest to the highest IoU of two annotations, with their mean, across IoU's bars."""
    row = OVERLAP_METRICS.index("iou")
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
        line={"color": BAND_LINE, "width": 2, "dash": "dot"},
        **across,
    )
    figure.add_scatter(
        name=f"two annotations agree: IoU {agreement.mean:.3f} ({agreement.low:.3f} to {agreement.high:.3f})",
        x=[None],
        y=[None],
        mode="markers",
        marker={"symbol": "square", "size": 12, "color": BAND, "line": {"color": BAND_LINE, "width": 1}},
        legendrank=3000,
    )


def _bar(rows: pd.DataFrame, ink: Ink) -> dict[str, object]:
    return {
        "name": text(ink.label),
        "x": rows["mean"],
        "y": _labels(rows),
        "orientation": "h",
        "offsetgroup": ink.label,
        "marker": marker(ink),
        "text": [f"{mean:.3f}" if pd.notna(mean) else "no value" for mean in rows["mean"]],
        "textposition": "auto",
        "insidetextanchor": "start",
        "insidetextfont": {"color": "#10222C", "size": 13},
        "constraintext": "none",
        "textangle": 0,
        "customdata": rows[["pooled", "n", "n_missing"]],
        "hovertemplate": (
            "%{y}<br>mean over images %{x:.3f}<br>pooled over pixels %{customdata[0]:.3f}"
            "<br>%{customdata[1]} images, %{customdata[2]} without a value"
        ),
    }


def _pooled(rows: pd.DataFrame, ink: Ink) -> dict[str, object]:
    return {
        "name": "the same, pooled over pixels",
        "x": rows["pooled"],
        "y": _labels(rows),
        "orientation": "h",
        "offsetgroup": ink.label,
        "mode": "markers",
        "marker": {"symbol": "diamond", "size": 8, "color": "#111", "line": {"width": 1.5, "color": "#fff"}},
        "hovertemplate": "%{y}<br>pooled over pixels %{x:.3f}",
    }


def _labels(rows: pd.DataFrame) -> list[str]:
    counts = rows["n"].fillna(0).astype(int)
    return [f"{metric_label(metric)}<br>n={n}" for metric, n in zip(rows.index, counts, strict=True)]
