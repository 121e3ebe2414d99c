"""Is B better than A here: the facts of one metric over the images that have it under both."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Verdict:
    """Means over the `n` images with a value under both; `missing` images have none under one of them."""

    mean_a: float
    mean_b: float
    gap: float
    n: int
    higher: int
    lower: int
    equal: int
    missing: int


def verdict(table: pd.DataFrame, metric: str) -> Verdict:
    """Hold B against A image by image.

    Args:
        table: rows of `floodeval.analysis.compare.paired`.
        metric: an overlap metric's name.
    """
    both = table[[f"{metric}_a", f"{metric}_b", f"{metric}_gap"]].dropna()
    gap = both[f"{metric}_gap"]
    return Verdict(
        mean_a=float(both[f"{metric}_a"].mean()),
        mean_b=float(both[f"{metric}_b"].mean()),
        gap=float(gap.mean()),
        n=len(both),
        higher=int((gap > 0).sum()),
        lower=int((gap < 0).sum()),
        equal=int((gap == 0).sum()),
        missing=len(table) - len(both),
    )
