"""The trade-off of variants: gain in domain across, change on the worst other data set upwards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from floodeval.analysis.generalization import Generalization
from floodeval.analysis.set_changes import Change
from floodeval.analysis.trade_off import Point
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.style import MARK, Style
from floodeval.viz.svg.svg_canvas import SMALL_PX, Canvas, Drawing, Scale, Theme, round_axis

LETTER_PX = 7.0  # the mean width of a letter
MARK_PX = 6.5  # from the middle of a mark to its edge
TOLERATED = "#009E73"  # the color of the tolerance line


@dataclass(frozen=True)
class TradeOffLayout:
    """The size of the chart and the margins around its plot, in pixels."""

    width: float
    height: float
    left: float = 62
    right: float = 26
    top: float = 14
    bottom: float = 52


WIDE, NARROW = TradeOffLayout(520, 350), TradeOffLayout(346, 330)


@dataclass(frozen=True)
class _Box:
    """A rectangle that a label must leave free: left, top, right and bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def trade_off_svg(
    found: Generalization, styles: Mapping[str, Style], layout: TradeOffLayout, theme: Theme
) -> Drawing:
    """Draw every variant with the intervals of its gain and of its change on the worst set.

    Args:
        found: with points.
        styles: of the variants.
        layout: sizes.
        theme: colors and font.
    """
    canvas = Canvas(layout.width, layout.height, theme)
    across, up = _axes(canvas, found, layout)
    _draw_tolerance(canvas, across, up, found.tolerance)
    front = _front(across, up, found.points)
    _draw_front(canvas, front)
    for point in found.points:
        _draw_whiskers(canvas, across, up, point, _changes(found, point))
    for point in found.points:
        with canvas.named(point_words(found, point)):
            place = across(point.gain), up(point.worst)
            if point.variant == found.recommended:
                canvas.ring(*place, MARK_PX + 5, theme.text)
            draw_mark(canvas, *place, styles[point.variant])
    _draw_labels(canvas, across, up, found, front)
    return canvas.finish(say("generalization.chart_alt"))


def point_words(found: Generalization, point: Point) -> str:
    """A point in a sentence: gain, worst change, whether it is on the front and recommended."""
    label = found.label(point.variant)
    if point.worst_run is None:
        return say("generalization.point_baseline", variant=label)
    said = say(
        "generalization.point",
        variant=label,
        gain=formats.gap(point.gain),
        worst=formats.gap(point.worst),
        set=found.set_of(point.worst_run).name,
    )
    front = say("generalization.on_front") if point.on_front else ""
    best = say("generalization.is_recommended") if point.variant == found.recommended else ""
    return said + front + best


def _changes(found: Generalization, point: Point) -> tuple[Change, Change] | None:
    """The changes that a point is made of: in domain, and on the worst other set."""
    if point.worst_run is None:
        return None
    changes = {one.run: one for one in found.of(point.variant)}
    return changes[found.in_domain.run], changes[point.worst_run]


def _axes(canvas: Canvas, found: Generalization, layout: TradeOffLayout) -> tuple[Scale, Scale]:
    ends = [_changes(found, one) for one in found.points]
    gains = [0.0, *(end for both in ends if both for end in _ends(both[0]))]
    losses = [0.0, -found.tolerance, *(end for both in ends if both for end in _ends(both[1]))]
    bottom, right = layout.height - layout.bottom, layout.width - layout.right
    low, high, step = _padded(gains)
    across = Scale(low, high, layout.left, right)
    for value in _ticks(low, high, step):
        x = across(value)
        canvas.line(x, layout.top, x, bottom)
        canvas.words(x, bottom + 16, _tick(value), anchor="middle", fill=canvas.theme.quiet, size=SMALL_PX)
    low, high, step = _padded(losses)
    up = Scale(low, high, bottom, layout.top)
    for value in _ticks(low, high, step):
        y = up(value)
        canvas.line(layout.left, y, right, y)
        canvas.words(
            layout.left - 6, y + 4, _tick(value), anchor="end", fill=canvas.theme.quiet, size=SMALL_PX
        )
    canvas.line(layout.left, up(0), right, up(0), canvas.theme.quiet)
    canvas.line(across(0), layout.top, across(0), bottom, canvas.theme.quiet)
    n = counted(found.in_domain.n_scenes, "scene")
    gain = say("generalization.axis_gain", set=found.in_domain.name, scenes=n)
    sets = sum(one.has_enough_scenes for one in found.sets[1:])
    change = say("generalization.axis_change", n=sets)
    canvas.words((layout.left + right) / 2, layout.height - 10, gain, anchor="middle", size=SMALL_PX + 1)
    canvas.words(14, (layout.top + bottom) / 2, change, anchor="middle", size=SMALL_PX + 1, turned=True)
    return across, up


def _ends(change: Change) -> Sequence[float]:
    return [one for one in (change.gap, change.low, change.high) if one is not None]


def _padded(values: Sequence[float]) -> tuple[float, float, float]:
    """An axis in round numbers with room around the values; from 0.1 below to 0.1 above zero at least."""
    low, high = min(*values, -0.05), max(*values, 0.05)
    room = 0.06 * (high - low)
    return round_axis(low - room, high + room)


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [low + place * step for place in range(round((high - low) / step) + 1)]


def _tick(value: float) -> str:
    return "0" if abs(value) < 1e-9 else formats.gap(value, 2)


