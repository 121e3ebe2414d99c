"""The rule that gives a difference its verdict: better, worse, undecided or too few scenes.

- Below 6 effective scenes there is no verdict: `too_few_scenes`.
- Otherwise B is `better` or `worse` if the 95% interval over scenes excludes zero and the sign-flip test over
  scenes agrees (p below 0.05); else `undecided`.
- Where several comparisons answer one question, the test's p is corrected for their number (Holm 1979).

The effect size next to a verdict is the rank-biserial correlation over photographs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from floodeval.analysis.statistics import GAPS_OF_SHARES, Floats, Interval, scene_intervals, scene_sums

BETTER, WORSE, UNDECIDED, TOO_FEW_SCENES = "better", "worse", "undecided", "too_few_scenes"
DECIDED = (BETTER, WORSE)
MINIMUM_SCENES = 6  # effective scenes: of 5, no choice of signs has a p below 0.05
SIGNIFICANT = 0.05
EXACT_TO = 16  # scenes: up to here all 2^16 choices of signs are counted, beyond they are sampled
DRAWN_TO = 2000  # scenes: beyond, the normal distribution is closer than 9999 random choices
FLIPS = 9999  # random choices of signs
CHUNK_BYTES = 2**26  # memory for random signs


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


def sign_flip_p(gaps: pd.DataFrame, scenes: pd.Series, seed: int = 0) -> dict[str, float | None]:
    """Two-sided p of every column's mean gap, by flipping the signs of whole scenes (Fisher 1935).

    The statistic is the sum of the gaps over all photographs, so that unequal scenes weigh as they do in
    the mean. Up to 16 scenes with a difference, all choices of signs are counted, and p is exact. Beyond, p
    is (b + 1) / (9999 + 1), where b counts the random choices whose sum is at least as large; beyond 2000
    scenes, p is that of the normal distribution. The smallest p of n scenes is 2 / 2^n.

    Args:
        gaps: one row per photograph, one column per metric, missing values allowed.
        scenes: the scene of each photograph.
        seed: the seed of the random signs.

    Returns:
        One p per column: 1 where every gap is zero; None where all gaps are missing.

    Examples:
        >>> sign_flip_p(pd.DataFrame({"iou": [0.1, 0.2, 0.3]}), pd.Series(["s", "t", "u"]))
        {'iou': 0.25}
    """
    sums, counts = scene_sums(gaps, scenes)
    found: dict[str, float | None] = dict.fromkeys(map(str, gaps))
    many = []
    for i, name in enumerate(found):
        differing = sums[:, i][sums[:, i] != 0]
        if not counts[:, i].any():
            continue
        if len(differing) <= EXACT_TO:
            found[name] = exact_p(differing)
        elif len(differing) > DRAWN_TO:
            found[name] = normal_p(differing)
        else:
            many.append(i)
    if many:
        names = list(found)
        for i, p in zip(many, drawn_p(sums[:, many], seed), strict=True):
            found[names[i]] = float(p)
    return found


def exact_p(sums: Floats) -> float:
    """The share of all choices of signs whose sum is at least as far from zero; `sums` has no zeros.

    Examples:
        >>> exact_p(np.array([0.1, 0.2]))
        0.5
    """
    if not len(sums):
        return 1.0
    totals = sums[:1]  # its sign stays: the other half of the choices mirrors this one
    for one in sums[1:]:
        totals = np.concatenate([totals + one, totals - one])
    return float(np.mean(np.abs(totals) >= _as_large(sums[:, None])))


def _as_large(sums: Floats) -> Floats:
    """The observed absolute sum, minus a tolerance for rounding."""
    limit: Floats = np.abs(sums.sum(axis=0)) - 1e-9 * np.abs(sums).sum(axis=0)
    return limit


def drawn_p(sums: Floats, seed: int) -> Floats:
    """One p per column (scenes x columns), from random signs that all columns share.

    Examples:
        >>> drawn_p(np.ones((20, 1)), seed=0).round(4).tolist()
        [0.0001]
    """
    rng, (n_scenes, n_columns) = np.random.default_rng(seed), sums.shape
    limit, as_large = _as_large(sums), np.zeros(n_columns)
    total, at_once = sums.sum(axis=0), max(1, CHUNK_BYTES // (8 * n_scenes))
    for start in range(0, FLIPS, at_once):
        drawn = rng.integers(0, 256, (min(at_once, FLIPS - start), -(-n_scenes // 8)), np.uint8)
        flipped = np.unpackbits(drawn, axis=1, count=n_scenes).astype(np.float64)
        as_large += (np.abs(total - 2 * (flipped @ sums)) >= limit).sum(axis=0)
    p: Floats = (as_large + 1) / (FLIPS + 1)
    return p


def normal_p(sums: Floats) -> float:
    """The p of many scenes: their sum under random signs is normal with mean 0 and variance sum(sums^2).

    It is at least 1 / 10000, the smallest p with random signs.

    Examples:
        >>> round(normal_p(np.array([1.0, 1.0, -1.0, 1.0])), 3)
        0.317
    """
    z = abs(float(sums.sum())) / math.sqrt(float(np.square(sums).sum()))
    return max(1 / (FLIPS + 1), math.erfc(z / math.sqrt(2)))


def rank_biserial(gaps: Floats) -> float | None:
    """Matched-pairs rank-biserial correlation (Kerby 2014), -1 (B always worse) to 1 (B always better).

    The sum of the ranks of |gap| where B is better, minus that where A is better, divided by their total. 0
    where every gap is zero; None without gaps.

    Examples:
        >>> rank_biserial(np.array([0.3, 0.2, -0.1]))
        0.6666666666666666
    """
    if len(gaps) == 0:
        return None
    ranks = average_ranks(np.abs(gaps))
    for_b, for_a = float(ranks[gaps > 0].sum()), float(ranks[gaps < 0].sum())
    return (for_b - for_a) / (for_b + for_a) if for_b + for_a else 0.0


def average_ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of their ranks.

    Examples:
        >>> average_ranks(np.array([5.0, 7.0, 5.0])).tolist()
        [1.5, 3.0, 1.5]
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks
