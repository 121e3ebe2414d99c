"""Intervals of mean gaps over scenes, and Holm's correction for looking at many metrics."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

RESAMPLES = 2000
CONFIDENCE = 0.95
CHUNK = 100  # resamples weighed at a time: bounds the memory at CHUNK x scenes


@dataclass(frozen=True)
class Interval:
    """A confidence interval; both ends None where there are fewer than two scenes to resample."""

    low: float | None
    high: float | None


def scene_bootstrap(gaps: pd.DataFrame, scenes: pd.Series, seed: int = 0) -> dict[str, Interval]:
    """Percentile bootstrap intervals (95 %) of the mean of every column, resampling whole scenes.

    Photographs of one scene resemble each other, so resampling photographs would make an interval far too
    narrow (cluster bootstrap: Davison and Hinkley 1997, section 3.8). A resample draws as many scenes as
    there are; its mean is over all their photographs that have a value. All columns share the resamples.

    Args:
        gaps: one row per photograph, one column per metric, missing values allowed.
        scenes: the scene of each photograph.
        seed: of the resampling.
    """
    codes, names = pd.factorize(scenes)
    if len(names) < 2:
        return {str(column): Interval(None, None) for column in gaps}
    values = gaps.to_numpy(np.float64)
    present = ~np.isnan(values)
    sums, counts = (
        np.stack([np.bincount(codes, column, len(names)) for column in part.T], axis=1).astype(np.float64)
        for part in (np.where(present, values, 0.0), present.astype(np.float64))
    )
    means = _resampled_means(sums, counts, _draws(len(names), seed))
    return {str(column): _percentiles(means[:, i]) for i, column in enumerate(gaps)}


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values for their number (Holm 1979); missing ones stay missing and do not count."""
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[i] = highest
    return adjusted


@lru_cache(maxsize=1)
def _draws(n_scenes: int, seed: int) -> npt.NDArray[np.uint8]:
    """How often each resample draws each scene, RESAMPLES x scenes: the same for every prompt of a run."""
    rng = np.random.default_rng(seed)
    draws = (rng.integers(n_scenes, size=n_scenes, dtype=np.int32) for _ in range(RESAMPLES))
    return np.stack([np.bincount(drawn, minlength=n_scenes).astype(np.uint8) for drawn in draws])


def _resampled_means(sums: Floats, counts: Floats, draws: npt.NDArray[np.uint8]) -> Floats:
    """RESAMPLES x columns means; NaN where a resample holds no value."""
    both, means = np.hstack([sums, counts]), []
    for start in range(0, RESAMPLES, CHUNK):
        total, n = np.hsplit(draws[start : start + CHUNK].astype(np.float64) @ both, 2)
        means.append(np.divide(total, n, out=np.full_like(total, np.nan), where=n > 0))
    return np.concatenate(means)


def _percentiles(means: Floats) -> Interval:
    known = means[~np.isnan(means)]
    if not len(known):
        return Interval(None, None)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Interval(float(low), float(high))
