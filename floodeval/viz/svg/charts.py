"""Averages as bars: a group a metric, a bar a variant, the score pooled over pixels as a diamond."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.distributions import shares
from floodeval.viz.style import OUTCOME_STYLES, Style
from floodeval.viz.svg.canvas import PAPER, QUIET, TEXT, Canvas, Drawing, Scale
from floodeval.viz.wording import metric_label

# Averages as bars: a group a metric, a bar a variant, the score pooled over pixels as a diamond.

WIDTH, LEFT, RIGHT = 760, 150, 60
BAR, GROUP_GAP, TOP, BOTTOM = 20, 12, 34, 40
TICKS = (0, 0.25, 0.5, 0.75, 1)


@dataclass(frozen=True)
class Bar:
    """One variant's average of one metric: over images, and pooled over pixels; None where there is none."""

    mean: float | None
    pooled: float | None


def averages_svg(groups: Mapping[str, Sequence[Bar]], styles: Sequence[Style]) -> Drawing:
    """Draw scores from 0 to 1.

    Args:
        groups: for each metric, by its label, a bar a variant.
        styles: of the variants, in the bars' order.
    """
    height = TOP + BOTTOM + len(groups) * (len(styles) * BAR + GROUP_GAP)
    canvas, scale = Canvas(WIDTH, height), Scale(0, 1, LEFT, WIDTH - RIGHT)
    for tick in TICKS:
        canvas.line(scale(tick), TOP - 4, scale(tick), height - BOTTOM)
        canvas.words(
            scale(tick), height - BOTTOM + 16, formats.significant(tick), anchor="middle", fill=QUIET
        )
    canvas.words(scale(0.5), height - 6, say("report.axis_score"), anchor="middle", fill=QUIET)
    draw_key(canvas, styles, say("report.pooled"))
    y = float(TOP)
    for label, bars in groups.items():
        canvas.words(LEFT - 8, y + len(bars) * BAR / 2 + 4, label, anchor="end", bold=True)
        for bar, style in zip(bars, styles, strict=True):
            _draw_bar(canvas, scale, y, bar, style)
            y += BAR
        y += GROUP_GAP
    canvas.line(scale(0), TOP - 4, scale(0), height - BOTTOM, QUIET)
    return canvas.finish(say("report.alt_averages"))


def draw_key(canvas: Canvas, styles: Sequence[Style], diamond: str = "") -> None:
    """Name the variants' colors along the top; and what a diamond stands for."""
    x = float(LEFT)
    for style in styles:
        canvas.rect(x, 8, 12, 12, style.color, QUIET)
        canvas.words(x + 18, 19, style.label)
        x += 40 + 7.2 * len(style.label)
    if diamond:
        _draw_diamond(canvas, x + 6, 14)
        canvas.words(x + 18, 19, diamond)


def _draw_bar(canvas: Canvas, scale: Scale, y: float, bar: Bar, style: Style) -> None:
    end = scale(bar.mean or 0)
    canvas.rect(scale(0), y + 1, end - scale(0), BAR - 3, style.color)
    words = f"{style.letter} {formats.score(bar.mean)}".strip()
    if end - scale(0) > 70:
        canvas.words(scale(0) + 6, y + BAR - 6, words, fill=TEXT)
    else:
        canvas.words(end + 6, y + BAR - 6, words, fill=TEXT)
    if bar.pooled is not None:
        _draw_diamond(canvas, scale(bar.pooled), y + BAR / 2 - 0.5)


def _draw_diamond(canvas: Canvas, x: float, y: float) -> None:
    canvas.polygon([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], TEXT)


# How a metric is spread over the photographs: A above B, over the same bins, with their medians.

SCORE_EDGES = np.linspace(0, 1, 21)
HISTOGRAMS_WIDTH, HISTOGRAMS_LEFT, HISTOGRAMS_RIGHT, HISTOGRAMS_TOP, ROW, HISTOGRAMS_BOTTOM = (
    380,
    46,
    12,
    30,
    84,
    40,
)