def _draw_tolerance(canvas: Canvas, across: Scale, up: Scale, tolerance: float) -> None:
    y = up(-tolerance)
    canvas.line(across(across.low), y, across(across.high), y, TOLERATED, 1.5, "6 4")
    words = say("generalization.tolerance_line", loss=formats.significant(tolerance))
    canvas.words(across(0) + 5, y + 13, words, fill=canvas.theme.quiet, size=SMALL_PX)


def _draw_front(canvas: Canvas, steps: list[tuple[float, float]]) -> None:
    if len(steps) > 1:
        canvas.polyline(steps, canvas.theme.quiet, 1.5)


def _front(across: Scale, up: Scale, points: Sequence[Point]) -> list[tuple[float, float]]:
    """The front as steps: between two of its points, the worse of both in each coordinate can be had."""
    steps: list[tuple[float, float]] = []
    for gain, worst in sorted({(one.gain, one.worst) for one in points if one.on_front}):
        if steps:
            steps.append((steps[-1][0], up(worst)))
        steps.append((across(gain), up(worst)))
    return steps


def _draw_whiskers(
    canvas: Canvas, across: Scale, up: Scale, point: Point, changes: tuple[Change, Change] | None
) -> None:
    if changes is None:
        return
    gain, worst = changes
    x, y = across(point.gain), up(point.worst)
    if gain.low is not None and gain.high is not None:
        canvas.line(across(gain.low), y, across(gain.high), y, MARK, 1.5)
    if worst.low is not None and worst.high is not None:
        canvas.line(x, up(worst.low), x, up(worst.high), MARK, 1.5)


def draw_mark(canvas: Canvas, x: float, y: float, style: Style) -> None:
    """Draw a variant's mark: its shape follows the hatch of its style, as in charts over prompts."""
    r = MARK_PX
    if style.hatch == "/":
        canvas.polygon([(x, y - r - 1), (x + r + 1, y), (x, y + r + 1), (x - r - 1, y)], style.color)
    elif style.hatch == "x":
        canvas.rect(x - r + 1, y - r + 1, 2 * r - 2, 2 * r - 2, style.color, "#FFFFFF")
    elif style.hatch == ".":
        canvas.line(x - r + 1, y - r + 1, x + r - 1, y + r - 1, style.color, 3.5)
        canvas.line(x - r + 1, y + r - 1, x + r - 1, y - r + 1, style.color, 3.5)
    elif style.hatch == "-":
        canvas.polygon([(x, y - r), (x + r, y + r - 1), (x - r, y + r - 1)], style.color)
    else:
        canvas.circle(x, y, r, style.color)


def _draw_labels(
    canvas: Canvas, across: Scale, up: Scale, found: Generalization, front: Sequence[tuple[float, float]]
) -> None:
    """Write each variant's name next to its mark, where it meets no mark, no line and no other name."""
    frame = _Box(across(across.low), up(up.high), across(across.high) + 8, up(up.low))
    taken = [*_marks(across, up, found), *_lines(across, up, found, front)]
    for point in found.points:
        is_best = point.variant == found.recommended
        label = found.label(point.variant)
        width = LETTER_PX * len(label) * (1.1 if is_best else 1.0)
        box = _free(across(point.gain), up(point.worst), width, 14 + (5 if is_best else 0), frame, taken)
        taken.append(box)
        canvas.words(box.left, box.bottom - 3, label, bold=is_best, size=SMALL_PX + 1)


def _marks(across: Scale, up: Scale, found: Generalization) -> Iterator[_Box]:
    """The places of the marks and of their whiskers."""
    reach = MARK_PX + 2
    for point in found.points:
        x, y = across(point.gain), up(point.worst)
        yield _Box(x - reach, y - reach, x + reach, y + reach)
        changes = _changes(found, point)
        if changes and (gain := changes[0]).low is not None and gain.high is not None:
            yield _Box(across(gain.low), y - 1, across(gain.high), y + 1)
        if changes and (worst := changes[1]).low is not None and worst.high is not None:
            yield _Box(x - 1, up(worst.high), x + 1, up(worst.low))


def _lines(
    across: Scale, up: Scale, found: Generalization, front: Sequence[tuple[float, float]]
) -> Iterator[_Box]:
    """The places of the zero lines, the front, and the tolerance line with its words."""
    left, right = across(across.low), across(across.high)
    yield _Box(left, up(0) - 1, right, up(0) + 1)
    yield _Box(across(0) - 1, up(up.high), across(0) + 1, up(up.low))
    y = up(-found.tolerance)
    yield _Box(left, y - 1, right, y + 1)
    yield _Box(across(0), y, across(0) + 115, y + 16)  # its words
    for (x1, y1), (x2, y2) in pairwise(front):
        yield _Box(min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1)


def _free(x: float, y: float, width: float, away: float, frame: _Box, taken: Sequence[_Box]) -> _Box:
    """The first place around a point that is free: right, left, above or below, near or further away."""
    places = []
    for more in (0, 14, 28, 42):
        for left, middle in (
            (x + away + more / 3, y - more),
            (x + away / 2, y - away - more),
            (x - away - width - more / 3, y - more),
            (x - width / 2, y - away - 4 - more),
            (x - width / 2, y + away + 4 + more),
            (x + away + more / 3, y + more),
            (x - away - width - more / 3, y + more),
        ):
            inside = min(max(left, frame.left + 2), frame.right - width)
            places.append(_Box(inside, middle - 8, inside + width, middle + 7))
    fitting = [one for one in places if one.top >= frame.top - 4 and one.bottom <= frame.bottom]
    free = (one for one in fitting if not any(one.meets(other) for other in taken))
    return next(free, (fitting or places)[0])
