"""Retention: how much of the baseline's score a variant keeps on a data set, with its interval over scenes.

Retention is the mean score of the variant divided by the mean score of the baseline, over the photographs
where both have one. Means are divided, not photographs: a photograph where the baseline scores nearly 0 would
otherwise decide the result.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.statistics import Floats, mean_interval, scene_sums

UNDEFINED_BELOW = 0.1  # a baseline's mean below which there is hardly an ability to keep
MOST = 1 / UNDEFINED_BELOW  # the largest retention that means of scores can have
STEPS = 40  # of the search for an end of the interval; each halves what is left of it


@dataclass(frozen=True)
class Retention:
    """A ratio of means with its 95% interval.

    `value` is None where the baseline's mean is below 0.1 or there is no photograph; `low` and `high` are
    None there too, and with fewer than two scenes.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None


def retention_of(variant: pd.Series, baseline: pd.Series, scenes: pd.Series) -> Retention:
    """The retention of a variant.

    The interval has every ratio r for which the 95% interval of the mean of (variant - r x baseline) contains
    zero (Fieller 1954), with the interval of `floodeval.analysis.statistics`. A percentile bootstrap over
    scenes is too narrow with few scenes: `docs/explanation/statistics.md` has the figures.

    Args:
        variant: its score on each photograph, 0 to 1, missing values allowed.
        baseline: the baseline's score on the same photographs.
        scenes: the scene of each photograph.

    Examples:
        >>> variant, baseline = pd.Series([0.4, 0.5, 0.3]), pd.Series([0.8, 0.9, 0.7])
        >>> kept = retention_of(variant, baseline, pd.Series(["s", "t", "u"]))
        >>> round(kept.value, 3), round(kept.low, 3), round(kept.high, 3)
        (0.5, 0.275, 0.618)
        >>> retention_of(pd.Series([0.4]), pd.Series([0.05]), pd.Series(["s"])).value is None
        True
    """
    both = pd.DataFrame({"variant": variant, "baseline": baseline}).dropna()
    if both.empty or both["baseline"].mean() < UNDEFINED_BELOW:
        return Retention()
    value = float(both["variant"].mean() / both["baseline"].mean())
    sums, counts = scene_sums(both, scenes[both.index])
    if len(sums) < 2:
        return Retention(value)
    contains = _container(sums, counts[:, 0])
    return Retention(value, _end(contains, value, 0.0), _end(contains, value, MOST))


def _container(sums: Floats, counts: Floats) -> Callable[[float], bool]:
    """Whether a ratio is in the interval, as a function."""

    def contains(ratio: float) -> bool:
        found = mean_interval(sums[:, 0] - ratio * sums[:, 1], counts)
        return found.low is not None and found.high is not None and found.low <= 0 <= found.high

    return contains


def _end(contains: Callable[[float], bool], inside: float, outside: float) -> float:
    """The end of the interval between its middle and a limit."""
    if contains(outside):
        return outside
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if contains(middle) else (inside, middle)
    return inside