def histograms_svg(values: Mapping[str, pd.Series], styles: Mapping[str, Style], metric: str) -> Drawing:
    """Draw one row of bars a variant; both rows have the same axis of shares.

    Args:
        values: per variant one value a photograph, missing ones allowed.
        styles: how each variant is drawn.
        metric: its column's name.
    """
    height = HISTOGRAMS_TOP + HISTOGRAMS_BOTTOM + ROW * len(values)
    canvas, across = (
        Canvas(HISTOGRAMS_WIDTH, height),
        Scale(0, 1, HISTOGRAMS_LEFT, HISTOGRAMS_WIDTH - HISTOGRAMS_RIGHT),
    )
    canvas.words(HISTOGRAMS_LEFT, 16, metric_label(metric), bold=True)
    bins = {name: shares(series, SCORE_EDGES) for name, series in values.items()}
    most = max(5.0, *(float(one["share"].max()) for one in bins.values()))
    for place, (name, one) in enumerate(bins.items()):
        base = float(HISTOGRAMS_TOP + ROW * (place + 1))
        up = Scale(0, most, base, base - ROW + 22)
        _draw_row(canvas, across, up, one, styles[name])
        _draw_median(canvas, across, base, values[name].dropna(), styles[name])
        canvas.words(
            HISTOGRAMS_LEFT - 6,
            up(most) + 4,
            f"{formats.count(most)}{formats.percent_sign()}",
            anchor="end",
            fill=QUIET,
            size=11,
        )
        canvas.words(HISTOGRAMS_LEFT - 6, base, "0", anchor="end", fill=QUIET, size=11)
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        canvas.words(
            across(tick),
            height - HISTOGRAMS_BOTTOM + 16,
            formats.significant(tick),
            anchor="middle",
            fill=QUIET,
            size=11,
        )
    canvas.words(across(0.5), height - 8, say("report.axis_share"), anchor="middle", fill=QUIET, size=11)
    return canvas.finish(say("report.alt_histogram", metric=metric_label(metric)))


def _draw_row(canvas: Canvas, across: Scale, up: Scale, bins: pd.DataFrame, style: Style) -> None:
    filled = bins[bins["n"] > 0]
    for low, high, share in zip(filled["low"], filled["high"], filled["share"], strict=True):
        left, top = across(low), up(share)
        canvas.rect(left + 0.5, top, across(high) - left - 1, up(0) - top, style.color)
    canvas.line(across(0), up(0), across(1), up(0), QUIET)


def _draw_median(canvas: Canvas, across: Scale, base: float, known: pd.Series, style: Style) -> None:
    words: Sequence[object] = (style.letter or style.label, say("report.no_values"))
    if len(known):
        x = across(float(known.median()))
        canvas.line(x, base, x, base - ROW + 20, PAPER, 5)
        canvas.line(x, base, x, base - ROW + 20, TEXT, 2)
        words = (
            style.letter or style.label,
            say("report.median", value=formats.decimal(known.median(), 2), n=len(known)),
        )
    canvas.words(HISTOGRAMS_LEFT, base - ROW + 16, ": ".join(map(str, words)), size=11)


# What each prompt is worth: the mean IoU of A and of B with every prompt, joined by a line.

PROMPTS_WIDTH, PROMPTS_LEFT, PROMPTS_RIGHT, PROMPTS_TOP, PROMPTS_ROW, PROMPTS_BOTTOM = (
    760,
    150,
    60,
    40,
    34,
    40,
)


@dataclass(frozen=True)
class PromptScore:
    """A prompt's label, with the mean IoU of A and of B; None where there is none."""

    label: str
    a: float | None
    b: float | None


