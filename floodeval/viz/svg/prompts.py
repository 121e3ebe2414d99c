"""What each prompt is worth: the mean IoU of A and of B with every prompt, joined by a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.palette import Ink
from floodeval.viz.svg.averages import draw_key
from floodeval.viz.svg.canvas import QUIET, Canvas, Drawing, Scale

WIDTH, LEFT, RIGHT, TOP, ROW, BOTTOM = 760, 150, 60, 40, 34, 40


@dataclass(frozen=True)
class PromptScore:
    """A prompt's label, with the mean IoU of A and of B; None where there is none."""

    label: str
    a: float | None
    b: float | None


def prompts_svg(scores: Sequence[PromptScore], inks: Sequence[Ink]) -> Drawing:
    """Draw one row a prompt: A's mean as a square, B's as a disc.

    Args:
        scores: in the order of the rows.
        inks: of A and of B.
    """
    height = TOP + BOTTOM + ROW * len(scores)
    canvas, scale = Canvas(WIDTH, height), Scale(0, 1, LEFT, WIDTH - RIGHT)
    for tick in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(scale(tick), TOP, scale(tick), height - BOTTOM)
        canvas.words(
            scale(tick), height - BOTTOM + 16, formats.significant(tick), anchor="middle", fill=QUIET
        )
    canvas.words(scale(0.5), height - 6, say("report.axis_mean_iou"), anchor="middle", fill=QUIET)
    draw_key(canvas, inks)
    for place, score in enumerate(scores):
        _draw_score(canvas, scale, TOP + ROW * (place + 0.5), score, inks)
    return canvas.finish(say("report.alt_prompts"))


def _draw_score(canvas: Canvas, scale: Scale, y: float, score: PromptScore, inks: Sequence[Ink]) -> None:
    canvas.words(LEFT - 8, y + 4, score.label, anchor="end", bold=True)
    if score.a is None or score.b is None:
        return
    x_a, x_b = scale(score.a), scale(score.b)
    canvas.line(x_a, y, x_b, y, QUIET, 2)
    canvas.rect(x_a - 6, y - 6, 12, 12, inks[0].colour, QUIET)
    canvas.circle(x_b, y, 7, inks[1].colour, QUIET)
    a_first = score.a <= score.b
    for x, value, leftmost, letter in ((x_a, score.a, a_first, "A"), (x_b, score.b, not a_first, "B")):
        side = -12 if leftmost else 12
        canvas.words(
            x + side, y + 4, f"{letter} {formats.score(value)}", anchor="end" if leftmost else "start"
        )
