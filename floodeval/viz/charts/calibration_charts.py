"""Reliability diagrams: a model's estimate of IoU against the IoU, and pixel probability against water."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from floodeval.analysis.score_calibration import ScoreCalibration
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.logit_histograms import Reliability
from floodeval.viz.charts.figure import DASHES, SYMBOLS, hover, new_figure, text
from floodeval.viz.style import LINE, Style

CHART_PX = 380
_LEAST_PX, _MOST_PX = 7, 26  # of marks
_FEWEST = 1e-5  # share of all pixels below which a bin is not drawn: its share of water is mostly chance


@dataclass(frozen=True)
class DrawnScores:
    """A variant's estimates compared with the IoU, and how they are drawn."""

    calibration: ScoreCalibration
    style: Style


@dataclass(frozen=True)
class DrawnPixels:
    """A variant's pixel probabilities compared with the reference over `n` photographs."""

    reliability: Reliability
    n: int
    style: Style


def score_reliability_figure(drawn: Sequence[DrawnScores]) -> go.Figure:
    """Draw the mean IoU of the photographs in each bin of estimates, with n at every mark."""
    figure = _diagram("thresholds.axis_score", "thresholds.axis_score_iou")
    most = max((int(one.calibration.bins["n"].max()) for one in drawn if one.calibration.n), default=1)
    for place, one in enumerate(drawn):
        bins, style = one.calibration.bins, one.style
        said = [
            say(
                "thresholds.hover_score",
                low=formats.decimal(low, 1),
                high=formats.decimal(high, 1),
                n=n,
                score=formats.score(score),
                iou=formats.score(iou),
            )
            for low, high, n, score, iou in bins.itertuples(index=False, name=None)
        ]
        figure.add_scatter(
            name=say("thresholds.legend", name=text(style.label), n=one.calibration.n),
            x=bins["score"],
            y=bins["iou"],
            mode="lines+markers+text",
            text=[_in_color(formats.count(n), style) for n in bins["n"]],
            textposition="bottom right" if place else "top left",
            line={"color": style.color, "width": 2, "dash": DASHES[style.hatch]},
            marker=_marker(
                style, [_LEAST_PX + (_MOST_PX - _LEAST_PX) * (n / most) ** 0.5 for n in bins["n"]]
            ),
            **hover(said, text(style.label)),
        )
    return figure


def pixel_reliability_figure(drawn: Sequence[DrawnPixels]) -> go.Figure:
    """Draw the share of water among the pixels of each bin of probability, pooled over photographs."""
    figure = _diagram("thresholds.axis_probability", "thresholds.axis_share")
    for one in drawn:
        found, style = one.reliability, one.style
        shown = (found.weight >= _FEWEST) & ~np.isnan(found.share)
        said = [
            say(
                "thresholds.hover_pixels",
                probability=formats.score(probability),
                share=formats.score(share),
                weight=formats.percent(weight),
            )
            for probability, share, weight in zip(
                found.probability[shown], found.share[shown], found.weight[shown], strict=True
            )
        ]
        figure.add_scatter(
            name=say("thresholds.legend", name=text(style.label), n=one.n),
            x=found.probability[shown],
            y=found.share[shown],
            mode="lines+markers",
            line={"color": style.color, "width": 2, "dash": DASHES[style.hatch]},
            marker=_marker(style, [_LEAST_PX] * int(shown.sum())),
            **hover(said, text(style.label)),
        )
    return figure


def _in_color(words: str, style: Style) -> str:
    """Words in a variant's color; a page's theme overrides the color of the trace's text."""
    return f'<b style="color:{style.color}">{words}</b>'


def _marker(style: Style, sizes: list[float]) -> dict[str, Any]:
    return {"symbol": SYMBOLS[style.hatch], "size": sizes, "color": style.color, "opacity": 0.85}


def _diagram(x: str, y: str) -> go.Figure:
    """Empty axes from 0 to 1 with the diagonal of agreement."""
    figure = new_figure(CHART_PX)
    figure.add_scatter(
        name=say("thresholds.agreement"),
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"width": 1.5, "dash": "dot", "color": LINE},
        hoverinfo="skip",
    )
    figure.update_xaxes(title=say(x), range=[-0.02, 1.04])
    figure.update_yaxes(title=say(y), range=[-0.02, 1.04])
    return figure
