"""The trade-off between gain in domain and loss out of domain: one point per variant, and which to choose.

A variant's point is its gain on the in-domain set and its change on the worst other set, both as mean IoU
minus that of the baseline, which is at (0, 0). A point is on the Pareto front if no other variant is at least
as good in both and better in one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_TOLERANCE = 0.05  # IoU that may be lost out of domain
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Point:
    """A variant in the trade-off.

    Attributes:
        variant: its name.
        gain: mean IoU minus the baseline's, on the in-domain set.
        worst: the lowest such difference on the other sets.
        worst_run: the name of the run that it is from; None for the baseline.
        on_front: whether the point is on the Pareto front.
        within_tolerance: whether the loss on the worst other set is at most the tolerance.
    """

    variant: str
    gain: float
    worst: float
    worst_run: str | None
    on_front: bool
    within_tolerance: bool


def pareto_front(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Which points no other point dominates; more is better in both coordinates.

    Examples:
        >>> pareto_front([(0.0, 0.0), (0.4, -0.6), (0.3, -0.7), (0.39, -0.03)])
        [True, True, False, True]
    """
    return [not any(_dominates(other, one) for other in points) for one in points]


def _dominates(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] >= other[0] and one[1] >= other[1] and one != other


def recommended(points: Sequence[Point], baseline: str) -> str | None:
    """The variant to use: of those within the tolerance, the one with the highest gain in domain.

    Of two with the same gain it is the one that loses less, then the first. None where no variant within the
    tolerance gains anything.
    """
    allowed = [one for one in points if one.within_tolerance and one.variant != baseline and one.gain > 0]
    return max(allowed, key=lambda one: (one.gain, one.worst)).variant if allowed else None


def loses_at_most(worst: float, tolerance: float) -> bool:
    """Whether a change is no loss beyond the tolerance.

    Examples:
        >>> loses_at_most(-0.05, 0.05), loses_at_most(-0.051, 0.05), loses_at_most(0.2, 0.05)
        (True, False, True)
    """
    return worst >= -tolerance - _ROUNDING
