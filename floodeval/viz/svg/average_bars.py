"""Averages as bars: a group per metric, a bar per variant, with intervals, pooled scores and gaps."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from textwrap import wrap

from floodeval.i18n import formats
from floodeval.viz.style import Style
from floodeval.viz.svg.reference_lines import (
    INK,
    KEY_PX,
    ReferenceLine,
    draw_key_of_lines,
    draw_lines,
    key_rows_of_lines,
)
from floodeval.viz.svg.svg_canvas import FONT_PX, SMALL_PX, Canvas, Scale, Theme

_WHITE = "#FFFFFF"
BAND = "rgba(134, 134, 134, .3)"
BAR_PX, SPACE_PX = 19, 12  # the height of a bar, and the space between two groups
_KEY_PX, _AXIS_PX, _LINE_PX = 22, 54, 15  # the heights of a row of the key, of an axis, of a line of text
_LETTER_PX = 7.2  # the mean width of a letter


@dataclass(frozen=True)
class Layout:
    """Where the parts of the chart are, in pixels.

    Attributes:
        width: of the drawing.
        left: where the axis starts; the names of the metrics are left of it.
        right: where the axis ends.
        key_left: where the key starts.
        gaps_x: where the column of gaps starts; None writes each gap under the name of its metric.
        values_x: where the column of values starts; None writes each value to the right of its bar.
        bar: the height of a bar.
        space: between two groups.
        gaps_in_key: whether the heading of the gaps is in the first row of the key.
    """

    width: float = 760
    left: float = 150
    right: float = 680
    key_left: float = 150
    gaps_x: float | None = None
    values_x: float | None = None
    bar: float = BAR_PX
    space: float = SPACE_PX
    gaps_in_key: bool = False


@dataclass(frozen=True)
class AverageBar:
    """One variant's average of one metric; None where there is no value.

    Attributes:
        mean: over images.
        pooled: over pixels, drawn as a diamond.
        low: lower end of the confidence interval of the mean.
        high: its upper end.
        words: the whole bar in a sentence, read out and shown where one points at it; may be empty.
    """

    mean: float | None
    pooled: float | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""


@dataclass(frozen=True)
class GapWords:
    """A gap as text, its interval as text (empty without one), and whether the gap is decided."""

    value: str
    interval: str = ""
    decided: bool = False


@dataclass(frozen=True)
class Group:
    """One metric: its label, a bar per variant, a note under the label, and the gap of A and B."""

    label: str
    bars: tuple[AverageBar, ...]
    note: str = ""
    gap: GapWords | None = None
    band: tuple[float, float, float] | None = None
    """Lowest, mean and highest value of a reference band behind the bars."""
    lines: tuple[ReferenceLine, ...] = ()
    """Across the bars."""


@dataclass(frozen=True)
class Panel:
    """Metrics of one unit over one axis from 0 to `end`."""

    groups: tuple[Group, ...]
    ticks: Sequence[float]
    end: float
    title: str
    form: Callable[[float | None], str] = formats.score


@dataclass(frozen=True)
class Words:
    """The chart's own words: of a diamond, of a missing value, and the headings of band and gaps."""

    pooled: str
    no_value: str = formats.NO_VALUE
    band: str = ""
    gaps: str = ""


