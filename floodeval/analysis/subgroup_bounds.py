"""The bounds of subgroups: round numbers near the thirds of the samples.

The rule: of the grids below, from the roundest to the finest, the first is used on which the two numbers that
come closest to dividing the samples into thirds leave at least a fifth of the samples in every part. Where no
grid does, because many values are equal, one number divides the samples in two, by the same rule. Where that
is impossible as well, the samples are not divided.
"""

from functools import cache

import numpy as np

from floodeval.analysis.statistics import Floats

SMALLEST_PART = 0.2  # of the samples with a value
THIRDS, HALVES = (1 / 3, 2 / 3), (1 / 2,)
_EXPONENTS = range(-3, 10)  # a bound below 0.001, or 0.1%, would say nothing to a reader
_GRIDS: tuple[Floats, ...] = (
    np.array([1.0, 2.0, 5.0]),
    np.arange(1.0, 10.0),
    np.arange(2.0, 20.0) / 2,
    np.arange(10.0, 100.0) / 10,
    np.arange(100.0, 1000.0) / 100,
)


def round_bounds(values: Floats, is_count: bool = False) -> tuple[float, ...]:
    """Choose the bounds between the parts of a trait's values.

    Args:
        values: 0 or more, one per sample, without missing values.
        is_count: whether the values are whole numbers of things; their bounds are whole numbers too.

    Returns:
        Two bounds, one, or none, in ascending order. A value that equals a bound belongs to the part above.

    Examples:
        >>> round_bounds(np.array([0.06, 0.09, 0.19, 0.21, 0.34, 0.56, 0.61, 0.87]))
        (0.2, 0.5)
        >>> round_bounds(np.array([1.0, 1.0, 2.0, 3.0, 5.0, 8.0, 9.0, 13.0]), is_count=True)
        (2.0, 5.0)
    """
    for shares in (THIRDS, HALVES):
        for grid in range(len(_GRIDS)):
            bounds = _closest(np.sort(values), shares, _numbers(grid, is_count))
            if bounds:
                return bounds
    return ()


@cache
def _numbers(grid: int, is_count: bool) -> Floats:
    """All numbers on one of the grids, in ascending order; only whole ones for counts."""
    numbers = np.array([float(f"{one:g}e{exponent}") for exponent in _EXPONENTS for one in _GRIDS[grid]])
    return numbers[numbers == np.round(numbers)] if is_count else numbers


def _closest(ordered: Floats, shares: tuple[float, ...], numbers: Floats) -> tuple[float, ...]:
    """The numbers that divide the values most nearly at the shares; none where a part is too small."""
    if not len(ordered):
        return ()
    below = np.searchsorted(ordered, numbers, side="left") / len(ordered)
    chosen = [_largest_of_best(np.abs(below - share)) for share in shares]
    parts = np.diff([0.0, *below[chosen], 1.0])
    return tuple(map(float, numbers[chosen])) if parts.min() >= SMALLEST_PART else ()


def _largest_of_best(distances: Floats) -> int:
    return len(distances) - 1 - int(np.argmin(distances[::-1]))
