"""Averages as bars: a group a metric, a bar a variant, the score pooled over pixels as a diamond."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.palette import Ink
from floodeval.viz.svg.canvas import QUIET, TEXT, Canvas, Drawing, Scale

WIDTH, LEFT, RIGHT = 760, 150, 60
BAR, GROUP_GAP, TOP, BOTTOM = 20, 12, 34, 40
TICKS = (0, 0.25, 0.5, 0.75, 1)


@dataclass(frozen=True)
class Bar:
    """One variant's average of one metric: over images, and pooled over pixels; None where there is none."""

    mean: float | None
    pooled: float | None


def averages_svg(groups: Mapping[str, Sequence[Bar]], inks: Sequence[Ink]) -> Drawing:
    """Draw scores from 0 to 1.

    Args:
        groups: for each metric, by its label, a bar a variant.
        inks: of the variants, in the bars' order.
    """
    height = TOP + BOTTOM + len(groups) * (len(inks) * BAR + GROUP_GAP)
    canvas, scale = Canvas(WIDTH, height), Scale(0, 1, LEFT, WIDTH - RIGHT)
    for tick in TICKS:
        canvas.line(scale(tick), TOP - 4, scale(tick), height - BOTTOM)
        canvas.words(
            scale(tick), height - BOTTOM + 16, formats.significant(tick), anchor="middle", fill=QUIET
        )
    canvas.words(scale(0.5), height - 6, say("report.axis_score"), anchor="middle", fill=QUIET)
    draw_key(canvas, inks, say("report.pooled"))
    y = float(TOP)
    for label, bars in groups.items():
        canvas.words(LEFT - 8, y + len(bars) * BAR / 2 + 4, label, anchor="end", bold=True)
        for bar, ink in zip(bars, inks, strict=True):
            _draw_bar(canvas, scale, y, bar, ink)
            y += BAR
        y += GROUP_GAP
    canvas.line(scale(0), TOP - 4, scale(0), height - BOTTOM, QUIET)
    return canvas.finish(say("report.alt_averages"))


def draw_key(canvas: Canvas, inks: Sequence[Ink], diamond: str = "") -> None:
    """Name the variants' colours along the top; and what a diamond stands for."""
    x = float(LEFT)
    for ink in inks:
        canvas.rect(x, 8, 12, 12, ink.colour, QUIET)
        canvas.words(x + 18, 19, ink.label)
        x += 40 + 7.2 * len(ink.label)
    if diamond:
        _draw_diamond(canvas, x + 6, 14)
        canvas.words(x + 18, 19, diamond)


def _draw_bar(canvas: Canvas, scale: Scale, y: float, bar: Bar, ink: Ink) -> None:
    end = scale(bar.mean or 0)
    canvas.rect(scale(0), y + 1, end - scale(0), BAR - 3, ink.colour)
    words = f"{ink.letter} {formats.score(bar.mean)}".strip()
    if end - scale(0) > 70:
        canvas.words(scale(0) + 6, y + BAR - 6, words, fill=TEXT)
    else:
        canvas.words(end + 6, y + BAR - 6, words, fill=TEXT)
    if bar.pooled is not None:
        _draw_diamond(canvas, scale(bar.pooled), y + BAR / 2 - 0.5)


def _draw_diamond(canvas: Canvas, x: float, y: float) -> None:
    canvas.polygon([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], TEXT)
