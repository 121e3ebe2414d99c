"""The one rule by which a difference is called a difference.

- Below 6 effective scenes there is no verdict: `too_few_scenes`.
- Otherwise B is `better` or `worse` where the 95 % interval over scenes leaves out zero and the sign-flip
  test over scenes agrees (p below 0.05); else `undecided`.
- Where several comparisons are read together, the test's p is corrected for their number (Holm 1979).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.statistics import GAPS_OF_SHARES, Interval, scene_intervals, sign_flip_p

BETTER, WORSE, UNDECIDED, TOO_FEW_SCENES = "better", "worse", "undecided", "too_few_scenes"
DECIDED = (BETTER, WORSE)
MINIMUM_SCENES = 6  # effective scenes: of 5, no choice of signs has a p below 0.05
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Verdict:
    """What may be said of a difference, and why, as codes.

    `word` is `better`, `worse`, `undecided` or `too_few_scenes`; `reason` is `agree` (interval and test),
    `interval` (it holds zero), `test` (its p is 0.05 or more), `both` (neither shows a difference),
    `few_scenes` or `no_value`.
    """

    word: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """A mean difference over photographs with all that its verdict rests on.

    `p` is of the sign-flip test; `p_holm` the same corrected for the differences found together.
    """

    interval: Interval
    p: float | None
    p_holm: float | None
    verdict: Verdict


def judge(interval: Interval, p: float | None, *, lower_is_better: bool = False) -> Verdict:
    """Apply the rule to one difference.

    Args:
        interval: of the mean difference, B - A.
        p: of the sign-flip test, corrected where several comparisons are read together.
        lower_is_better: whether a difference below zero is a gain, as of distances.
    """
    if not interval.n_scenes:
        return Verdict(UNDECIDED, "no_value")
    if interval.n_effective < MINIMUM_SCENES - 1e-9 or interval.low is None or interval.high is None:
        return Verdict(TOO_FEW_SCENES, "few_scenes")
    apart, significant = interval.low > 0 or interval.high < 0, p is not None and p < SIGNIFICANT
    if apart and significant:
        return Verdict(BETTER if (interval.low > 0) != lower_is_better else WORSE, "agree")
    return Verdict(UNDECIDED, "both" if not apart and not significant else "test" if apart else "interval")


def find(
    gaps: pd.DataFrame,
    scenes: pd.Series,
    limits: tuple[float, float] = GAPS_OF_SHARES,
    *,
    lower_is_better: bool = False,
) -> dict[str, Finding]:
    """Judge the mean of every column, with p corrected for the number of columns.

    Args:
        gaps: one row per photograph, one column per comparison, missing values allowed.
        scenes: the scene of each photograph.
        limits: the least and the greatest value that a mean can have.
        lower_is_better: whether a mean below zero is a gain, as of distances.
    """
    intervals, p_values = scene_intervals(gaps, scenes, limits), sign_flip_p(gaps, scenes)
    corrected = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    return {
        name: Finding(
            interval,
            p_values[name],
            corrected[name],
            judge(interval, corrected[name], lower_is_better=lower_is_better),
        )
        for name, interval in intervals.items()
    }


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values for their number (Holm 1979); missing ones stay missing and do not count."""
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[i] = highest
    return adjusted


def scenes_needed(n_comparisons: int = 1) -> int:
    """How many scenes could decide at all: the least n with 2 / 2^n < 0.05 / comparisons, and at least 6."""
    return max(MINIMUM_SCENES, math.floor(math.log2(2 * max(1, n_comparisons) / SIGNIFICANT)) + 1)
