"""Hatches: the line patterns that tell classes apart without color, defined once for every renderer.

Overlays (`overlays.py`), swatches (`swatches.py`), SVG charts (`svg/svg_canvas.py`), Plotly charts
(`charts/figure.py`) and the viewer in the browser (`dashboard/viewer/hatches.js`) use this table. Lines are
defined on whole pixels, so that overlays and viewer agree pixel by pixel.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

SHADE = 0.62  # a line has the class's color times this
LEAST_SPACING_PX = 6
LINES_PER_SIDE = 56  # of the longer side of a picture, where that leaves the least spacing
WIDTH_DIVISOR = 4  # a line is a fourth of the spacing wide

Direction = tuple[int, int]


@dataclass(frozen=True)
class Hatch:
    """One pattern of lines.

    Attributes:
        lines: one (across, down) for each set of parallel lines. The pixel (x, y) is on a line where
            (across * x + down * y) modulo the spacing is less than the width. (0, 1) is horizontal, (1, 0)
            vertical, (1, 1) rises to the right at 45 degrees and (1, -1) falls.
        dots: draw only the pixels where all lines cross.
    """

    lines: tuple[Direction, ...] = ()
    dots: bool = False


HATCHES = {
    "": Hatch(),
    "/": Hatch(((1, 1),)),
    "x": Hatch(((1, 1), (1, -1))),
    "-": Hatch(((0, 1),)),
    ".": Hatch(((1, 0), (0, 1)), dots=True),
}
"""Hatches by Plotly's names of pattern shapes (`Style.hatch`)."""


def spacing_of(height: int, width: int) -> tuple[int, int]:
    """The spacing and the width of hatch lines in a picture of that height and width, in its pixels."""
    spacing = max(LEAST_SPACING_PX, max(height, width) // LINES_PER_SIDE)
    return spacing, max(1, spacing // WIDTH_DIVISOR)


def stroke_of(spacing: int) -> float:
    """The width of a line in a hatch of that spacing."""
    return spacing / WIDTH_DIVISOR


def hatch_tile(name: str, spacing: int, line: int) -> npt.NDArray[np.bool_]:
    """One period of a hatch, spacing x spacing, true on its lines.

    Args:
        name: a key of `HATCHES`.
        spacing: of the lines, in pixels.
        line: their width, in pixels.
    """
    hatch = HATCHES[name]
    y, x = np.mgrid[:spacing, :spacing]
    drawn = [(across * x + down * y) % spacing < line for across, down in hatch.lines]
    if not drawn:
        return np.zeros((spacing, spacing), bool)
    return np.asarray(np.logical_and.reduce(drawn) if hatch.dots else np.logical_or.reduce(drawn), bool)


def hatch_path(name: str, side: int, spacing: int) -> str:
    """A hatch as an SVG path to stroke with a width of `stroke_of(spacing)`, over a square of `side` pixels.

    The square can be repeated without a seam where `side` is a multiple of `spacing`.
    """
    hatch = HATCHES[name]
    middles = range(spacing // 2, 2 * side, spacing)
    if hatch.dots:
        half = stroke_of(spacing) / 2
        return "".join(
            f"M{x - half:g} {y}h{2 * half:g}" for y in middles for x in middles if max(x, y) < side
        )
    return "".join(_line(direction, middle, side) for direction in hatch.lines for middle in middles)


def hatch_segments(
    name: str, left: float, top: float, width: float, height: float, spacing: int
) -> Iterator[tuple[float, float, float, float]]:
    """A hatch as segments (x1, y1, x2, y2) to stroke, cut to a rectangle; they need no clip path.

    Args:
        name: a key of `HATCHES`.
        left: of the rectangle, in pixels.
        top: of the rectangle, in pixels.
        width: of the rectangle, in pixels.
        height: of the rectangle, in pixels.
        spacing: of the lines, in pixels.
    """
    hatch, right, bottom = HATCHES[name], left + width, top + height
    if hatch.dots:
        half = stroke_of(spacing) / 2
        rows, columns = (
            _middles(low + half, high - half, spacing) for low, high in ((top, bottom), (left, right))
        )
        yield from ((x - half, y, x + half, y) for y, x in product(rows, columns))
        return
    for across, down in hatch.lines:
        ends = [across * x + down * y for x in (left, right) for y in (top, bottom)]
        for middle in _middles(min(ends), max(ends), spacing):
            if not across:
                yield left, middle, right, middle
            elif not down:
                yield middle, top, middle, bottom
            else:
                first, last = sorted((down * (middle - left), down * (middle - right)))
                y1, y2 = max(top, first), min(bottom, last)
                yield middle - down * y1, y1, middle - down * y2, y2


def hatch_table() -> dict[str, Any]:
    """The definition as plain data, for the viewer in the browser."""
    return {
        "shade": SHADE,
        "least_spacing_px": LEAST_SPACING_PX,
        "lines_per_side": LINES_PER_SIDE,
        "width_divisor": WIDTH_DIVISOR,
        "patterns": {name: asdict(hatch) for name, hatch in HATCHES.items()},
    }


def _middles(low: float, high: float, spacing: int) -> Iterator[float]:
    """The middles of the lines between two values: half a spacing, and multiples of the spacing more."""
    place = np.ceil((low - spacing / 2) / spacing) * spacing + spacing / 2
    while place < high:
        yield float(place)
        place += spacing


def _line(direction: Direction, middle: int, side: int) -> str:
    """The line across*x + down*y = middle over a square; a falling one is counted from the lower left."""
    return {
        (0, 1): f"M0 {middle}H{side}" if middle < side else "",
        (1, 0): f"M{middle} 0V{side}" if middle < side else "",
        (1, 1): f"M-2 {middle + 2}L{middle + 2} -2",
        (1, -1): f"M-2 {side - middle - 2}L{middle + 2} {side + 2}",
    }[direction]
