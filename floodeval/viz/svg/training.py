"""A fine-tuning's course: loss and IoU by epoch, with the epoch whose weights were kept."""

import math
from collections.abc import Mapping, Sequence

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.svg.canvas import QUIET, Canvas, Drawing, Scale

WIDTH, LEFT, RIGHT, TOP, PLOT, BOTTOM = 380, 46, 12, 44, 170, 42
COLOURS = ("#4D6675", "#0072B2", "#D55E00", "#009E73", "#CC79A7")


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
    canvas = Canvas(WIDTH, TOP + PLOT + BOTTOM)
    known = [value for line in lines.values() for value in line if not math.isnan(value)] or [0.0]
    low, high, step = _nice(min(known), max(known))
    across = Scale(min(epochs), max(epochs), LEFT, WIDTH - RIGHT)
    up = Scale(low, high, TOP + PLOT, TOP)
    canvas.words(LEFT, 16, title, bold=True)
    for i in range(round((high - low) / step) + 1):
        value = low + i * step
        canvas.line(LEFT, up(value), WIDTH - RIGHT, up(value))
        canvas.words(
            LEFT - 6, up(value) + 4, formats.significant(value, 3), anchor="end", fill=QUIET, size=11
        )
    for epoch in epochs[:: max(1, len(epochs) // 6)]:
        canvas.words(across(epoch), TOP + PLOT + 15, epoch, anchor="middle", fill=QUIET, size=11)
    canvas.words((LEFT + WIDTH) / 2, TOP + PLOT + 33, say("report.axis_epoch"), anchor="middle", fill=QUIET)
    if kept is not None and kept in epochs:
        canvas.line(across(kept), up(low), across(kept), up(high), QUIET, 1.5, "4 3")
    x = float(LEFT)
    for place, (name, line) in enumerate(lines.items()):
        colour = COLOURS[place % len(COLOURS)]
        points = [
            (across(epoch), up(value))
            for epoch, value in zip(epochs, line, strict=True)
            if not math.isnan(value)
        ]
        canvas.polyline(points, colour, 2.5 if place else 1.5)
        canvas.line(x, 31, x + 14, 31, colour, 2.5 if place else 1.5)
        canvas.words(x + 18, 35, name, size=11)
        x += 34 + 6.2 * len(name)
    return canvas.finish(say("report.alt_training", title=title))


def _nice(low: float, high: float) -> tuple[float, float, float]:
    """The ends and the step of an axis in round numbers, with three to six steps."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span))
    step = next(one * power for one in (0.2, 0.5, 1.0, 2.0) if span / (one * power) <= 5)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step
