"""The scene-level sign-flip test: were A and B alike, each scene's difference could have had either sign."""

import math

import numpy as np
import pandas as pd

from floodeval.analysis.statistics import Floats, scene_sums

EXACT_TO = 16  # scenes whose signs are all tried, 2^16; beyond, some are drawn
FLIPS = 9999
DRAWN_TO = 2000  # scenes; of more, the sum of random signs is normal, closer than 9999 draws would say
CHUNK_BYTES = 2**26  # of drawn signs held at a time


def sign_flip_p(gaps: pd.DataFrame, scenes: pd.Series, seed: int = 0) -> dict[str, float | None]:
    """Two-sided p of every column's mean gap, by flipping the signs of whole scenes (Fisher 1935).

    The statistic is the sum of the gaps over all photographs, so that unequal scenes weigh as they do in
    the mean. Up to 16 scenes with a difference, all choices of signs are counted: p is exact. Beyond, p is
    (b + 1) / (9999 + 1), with b the drawn choices whose sum is as large; beyond 2000 scenes it is that of
    the normal distribution which the sums then follow. The smallest p of n scenes is 2 / 2^n.

    Args:
        gaps: one row per photograph, one column per metric, missing values allowed.
        scenes: the scene of each photograph.
        seed: of the drawing.

    Returns:
        One p per column: 1 where every gap is zero; None where there is no gap at all.
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
    """The share of all choices of signs whose sum is as far from zero; of scenes that are not zero."""
    if not len(sums):
        return 1.0
    totals = sums[:1]  # its sign stays: the other half of the choices mirrors this one
    for one in sums[1:]:
        totals = np.concatenate([totals + one, totals - one])
    return float(np.mean(np.abs(totals) >= _as_large(sums[:, None])))


def drawn_p(sums: Floats, seed: int) -> Floats:
    """One p per column of scenes x columns, from random signs that all columns share."""
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
    """The p of many scenes, whose sum under random signs is normal; no smaller than p of drawn signs is.

    Its mean is 0 and its variance the sum of the squares.
    """
    z = abs(float(sums.sum())) / math.sqrt(float(np.square(sums).sum()))
    return max(1 / (FLIPS + 1), math.erfc(z / math.sqrt(2)))


def _as_large(sums: Floats) -> Floats:
    """What a sum must reach to count as being as large as the observed one, rounding aside."""
    limit: Floats = np.abs(sums.sum(axis=0)) - 1e-9 * np.abs(sums).sum(axis=0)
    return limit
