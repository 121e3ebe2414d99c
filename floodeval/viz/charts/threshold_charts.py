"""Curves over the threshold: the mean IoU at each threshold, and precision against recall."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from floodeval.analysis.threshold_curves import Floats, ThresholdCurve
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import DASHES, SYMBOLS, hover, new_figure, text
from floodeval.viz.style import LINE, Style

CHART_PX = 380
_MARK_PX = 11
_LEAST_SPAN = 4.0  # logits on each side of 0 that are always shown
_LEAST_SHARE = 1e-5  # probability that is written in digits
_VISIBLE = 0.005  # of IoU; beyond both ends the curves change by less


@dataclass(frozen=True)
class DrawnCurve:
    """A variant's curve, how it is drawn, and the threshold chosen for it (a logit; None where none is)."""

    curve: ThresholdCurve
    style: Style
    chosen: float | None = None


def probability_words(logit: float) -> str:
    """A threshold as a probability, with as many decimals as tell it from 0 and 1."""
    share = 1 / (1 + np.exp(-logit))
    rest = min(share, 1 - share)
    if rest < _LEAST_SHARE:
        key, end = ("below", _LEAST_SHARE) if logit < 0 else ("above", 1 - _LEAST_SHARE)
        return say(f"thresholds.{key}", value=formats.decimal(end, 5))
    decimals = 2 if rest >= 0.01 else 3 if rest >= 0.001 else 5
    return formats.decimal(share, decimals)


def iou_figure(drawn: Sequence[DrawnCurve]) -> go.Figure:
    """Draw the mean IoU over photographs at every threshold, with the default and the chosen one marked."""
    figure = new_figure(CHART_PX)
    for one in drawn:
        curve, style = one.curve, one.style
        said = [
            say("thresholds.hover_iou", **_at(logit), iou=formats.score(iou), pooled=formats.score(pooled))
            for logit, iou, pooled in zip(curve.threshold, curve.iou, curve.iou_pooled, strict=True)
        ]
        figure.add_scatter(**_line(curve.threshold, curve.iou, style, _named(one), said))
    for one in drawn:
        _mark(figure, one, one.curve.threshold, one.curve.iou)
    for default in dict.fromkeys(one.curve.default for one in drawn):
        if np.isfinite(default):
            figure.add_vline(default, line={"width": 1.5, "dash": "dot", "color": LINE})
    figure.update_xaxes(title=say("thresholds.axis_threshold"), range=_span([one.curve for one in drawn]))
    figure.update_yaxes(title=say("thresholds.axis_iou"), range=[0, 1.02])
    return figure


def precision_recall_figure(drawn: Sequence[DrawnCurve]) -> go.Figure:
    """Draw precision against recall over all thresholds, pooled over pixels."""
    figure = new_figure(CHART_PX)
    for one in drawn:
        curve = one.curve
        said = [
            say(
                "thresholds.hover_pr",
                **_at(logit),
                precision=formats.score(precision),
                recall=formats.score(recall),
            )
            for logit, precision, recall in zip(curve.threshold, curve.precision, curve.recall, strict=True)
        ]
        figure.add_scatter(
            **_line(curve.recall, curve.precision, one.style, _named(one, with_dry=True), said)
        )
    for one in drawn:
        _mark(figure, one, one.curve.recall, one.curve.precision)
    figure.update_xaxes(title=say("thresholds.axis_recall"), range=[0, 1.02])
    figure.update_yaxes(title=say("thresholds.axis_precision"), range=[0, 1.02])
    return figure


def _at(logit: float) -> dict[str, str]:
    return {"logit": formats.decimal(logit, 1), "probability": probability_words(logit)}


def _named(one: DrawnCurve, with_dry: bool = False) -> str:
    n = one.curve.n + (one.curve.n_dry if with_dry else 0)
    return say("thresholds.legend", name=text(one.style.label), n=n)


def _line(x: Floats, y: Floats, style: Style, name: str, said: list[str]) -> dict[str, object]:
    return {
        "name": name,
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"color": style.color, "width": 3, "dash": DASHES[style.hatch]},
        **hover(said, text(style.label)),
    }


def _mark(figure: go.Figure, one: DrawnCurve, x: Floats, y: Floats) -> None:
    """A ring at the default threshold, and a star at the chosen one; the default only if it is an edge."""
    marks = [("default", one.curve.default, f"{SYMBOLS[one.style.hatch]}-open")]
    marks += [("chosen", one.chosen, "star")] if one.chosen is not None else []
    for kind, logit, symbol in marks:
        found = np.flatnonzero(np.isclose(one.curve.threshold, logit))
        if not len(found):
            continue
        place = int(found[0])
        name = say(f"thresholds.mark_{kind}", name=text(one.style.letter or one.style.label), **_at(logit))
        figure.add_scatter(
            name=name,
            x=[x[place]],
            y=[y[place]],
            mode="markers",
            marker={
                "symbol": symbol,
                "size": _MARK_PX if kind == "default" else _MARK_PX + 4,
                "color": one.style.color,
                "line": {"width": 2.5 if kind == "default" else 1, "color": one.style.color},
            },
            **hover([f"{name}<br>{formats.score(x[place])}, {formats.score(y[place])}"]),
        )


def _span(curves: Sequence[ThresholdCurve]) -> list[float]:
    """The thresholds between which the curves change, and at least some around 0."""
    ends = [-_LEAST_SPAN, _LEAST_SPAN]
    for curve in curves:
        steps = np.abs(np.diff(curve.iou))
        moving = np.flatnonzero(steps > _VISIBLE)
        if len(moving):
            ends += [float(curve.threshold[moving[0]]), float(curve.threshold[moving[-1] + 1])]
    return [max(min(ends) - 0.5, -16), min(max(ends) + 0.5, 16)]
