"""The rule that decides whether a difference is a verdict: better, worse, undecided or too few scenes.

- Below 6 effective scenes there is no verdict: `too_few_scenes`.
- Otherwise B is `better` or `worse` if the 95% interval over scenes excludes zero and the sign-flip test over
  scenes agrees (p below 0.05); else `undecided`.
- Where several comparisons answer one question, the test's p is corrected for their number (Holm 1979).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.significance import sign_flip_p
from floodeval.analysis.statistics import GAPS_OF_SHARES, Interval, scene_intervals

BETTER, WORSE, UNDECIDED, TOO_FEW_SCENES = "better", "worse", "undecided", "too_few_scenes"
DECIDED = (BETTER, WORSE)
MINIMUM_SCENES = 6  # effective scenes: of 5, no choice of signs has a p below 0.05
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Verdict:
    """A verdict on a difference and its reason, as codes.

    `word` is `better`, `worse`, `undecided` or `too_few_scenes`; `reason` is `agree` (interval and test
    agree), `interval` (it contains zero), `test` (p is 0.05 or more), `both` (neither shows a difference),
    `few_scenes` or `no_value`.
    """

    word: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """The interval, test and verdict of a mean difference over photographs.

    `p` is that of the sign-flip test, `p_holm` the same corrected for the number of differences.
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
        lower_is_better: whether a difference below zero is a gain, as for distances.

    Examples:
        >>> judge(Interval(0.01, 0.05, n_scenes=20, n_effective=18.0), p=0.002)
        Verdict(word='better', reason='agree')
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
        lower_is_better: whether a mean below zero is a gain, as for distances.

    Examples:
        >>> gaps = pd.DataFrame({"iou": [0.1, 0.2]})
        >>> find(gaps, pd.Series(["s", "t"]))["iou"].verdict
        Verdict(word='too_few_scenes', reason='few_scenes')
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
    """Adjust p-values for their number (Holm 1979); missing ones stay missing and do not count.

    Examples:
        >>> holm([0.01, 0.04, None])
        [0.02, 0.04, None]
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[i] = highest
    return adjusted


def scenes_needed(n_comparisons: int = 1) -> int:
    """The least number of scenes for a verdict: the least n with 2 / 2^n < 0.05 / comparisons, at least 6.

    Examples:
        >>> scenes_needed(), scenes_needed(3)
        (6, 7)
    """
    return max(MINIMUM_SCENES, math.floor(math.log2(2 * max(1, n_comparisons) / SIGNIFICANT)) + 1)
