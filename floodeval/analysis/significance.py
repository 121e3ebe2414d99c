"""The sign-flip test over scenes, and the rank-biserial effect size over photographs."""

import math

import numpy as np
import pandas as pd

from floodeval.analysis.statistics import Floats, scene_sums

EXACT_TO = 16  # scenes: up to here all 2^16 choices of signs are counted, beyond they are sampled
FLIPS = 9999
DRAWN_TO = 2000  # scenes: beyond, the normal distribution is closer than 9999 random choices
CHUNK_BYTES = 2**26  # memory for random signs


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


def _as_large(sums: Floats) -> Floats:
    """The observed absolute sum, minus a tolerance for rounding."""
    limit: Floats = np.abs(sums.sum(axis=0)) - 1e-9 * np.abs(sums).sum(axis=0)
    return limit


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