def prompts_svg(scores: Sequence[PromptScore], styles: Sequence[Style]) -> Drawing:
    """Draw one row a prompt: A's mean as a square, B's as a disc.

    Args:
        scores: in the order of the rows.
        styles: of A and of B.
    """
    height = PROMPTS_TOP + PROMPTS_BOTTOM + PROMPTS_ROW * len(scores)
    canvas, scale = Canvas(PROMPTS_WIDTH, height), Scale(0, 1, PROMPTS_LEFT, PROMPTS_WIDTH - PROMPTS_RIGHT)
    for tick in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(scale(tick), PROMPTS_TOP, scale(tick), height - PROMPTS_BOTTOM)
        canvas.words(
            scale(tick), height - PROMPTS_BOTTOM + 16, formats.significant(tick), anchor="middle", fill=QUIET
        )
    canvas.words(scale(0.5), height - 6, say("report.axis_mean_iou"), anchor="middle", fill=QUIET)
    draw_key(canvas, styles)
    for place, score in enumerate(scores):
        _draw_score(canvas, scale, PROMPTS_TOP + PROMPTS_ROW * (place + 0.5), score, styles)
    return canvas.finish(say("report.alt_prompts"))


def _draw_score(canvas: Canvas, scale: Scale, y: float, score: PromptScore, styles: Sequence[Style]) -> None:
    canvas.words(PROMPTS_LEFT - 8, y + 4, score.label, anchor="end", bold=True)
    if score.a is None or score.b is None:
        return
    x_a, x_b = scale(score.a), scale(score.b)
    canvas.line(x_a, y, x_b, y, QUIET, 2)
    canvas.rect(x_a - 6, y - 6, 12, 12, styles[0].color, QUIET)
    canvas.circle(x_b, y, 7, styles[1].color, QUIET)
    a_first = score.a <= score.b
    for x, value, leftmost, letter in ((x_a, score.a, a_first, "A"), (x_b, score.b, not a_first, "B")):
        side = -12 if leftmost else 12
        canvas.words(
            x + side, y + 4, f"{letter} {formats.score(value)}", anchor="end" if leftmost else "start"
        )


# Every photograph at its IoU under A and under B, with the outcomes that the threshold cuts.

SIDE, OUTCOMES_LEFT, OUTCOMES_TOP, OUTCOMES_RIGHT, OUTCOMES_BOTTOM = 264, 56, 12, 200, 46
OUTCOMES_TICKS = (0, 0.25, 0.5, 0.75, 1)


def outcomes_svg(table: pd.DataFrame, a: str, b: str, threshold: float) -> Drawing:
    """Draw one mark a photograph, its shape by its outcome; above the diagonal B is better.

    Args:
        table: of `floodeval.analysis.pairing.paired`.
        a: the baseline's name.
        b: the other variant's name.
        threshold: the IoU under which a variant fails.
    """
    canvas = Canvas(OUTCOMES_LEFT + SIDE + OUTCOMES_RIGHT, OUTCOMES_TOP + SIDE + OUTCOMES_BOTTOM)
    across, up = (
        Scale(0, 1, OUTCOMES_LEFT, OUTCOMES_LEFT + SIDE),
        Scale(0, 1, OUTCOMES_TOP + SIDE, OUTCOMES_TOP),
    )
    for tick in OUTCOMES_TICKS:
        canvas.line(across(tick), up(0), across(tick), up(1))
        canvas.line(across(0), up(tick), across(1), up(tick))
        canvas.words(
            across(tick), up(0) + 16, formats.significant(tick), anchor="middle", fill=QUIET, size=11
        )
        canvas.words(
            across(0) - 6, up(tick) + 4, formats.significant(tick), anchor="end", fill=QUIET, size=11
        )
    canvas.line(across(0), up(0), across(1), up(1), QUIET, 1, "3 3")
    canvas.line(across(threshold), up(0), across(threshold), up(1), QUIET, 1.5)
    canvas.line(across(0), up(threshold), across(1), up(threshold), QUIET, 1.5)
    canvas.words(
        across(0.5), OUTCOMES_TOP + SIDE + 38, say("report.axis_iou", name=a, letter="A"), anchor="middle"
    )
    canvas.words(14, up(0.5), say("report.axis_iou", name=b, letter="B"), anchor="middle", turned=True)
    y = OUTCOMES_TOP + 16.0
    for outcome, style in OUTCOME_STYLES.items():
        rows = table[table["outcome"] == outcome]
        for iou_a, iou_b in zip(rows["iou_a"], rows["iou_b"], strict=True):
            _draw_mark(canvas, outcome, across(iou_a), up(iou_b), style.color)
        _draw_mark(canvas, outcome, OUTCOMES_LEFT + SIDE + 22, y - 4, style.color)
        canvas.words(OUTCOMES_LEFT + SIDE + 34, y, f"{style.label}: {len(rows)}")
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


