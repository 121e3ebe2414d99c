"""The rank-biserial effect size: how strongly the photographs' gaps speak for B or for A."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def rank_biserial(gaps: Floats) -> float | None:
    """Matched-pairs rank-biserial correlation (Kerby 2014), -1 (B always worse) to 1 (B always better).

    The ranks of |gap| that speak for B, minus those that speak for A, over their sum. 0 where every gap is
    zero; None where there is no gap at all.
    """
    if len(gaps) == 0:
        return None
    ranks = average_ranks(np.abs(gaps))
    for_b, for_a = float(ranks[gaps > 0].sum()), float(ranks[gaps < 0].sum())
    return (for_b - for_a) / (for_b + for_a) if for_b + for_a else 0.0


def average_ranks(values: Floats) -> Floats:
    """Rank values from 1; equal ones share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks
