"""The report's static charts: averages, histograms, outcomes, scores by prompt, and training curves."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.distribution import metric_edges
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.distributions import shares
from floodeval.viz.style import OUTCOME_STYLES, TRAIN_CURVE, VALIDATION_CURVE, Style
from floodeval.viz.svg.average_bars import (
    AverageBar,
    Group,
    Layout,
    Panel,
    Words,
    draw_averages,
    draw_key,
    key_rows,
)
from floodeval.viz.svg.svg_canvas import PRINTED, SMALL_PX, Canvas, Drawing, Scale, round_axis
from floodeval.viz.wording import metric_label

SCORE_TICKS = (0, 0.25, 0.5, 0.75, 1)
_QUIET, _TEXT, _PAPER = PRINTED.quiet, PRINTED.text, PRINTED.paper


@dataclass(frozen=True)
class Frame:
    """The width of a chart and the margins around its plot, in pixels."""

    width: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def end(self) -> float:
        """The right end of the plot."""
        return self.width - self.right


def averages_svg(groups: Mapping[str, Sequence[AverageBar]], styles: Sequence[Style]) -> Drawing:
    """Draw scores from 0 to 1.

    Args:
        groups: for each metric, by its label, one bar per variant.
        styles: of the variants, in the order of the bars.
    """
    panel = Panel(
        tuple(Group(label, tuple(bars)) for label, bars in groups.items()),
        SCORE_TICKS,
        1.0,
        say("report.axis_score"),
    )
    canvas = draw_averages([panel], styles, Words(say("report.pooled")), Layout(), PRINTED)
    return canvas.finish(say("report.alt_averages"))


_HISTOGRAM = Frame(width=380, left=46, top=30, right=12, bottom=40)
_HISTOGRAM_ROW_PX = 84


def histograms_svg(values: Mapping[str, pd.Series], styles: Mapping[str, Style], metric: str) -> Drawing:
    """Draw how a metric is distributed: a row of bars per variant over the same bins, with the median.

    Args:
        values: per variant one value per photograph; missing ones are left out.
        styles: of the variants.
        metric: its column's name.
    """
    frame = _HISTOGRAM
    height = frame.top + frame.bottom + _HISTOGRAM_ROW_PX * len(values)
    canvas, across = Canvas(frame.width, height), Scale(0, 1, frame.left, frame.end)
    canvas.words(frame.left, 16, metric_label(metric), bold=True)
    pooled = pd.concat([series.astype(float) for series in values.values()])
    edges = metric_edges(pooled, scored=True)
    bins = {name: shares(series, edges) for name, series in values.items()}
    most = max(5.0, *(float(one["share"].max()) for one in bins.values()))
    for place, (name, one) in enumerate(bins.items()):
        base = frame.top + _HISTOGRAM_ROW_PX * (place + 1)
        up = Scale(0, most, base, base - _HISTOGRAM_ROW_PX + 22)
        _draw_row(canvas, across, up, one, styles[name])
        _draw_median(canvas, across, base, values[name].dropna(), styles[name])
        top = f"{formats.count(most)}{formats.percent_sign()}"
        for y, words in ((up(most) + 4, top), (base, "0")):
            canvas.words(frame.left - 6, y, words, anchor="end", fill=_QUIET, size=SMALL_PX)
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        y, words = height - frame.bottom + 16, formats.significant(tick)
        canvas.words(across(tick), y, words, anchor="middle", fill=_QUIET, size=SMALL_PX)
    title = say("report.axis_share")
    canvas.words(across(0.5), height - 8, title, anchor="middle", fill=_QUIET, size=SMALL_PX)
    return canvas.finish(say("report.alt_histogram", metric=metric_label(metric)))


def _draw_row(canvas: Canvas, across: Scale, up: Scale, bins: pd.DataFrame, style: Style) -> None:
    filled = bins[bins["n"] > 0]
    for low, high, share in zip(filled["low"], filled["high"], filled["share"], strict=True):
        left, top = across(low), up(share)
        canvas.bar(left + 0.5, top, across(high) - left - 1, up(0) - top, style)
    canvas.line(across(0), up(0), across(1), up(0), _QUIET)


def _draw_median(canvas: Canvas, across: Scale, base: float, known: pd.Series, style: Style) -> None:
    top, words = base - _HISTOGRAM_ROW_PX + 20, say("report.no_values")
    if len(known):
        x = across(float(known.median()))
        canvas.line(x, base, x, top, _PAPER, 5)
        canvas.line(x, base, x, top, _TEXT, 2)
        words = say("report.median", value=formats.score(known.median()), n=len(known))
    label = style.letter or style.label
    canvas.words(_HISTOGRAM.left, top - 4, f"{label}: {words}", size=SMALL_PX)


_OUTCOMES = Frame(width=520, left=56, top=12, right=200, bottom=46)


def outcomes_svg(table: pd.DataFrame, a: str, b: str, threshold: float) -> Drawing:
    """Draw every photograph at its IoU of A and of B, its symbol by its outcome.

    B is better above the diagonal.

    Args:
        table: of `floodeval.analysis.pairing.paired`.
        a: the baseline's name.
        b: the other variant's name.
        threshold: the IoU below which a variant fails.
    """
    frame = _OUTCOMES
    side = frame.end - frame.left
    canvas = Canvas(frame.width, frame.top + side + frame.bottom)
    across, up = Scale(0, 1, frame.left, frame.end), Scale(0, 1, frame.top + side, frame.top)
    for tick in SCORE_TICKS:
        canvas.line(across(tick), up(0), across(tick), up(1))
        canvas.line(across(0), up(tick), across(1), up(tick))
        words = formats.significant(tick)
        canvas.words(across(tick), up(0) + 16, words, anchor="middle", fill=_QUIET, size=SMALL_PX)
        canvas.words(across(0) - 6, up(tick) + 4, words, anchor="end", fill=_QUIET, size=SMALL_PX)
    canvas.line(across(0), up(0), across(1), up(1), _QUIET, 1, "3 3")
    canvas.line(across(threshold), up(0), across(threshold), up(1), _QUIET, 1.5)
    canvas.line(across(0), up(threshold), across(1), up(threshold), _QUIET, 1.5)
    canvas.words(across(0.5), up(0) + 38, say("report.axis_iou", name=a, letter="A"), anchor="middle")
    canvas.words(14, up(0.5), say("report.axis_iou", name=b, letter="B"), anchor="middle", turned=True)
    y = frame.top + 16
    for outcome, style in OUTCOME_STYLES.items():
        rows = table[table["outcome"] == outcome]
        for iou_a, iou_b in zip(rows["iou_a"], rows["iou_b"], strict=True):
            _draw_mark(canvas, outcome, across(iou_a), up(iou_b), style.color)
        _draw_mark(canvas, outcome, frame.end + 22, y - 4, style.color)
        canvas.words(frame.end + 34, y, f"{style.label}: {formats.count(len(rows))}")
        y += 22
    return canvas.finish(say("report.alt_outcomes", a=a, b=b))


def _draw_mark(canvas: Canvas, outcome: str, x: float, y: float, color: str) -> None:
    if outcome == "fixed":
        canvas.polygon([(x, y - 6), (x + 5.5, y + 4), (x - 5.5, y + 4)], color)
    elif outcome == "regressed":
        canvas.polygon([(x, y + 6), (x + 5.5, y - 4), (x - 5.5, y - 4)], color)
    elif outcome == "both_fail":
        canvas.line(x - 4, y - 4, x + 4, y + 4, color, 2.5)
        canvas.line(x - 4, y + 4, x + 4, y - 4, color, 2.5)
    else:
        canvas.circle(x, y, 4.5, color)


_PROMPTS = Frame(width=760, left=150, top=40, right=60, bottom=40)
_PROMPT_ROW_PX = 34


@dataclass(frozen=True)
class PromptScore:
    """A prompt's label, with the mean IoU of A and of B; None where there is none."""

    label: str
    a: float | None
    b: float | None


def prompts_svg(scores: Sequence[PromptScore], styles: Sequence[Style]) -> Drawing:
    """Draw one row per prompt: A's mean IoU as a square, B's as a disc, joined by a line.

    Args:
        scores: in the order of the rows.
        styles: of A and of B.
    """
    frame = _PROMPTS
    height = frame.top + frame.bottom + _PROMPT_ROW_PX * len(scores)
    canvas, scale = Canvas(frame.width, height), Scale(0, 1, frame.left, frame.end)
    for tick in SCORE_TICKS:
        x, bottom = scale(tick), height - frame.bottom
        canvas.line(x, frame.top, x, bottom)
        canvas.words(x, bottom + 16, formats.significant(tick), anchor="middle", fill=_QUIET)
    canvas.words(scale(0.5), height - 6, say("report.axis_mean_iou"), anchor="middle", fill=_QUIET)
    draw_key(canvas, key_rows(styles, "", frame.left, frame.width))
    for place, score in enumerate(scores):
        _draw_score(canvas, scale, frame.top + _PROMPT_ROW_PX * (place + 0.5), score, styles)
    return canvas.finish(say("report.alt_prompts"))


def _draw_score(canvas: Canvas, scale: Scale, y: float, score: PromptScore, styles: Sequence[Style]) -> None:
    canvas.words(_PROMPTS.left - 8, y + 4, score.label, anchor="end", bold=True)
    if score.a is None or score.b is None:
        return
    x_a, x_b = scale(score.a), scale(score.b)
    canvas.line(x_a, y, x_b, y, _QUIET, 2)
    canvas.rect(x_a - 6, y - 6, 12, 12, styles[0].color, _QUIET)
    canvas.circle(x_b, y, 7, styles[1].color, _QUIET)
    a_first = score.a <= score.b
    for x, value, leftmost, letter in ((x_a, score.a, a_first, "A"), (x_b, score.b, not a_first, "B")):
        words, anchor = f"{letter} {formats.score(value)}", "end" if leftmost else "start"
        canvas.words(x + (-12 if leftmost else 12), y + 4, words, anchor=anchor)


