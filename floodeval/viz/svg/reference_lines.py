"""Thin lines across bars that give a scale its meaning, such as a trivial baseline, and their key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from floodeval.viz.svg.svg_canvas import SMALL_PX, Canvas, Scale

INK = "#22333C"  # of lines, whiskers and diamonds, cased in white so that they show on any bar and page
_CASING = "#FFFFFF"
LETTER_PX = 6.1  # the mean width of a small letter
KEY_PX = 18  # the height of a row of the key
_SAMPLE_PX = 14  # the height of a line in the key


@dataclass(frozen=True)
class ReferenceLine:
    """A value across all bars of a group.

    Attributes:
        value: on the axis.
        dash: SVG's, such as `4 3`; empty for a solid line.
        label: what it is, for the key; lines with one label share an entry.
    """

    value: float
    dash: str
    label: str


def key_rows_of_lines(
    lines: Iterable[ReferenceLine], left: float, width: float
) -> list[list[tuple[float, ReferenceLine]]]:
    """Lay out one entry per label, in as many rows as the width needs, each with its place in pixels."""
    rows: list[list[tuple[float, ReferenceLine]]] = [[]]
    x = left
    for line in {one.label: one for one in lines}.values():
        wide = 34 + LETTER_PX * len(line.label)
        if rows[-1] and x + wide > width:
            rows.append([])
            x = left
        rows[-1].append((x, line))
        x += wide
    return rows if rows[0] else []


def draw_key_of_lines(
    canvas: Canvas, rows: Sequence[Sequence[tuple[float, ReferenceLine]]], top: float
) -> None:
    """Draw a key: a piece of the line and its label per entry."""
    for place, row in enumerate(rows):
        y = top + KEY_PX * place
        for x, line in row:
            _draw_line(canvas, x + 4, y, y + _SAMPLE_PX, line.dash)
            canvas.words(x + 12, y + 11, line.label, fill=canvas.theme.quiet, size=SMALL_PX)


def draw_lines(
    canvas: Canvas, scale: Scale, lines: Iterable[ReferenceLine], top: float, bottom: float
) -> None:
    """Draw the lines of a group, cased so that they show on any bar."""
    for line in lines:
        _draw_line(canvas, scale(line.value), top, bottom, line.dash)


def _draw_line(canvas: Canvas, x: float, top: float, bottom: float, dash: str) -> None:
    canvas.line(x, top, x, bottom, _CASING, 3)
    canvas.line(x, top, x, bottom, INK, 1.5, dash)
