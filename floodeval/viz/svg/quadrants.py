"""Every photograph at its IoU under A and under B, with the quadrants that the threshold cuts."""

import pandas as pd

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.palette import QUADRANT_INKS
from floodeval.viz.svg.canvas import QUIET, Canvas, Drawing, Scale

SIDE, LEFT, TOP, RIGHT, BOTTOM = 264, 56, 12, 200, 46
TICKS = (0, 0.25, 0.5, 0.75, 1)


def quadrants_svg(table: pd.DataFrame, a: str, b: str, threshold: float) -> Drawing:
    """Draw one mark a photograph, its shape by its quadrant; above the diagonal B is better.

    Args:
        table: of `floodeval.analysis.pairing.paired`.
        a: the baseline's name.
        b: the other variant's name.
        threshold: the IoU under which a variant fails.
    """
    canvas = Canvas(LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM)
    across, up = Scale(0, 1, LEFT, LEFT + SIDE), Scale(0, 1, TOP + SIDE, TOP)
    for tick in TICKS:
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
    canvas.words(across(0.5), TOP + SIDE + 38, say("report.axis_iou", name=a, letter="A"), anchor="middle")
    canvas.words(14, up(0.5), say("report.axis_iou", name=b, letter="B"), anchor="middle", turned=True)
    y = TOP + 16.0
    for quadrant, ink in QUADRANT_INKS.items():
        rows = table[table["quadrant"] == quadrant]
        for iou_a, iou_b in zip(rows["iou_a"], rows["iou_b"], strict=True):
            _draw_mark(canvas, quadrant, across(iou_a), up(iou_b), ink.colour)
        _draw_mark(canvas, quadrant, LEFT + SIDE + 22, y - 4, ink.colour)
        canvas.words(LEFT + SIDE + 34, y, f"{ink.label}: {len(rows)}")
        y += 22
    return canvas.finish(say("report.alt_quadrants", a=a, b=b))


def _draw_mark(canvas: Canvas, quadrant: str, x: float, y: float, colour: str) -> None:
    if quadrant == "fixed":
        canvas.polygon([(x, y - 6), (x + 5.5, y + 4), (x - 5.5, y + 4)], colour)
    elif quadrant == "regressed":
        canvas.polygon([(x, y + 6), (x + 5.5, y - 4), (x - 5.5, y - 4)], colour)
    elif quadrant == "both_fail":
        canvas.line(x - 4, y - 4, x + 4, y + 4, colour, 2.5)
        canvas.line(x - 4, y + 4, x + 4, y - 4, colour, 2.5)
    else:
        canvas.circle(x, y, 4.5, colour)