_CURVES = Frame(width=380, left=46, top=44, right=12, bottom=42)
_CURVES_PLOT_PX = 170


def curves_svg(
    title: str,
    epochs: Sequence[int],
    train: tuple[str, Sequence[float]],
    validation: tuple[str, Sequence[float]],
    kept: int | None,
) -> Drawing:
    """Draw a fine-tuning's loss or score over its epochs.

    Args:
        title: of the chart.
        epochs: their numbers.
        train: the label and the values on the training subset, one per epoch; NaN is left out.
        validation: the same on the validation subset, drawn thicker.
        kept: the epoch whose weights were kept, marked by a dashed line; None where there is none.
    """
    frame, bottom = _CURVES, _CURVES.top + _CURVES_PLOT_PX
    canvas = Canvas(frame.width, bottom + frame.bottom)
    known = [value for _, line in (train, validation) for value in line if not math.isnan(value)] or [0.0]
    low, high, step = round_axis(min(known), max(known))
    across = Scale(min(epochs), max(epochs), frame.left, frame.end)
    up = Scale(low, high, bottom, frame.top)
    canvas.words(frame.left, 16, title, bold=True)
    for i in range(round((high - low) / step) + 1):
        value = low + i * step
        canvas.line(frame.left, up(value), frame.end, up(value))
        words = formats.significant(value, 3)
        canvas.words(frame.left - 6, up(value) + 4, words, anchor="end", fill=_QUIET, size=SMALL_PX)
    for epoch in epochs[:: max(1, len(epochs) // 6)]:
        canvas.words(across(epoch), bottom + 15, epoch, anchor="middle", fill=_QUIET, size=SMALL_PX)
    middle = (frame.left + frame.width) / 2
    canvas.words(middle, bottom + 33, say("report.axis_epoch"), anchor="middle", fill=_QUIET)
    if kept is not None and kept in epochs:
        canvas.line(across(kept), up(low), across(kept), up(high), _QUIET, 1.5, "4 3")
    x = frame.left
    for (name, line), style, width in ((train, TRAIN_CURVE, 1.5), (validation, VALIDATION_CURVE, 2.5)):
        places = [(across(one), up(y)) for one, y in zip(epochs, line, strict=True) if not math.isnan(y)]
        canvas.polyline(places, style.color, width)
        canvas.line(x, 31, x + 14, 31, style.color, width)
        canvas.words(x + 18, 35, name, size=SMALL_PX)
        x += 34 + 6.2 * len(name)
    return canvas.finish(say("report.alt_training", title=title))