def draw_averages(
    panels: Sequence[Panel], styles: Sequence[Style], words: Words, layout: Layout, theme: Theme
) -> Canvas:
    """Draw panels one below the other, under one key.

    Args:
        panels: with as many bars per group as there are styles.
        styles: of the variants, in the order of the bars.
        words: of the key and the headings.
        layout: sizes and places.
        theme: colors and font.

    Returns:
        The canvas, to finish with a text alternative.
    """
    key = key_rows(styles, words.pooled, layout.key_left, layout.width)
    has_gaps = bool(words.gaps) and layout.gaps_x is not None
    lines = [line for panel in panels for group in panel.groups for line in group.lines]
    key_of_lines = key_rows_of_lines(lines, layout.key_left, layout.width)
    head = 18.0 if words.band or (has_gaps and not layout.gaps_in_key) else 6.0
    top = _KEY_PX * len(key) + KEY_PX * len(key_of_lines) + head + 6
    heights = [sum(_group_height(group, layout) for group in panel.groups) for panel in panels]
    canvas = Canvas(layout.width, top + sum(height + _AXIS_PX for height in heights), theme)
    draw_key(canvas, key)
    draw_key_of_lines(canvas, key_of_lines, 8.0 + _KEY_PX * len(key))
    if words.band:
        band = next((group.band for panel in panels for group in panel.groups if group.band), None)
        scale = Scale(0, panels[0].end, layout.left, layout.right)
        x = layout.right if band is None else scale(band[2])
        anchor = "end" if x > layout.width / 2 else "start"
        canvas.words(x, top - 6, words.band, anchor=anchor, fill=theme.quiet, size=SMALL_PX)
    if has_gaps and layout.gaps_x is not None:
        y = 19 if layout.gaps_in_key else top - 6
        canvas.words(layout.gaps_x, y, words.gaps, fill=theme.quiet, size=SMALL_PX)
    for panel, height in zip(panels, heights, strict=True):
        _draw_panel(canvas, panel, styles, words.no_value, layout, top, height)
        top += height + _AXIS_PX
    return canvas


KeyEntry = tuple[float, Style | None, str]
"""Where an entry of a key starts, its style (None for the diamond of pooled scores), and its label."""


def key_rows(styles: Sequence[Style], pooled: str, left: float, width: float) -> list[list[KeyEntry]]:
    """Lay out the entries of a key in as many rows as the width needs.

    Args:
        styles: of the variants.
        pooled: the label of the diamond; empty where none is drawn.
        left: where every row starts, in pixels.
        width: where every row ends, in pixels.
    """
    entries: list[tuple[Style | None, str]] = [(style, style.label) for style in styles]
    rows: list[list[KeyEntry]] = [[]]
    x = left
    for style, label in [*entries, *([(None, pooled)] if pooled else [])]:
        wide = 40 + _LETTER_PX * len(label)
        if rows[-1] and x + wide > width:
            rows.append([])
            x = left
        rows[-1].append((x, style, label))
        x += wide
    return rows


def draw_key(canvas: Canvas, rows: Sequence[Sequence[KeyEntry]]) -> None:
    """Draw a key along the top: a swatch and a label per entry."""
    for place, row in enumerate(rows):
        y = 8.0 + _KEY_PX * place
        for x, style, label in row:
            if style is None:
                _draw_diamond(canvas, x + 6, y + 6)
            else:
                canvas.bar(x, y, 12, 12, style)
            canvas.words(x + 18, y + 11, label)


def _group_height(group: Group, layout: Layout) -> float:
    """The height of a group's bars, or of its lines of text, with the space below."""
    return max(len(group.bars) * layout.bar, _LINE_PX * len(_label_lines(group, layout))) + layout.space


def _draw_panel(
    canvas: Canvas,
    panel: Panel,
    styles: Sequence[Style],
    no_value: str,
    layout: Layout,
    top: float,
    height: float,
) -> None:
    """Draw one axis with its groups; `top` and `height` are the place of the groups."""
    scale = Scale(0, panel.end, layout.left, layout.right)
    quiet, bottom = canvas.theme.quiet, top + height
    for tick in panel.ticks:
        canvas.line(scale(tick), top, scale(tick), bottom)
        label = formats.significant(tick)
        canvas.words(scale(tick), bottom + 15, label, anchor="middle", fill=quiet, size=SMALL_PX)
    middle = (layout.left + layout.right) / 2
    canvas.words(middle, bottom + 34, panel.title, anchor="middle", fill=quiet, size=SMALL_PX + 1)
    y = top
    for group in panel.groups:
        rows = _group_height(group, layout)
        _write(canvas, _label_lines(group, layout), layout.left - 8, "end", y, rows)
        if layout.gaps_x is not None:
            _write(canvas, _gap_lines(group), layout.gaps_x, "start", y, rows)
        first = y + (rows - len(group.bars) * layout.bar) / 2
        if group.band:
            _draw_band(canvas, scale, group.band, y, y + rows)
        for bar, style in zip(group.bars, styles, strict=True):
            with canvas.named(bar.words) if bar.words else nullcontext():
                _draw_bar(canvas, scale, first, bar, style, panel, no_value, layout)
            first += layout.bar
        draw_lines(canvas, scale, group.lines, y + 2, y + rows - 2)
        y += rows
    canvas.line(scale(0), top, scale(0), bottom, quiet)


@dataclass(frozen=True)
class _Line:
    """A line of text next to the bars."""

    text: str
    bold: bool = False
    quiet: bool = False


def _label_lines(group: Group, layout: Layout) -> list[_Line]:
    """A metric's label, wrapped to the space left of the axis, its note, and its gap if it has no column."""
    lines = [_Line(line, bold=True) for line in wrap(group.label, int((layout.left - 12) / _LETTER_PX))]
    lines += [_Line(group.note, quiet=True)] if group.note else []
    return lines + (_gap_lines(group) if layout.gaps_x is None else [])


def _gap_lines(group: Group) -> list[_Line]:
    if not group.gap:
        return []
    interval = [_Line(group.gap.interval, quiet=True)] if group.gap.interval else []
    return [_Line(group.gap.value, group.gap.decided), *interval]


def _write(canvas: Canvas, lines: Sequence[_Line], x: float, anchor: str, top: float, height: float) -> None:
    """Write lines one below the other, centered in a height, in pixels."""
    y = top + (height - _LINE_PX * len(lines)) / 2 + 11
    for line in lines:
        size, fill = (SMALL_PX, canvas.theme.quiet) if line.quiet else (FONT_PX, "")
        canvas.words(x, y, line.text, anchor=anchor, bold=line.bold, size=size, fill=fill)
        y += _LINE_PX


def _draw_band(
    canvas: Canvas, scale: Scale, band: tuple[float, float, float], top: float, bottom: float
) -> None:
    low, mean, high = (scale(value) for value in band)
    canvas.rect(low, top, high - low, bottom - top, BAND)
    for first, last in ((top - 4, top + 3), (bottom - 5, bottom)):
        canvas.line(mean, first, mean, last, canvas.theme.text, 2)


def _draw_bar(
    canvas: Canvas,
    scale: Scale,
    y: float,
    bar: AverageBar,
    style: Style,
    panel: Panel,
    no_value: str,
    layout: Layout,
) -> None:
    """Draw a bar, its whisker, its diamond and its value, in its column or to the right of all of them."""
    if bar.mean is None:
        canvas.words(scale(0) + 6, y + layout.bar / 2 + 4.5, no_value, fill=canvas.theme.quiet)
        return
    canvas.bar(scale(0), y + 1.5, scale(bar.mean) - scale(0), layout.bar - 3, style)
    middle = y + layout.bar / 2
    if bar.low is not None and bar.high is not None:
        _draw_whisker(canvas, scale(bar.low), scale(bar.high), middle)
    if bar.pooled is not None:
        _draw_diamond(canvas, scale(bar.pooled), middle)
    end = max(scale(value) for value in (bar.mean, bar.high, bar.pooled) if value is not None)
    words = f"{style.letter} {panel.form(bar.mean)}".strip()
    x = end + 8 if layout.values_x is None else layout.values_x
    canvas.words(x, middle + 4.5, words, fill=canvas.theme.quiet)


def _draw_whisker(canvas: Canvas, low: float, high: float, y: float) -> None:
    for color, width in ((_WHITE, 3.5), (INK, 1.5)):
        canvas.line(low, y, high, y, color, width)
        for x in (low, high):
            canvas.line(x, y - 4, x, y + 4, color, width)


def _draw_diamond(canvas: Canvas, x: float, y: float) -> None:
    canvas.polygon([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], INK)
