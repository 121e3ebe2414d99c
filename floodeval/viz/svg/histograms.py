"""How a metric is spread over the photographs: A above B, over the same bins, with their medians."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.distributions import shares
from floodeval.viz.metrics import metric_label
from floodeval.viz.palette import Ink
from floodeval.viz.svg.canvas import PAPER, QUIET, TEXT, Canvas, Drawing, Scale

SCORE_EDGES = np.linspace(0, 1, 21)
WIDTH, LEFT, RIGHT, TOP, ROW, BOTTOM = 380, 46, 12, 30, 84, 40


def histograms_svg(values: Mapping[str, pd.Series], inks: Mapping[str, Ink], metric: str) -> Drawing:
    """Draw one row of bars a variant; both rows have the same axis of shares.

    Args:
        values: per variant one value a photograph, missing ones allowed.
        inks: how each variant is drawn.
        metric: its column's name.
    """
    height = TOP + BOTTOM + ROW * len(values)
    canvas, across = Canvas(WIDTH, height), Scale(0, 1, LEFT, WIDTH - RIGHT)
    canvas.words(LEFT, 16, metric_label(metric), bold=True)
    bins = {name: shares(series, SCORE_EDGES) for name, series in values.items()}
    most = max(5.0, *(float(one["share"].max()) for one in bins.values()))
    for place, (name, one) in enumerate(bins.items()):
        base = float(TOP + ROW * (place + 1))
        up = Scale(0, most, base, base - ROW + 22)
        _draw_row(canvas, across, up, one, inks[name])
        _draw_median(canvas, across, base, values[name].dropna(), inks[name])
        canvas.words(
            LEFT - 6,
            up(most) + 4,
            f"{formats.count(most)}{formats.percent_sign()}",
            anchor="end",
            fill=QUIET,
            size=11,
        )
        canvas.words(LEFT - 6, base, "0", anchor="end", fill=QUIET, size=11)
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        canvas.words(
            across(tick),
            height - BOTTOM + 16,
            formats.significant(tick),
            anchor="middle",
            fill=QUIET,
            size=11,
        )
    canvas.words(across(0.5), height - 8, say("report.axis_share"), anchor="middle", fill=QUIET, size=11)
    return canvas.finish(say("report.alt_histogram", metric=metric_label(metric)))


def _draw_row(canvas: Canvas, across: Scale, up: Scale, bins: pd.DataFrame, ink: Ink) -> None:
    filled = bins[bins["n"] > 0]
    for low, high, share in zip(filled["low"], filled["high"], filled["share"], strict=True):
        left, top = across(low), up(share)
        canvas.rect(left + 0.5, top, across(high) - left - 1, up(0) - top, ink.colour)
    canvas.line(across(0), up(0), across(1), up(0), QUIET)


def _draw_median(canvas: Canvas, across: Scale, base: float, known: pd.Series, ink: Ink) -> None:
    words: Sequence[object] = (ink.letter or ink.label, say("report.no_values"))
    if len(known):
        x = across(float(known.median()))
        canvas.line(x, base, x, base - ROW + 20, PAPER, 5)
        canvas.line(x, base, x, base - ROW + 20, TEXT, 2)
        words = (
            ink.letter or ink.label,
            say("report.median", value=formats.decimal(known.median(), 2), n=len(known)),
        )
    canvas.words(LEFT, base - ROW + 16, ": ".join(map(str, words)), size=11)
