"""A difference as a small bar from zero, with its interval, for a cell of a table."""

from collections.abc import Sequence

from floodeval.analysis.set_changes import Change
from floodeval.viz.style import GAIN, LINE, LOSS
from floodeval.viz.svg.reference_lines import INK
from floodeval.viz.svg.svg_canvas import Canvas, Drawing, Scale, Theme

WIDTH_PX, HEIGHT_PX, BAR_PX = 130, 16, 10
LEAST_REACH = 0.05  # of the axis, so that differences of nearly zero do not fill it


def reach_of(changes: Sequence[Change]) -> float:
    """The largest absolute value to draw, the same for all rows of a table."""
    ends = [abs(end) for one in changes for end in (one.gap, one.low, one.high) if end is not None]
    return max([LEAST_REACH, *ends])


def gap_bar_svg(change: Change, reach: float, alt: str, theme: Theme) -> Drawing:
    """Draw a gain to the right of zero, a loss, hatched, to its left.

    Args:
        change: the difference.
        reach: of the axis, to both sides of zero.
        alt: the difference in words.
        theme: colors and font.
    """
    canvas = Canvas(WIDTH_PX, HEIGHT_PX, theme)
    scale, middle = Scale(-reach, reach, 2, WIDTH_PX - 2), HEIGHT_PX / 2
    gap = change.gap or 0.0
    start, end = sorted((scale(0), scale(gap)))
    canvas.bar(start, middle - BAR_PX / 2, end - start, BAR_PX, GAIN if gap >= 0 else LOSS)
    canvas.line(scale(0), 0, scale(0), HEIGHT_PX, LINE)
    if change.low is not None and change.high is not None:
        low, high = scale(change.low), scale(change.high)
        for color, width in (("#FFFFFF", 4), (INK, 2)):  # cased, so that it shows on any bar and page
            canvas.line(low, middle, high, middle, color, width)
            for end in (low, high):
                canvas.line(end, middle - 4, end, middle + 4, color, width)
    return canvas.finish(alt)
