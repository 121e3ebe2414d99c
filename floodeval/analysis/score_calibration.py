"""How well a model's own estimate of its masks' IoU agrees with the IoU that they have."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from floodeval.analysis.statistics import ANY, Interval, scene_intervals

Floats = npt.NDArray[np.float64]

SCORE_BINS = 10  # of equal width on 0..1
SCORE_EDGES: Floats = np.linspace(0, 1, SCORE_BINS + 1)
FEWEST = 3  # photographs for a rank correlation
_RESAMPLES, _SEED = 2000, 0


@dataclass(frozen=True)
class ScoreCalibration:
    """A model's estimates of IoU compared with the IoU; all over photographs that have both.

    Attributes:
        n: photographs.
        n_scenes: their scenes.
        n_missing: photographs without an estimate, or without an IoU, which is missing where neither mask has
            water.
        bins: one row per bin of estimates that has photographs, with low, high, n, and the means score and
            iou of its photographs. Estimates below 0 are in the first bin, those above 1 in the last.
        excess: the mean of estimate - IoU; positive where the model overestimates. None without photographs.
        excess_interval: its 95% interval over scenes.
        error: the expected calibration error, the mean of |mean estimate - mean IoU| over the bins, weighted
            by their photographs; None without photographs.
        error_interval: its 95% interval, from resampled scenes.
        correlation: Spearman's rank correlation; None with under `FEWEST` photographs or equal values.
        correlation_interval: its 95% interval, likewise.
    """

    n: int
    n_scenes: int
    n_missing: int
    bins: pd.DataFrame
    excess: float | None
    excess_interval: Interval
    error: float | None
    error_interval: tuple[float, float] | None
    correlation: float | None
    correlation_interval: tuple[float, float] | None


def score_calibration(rows: pd.DataFrame) -> ScoreCalibration:
    """Compare estimates with IoU.

    The interval of the error is a basic bootstrap over scenes: the resampled errors are reflected at the
    estimate, because resampling raises the error as sampling does. That of the correlation has the resampled
    values' percentiles. Both are None with one scene.

    Args:
        rows: one row per photograph with scene, score and iou; missing values allowed.
    """
    known = rows[np.isfinite(rows[["score", "iou"]].astype(float)).all(axis=1)]
    scores, ious = known["score"].to_numpy(float), known["iou"].to_numpy(float)
    scenes = pd.factorize(known["scene"])[0]
    n_scenes = int(scenes.max()) + 1 if len(known) else 0
    gaps = pd.DataFrame({"excess": scores - ious})
    interval = scene_intervals(gaps, pd.Series(scenes), ANY)["excess"]
    error, errors = None, None
    correlation, correlations = _correlation(scores, ious), None
    if len(known):
        error = _error(scores, ious)
    if n_scenes > 1:
        drawn = _resampled(scenes, n_scenes)
        errors = _reflected(np.array([_error(scores[one], ious[one]) for one in drawn]), float(error or 0))
        if correlation is not None:
            correlations = _percentiles([_correlation(scores[one], ious[one]) for one in drawn])
    return ScoreCalibration(
        n=len(known),
        n_scenes=n_scenes,
        n_missing=len(rows) - len(known),
        bins=_bins(scores, ious),
        excess=float(gaps["excess"].mean()) if len(known) else None,
        excess_interval=interval,
        error=error,
        error_interval=errors,
        correlation=correlation,
        correlation_interval=correlations,
    )


def _bin_of(scores: Floats) -> npt.NDArray[np.int64]:
    return np.clip((scores * SCORE_BINS).astype(np.int64), 0, SCORE_BINS - 1)


def _bins(scores: Floats, ious: Floats) -> pd.DataFrame:
    number = _bin_of(scores)
    found = [
        (SCORE_EDGES[i], SCORE_EDGES[i + 1], int(inside.sum()), scores[inside].mean(), ious[inside].mean())
        for i in range(SCORE_BINS)
        if (inside := number == i).any()
    ]
    return pd.DataFrame(found, columns=["low", "high", "n", "score", "iou"])


def _error(scores: Floats, ious: Floats) -> float:
    """The weighted mean of |mean estimate - mean IoU|: the sum of the bins' |sums of differences| / n."""
    sums = np.bincount(_bin_of(scores), scores - ious, SCORE_BINS)
    return float(np.abs(sums).sum() / len(scores))


def _correlation(scores: Floats, ious: Floats) -> float | None:
    if len(scores) < FEWEST or np.ptp(scores) == 0 or np.ptp(ious) == 0:
        return None
    return float(np.corrcoef(rankdata(scores), rankdata(ious))[0, 1])


def _resampled(scenes: npt.NDArray[np.int64], n_scenes: int) -> list[npt.NDArray[np.int64]]:
    """The photographs of `n_scenes` scenes drawn with replacement, `_RESAMPLES` times, always the same."""
    members = [np.flatnonzero(scenes == scene) for scene in range(n_scenes)]
    draws = np.random.default_rng(_SEED).integers(n_scenes, size=(_RESAMPLES, n_scenes))
    return [np.concatenate([members[scene] for scene in draw]) for draw in draws]


def _reflected(resampled: Floats, estimate: float) -> tuple[float, float]:
    low, high = np.quantile(resampled, [0.025, 0.975])
    return max(0.0, 2 * estimate - float(high)), max(0.0, 2 * estimate - float(low))


def _percentiles(values: list[float | None]) -> tuple[float, float] | None:
    known = [one for one in values if one is not None]
    if len(known) < _RESAMPLES / 2:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