# A fine-tuning's course: loss and IoU by epoch, with the epoch whose weights were kept.

TRAINING_WIDTH, TRAINING_LEFT, TRAINING_RIGHT, TRAINING_TOP, PLOT, TRAINING_BOTTOM = 380, 46, 12, 44, 170, 42
COLORS = ("#4D6675", "#0072B2", "#D55E00", "#009E73", "#CC79A7")


def curves_svg(
    title: str, epochs: Sequence[int], lines: Mapping[str, Sequence[float]], kept: int | None
) -> Drawing:
    """Draw lines over the epochs.

    Args:
        title: of the chart: what is drawn.
        epochs: the numbers of the epochs.
        lines: values by epoch, by the lines' names; missing ones (NaN) are left out. The first is drawn thin.
        kept: the epoch whose weights were kept.
    """
    canvas = Canvas(TRAINING_WIDTH, TRAINING_TOP + PLOT + TRAINING_BOTTOM)
    known = [value for line in lines.values() for value in line if not math.isnan(value)] or [0.0]
    low, high, step = _nice(min(known), max(known))
    across = Scale(min(epochs), max(epochs), TRAINING_LEFT, TRAINING_WIDTH - TRAINING_RIGHT)
    up = Scale(low, high, TRAINING_TOP + PLOT, TRAINING_TOP)
    canvas.words(TRAINING_LEFT, 16, title, bold=True)
    for i in range(round((high - low) / step) + 1):
        value = low + i * step
        canvas.line(TRAINING_LEFT, up(value), TRAINING_WIDTH - TRAINING_RIGHT, up(value))
        canvas.words(
            TRAINING_LEFT - 6, up(value) + 4, formats.significant(value, 3), anchor="end", fill=QUIET, size=11
        )
    for epoch in epochs[:: max(1, len(epochs) // 6)]:
        canvas.words(across(epoch), TRAINING_TOP + PLOT + 15, epoch, anchor="middle", fill=QUIET, size=11)
    canvas.words(
        (TRAINING_LEFT + TRAINING_WIDTH) / 2,
        TRAINING_TOP + PLOT + 33,
        say("report.axis_epoch"),
        anchor="middle",
        fill=QUIET,
    )
    if kept is not None and kept in epochs:
        canvas.line(across(kept), up(low), across(kept), up(high), QUIET, 1.5, "4 3")
    x = float(TRAINING_LEFT)
    for place, (name, line) in enumerate(lines.items()):
        color = COLORS[place % len(COLORS)]
        points = [
            (across(epoch), up(value))
            for epoch, value in zip(epochs, line, strict=True)
            if not math.isnan(value)
        ]
        canvas.polyline(points, color, 2.5 if place else 1.5)
        canvas.line(x, 31, x + 14, 31, color, 2.5 if place else 1.5)
        canvas.words(x + 18, 35, name, size=11)
        x += 34 + 6.2 * len(name)
    return canvas.finish(say("report.alt_training", title=title))


def _nice(low: float, high: float) -> tuple[float, float, float]:
    """The ends and the step of an axis in round numbers, with three to six steps."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span))
    step = next(one * power for one in (0.2, 0.5, 1.0, 2.0) if span / (one * power) <= 5)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step
