"""How often the 95 % interval holds the true mean, and how often a verdict is given where there is no gap.

    python benchmarks/calibration.py               # what floodeval does, in every cell
    python benchmarks/calibration.py --methods     # the intervals that it was chosen from

docs/explanation/statistics.md holds both tables.

Every cell draws thousands of runs whose true gap is zero. Two photographs of a scene have gaps with a
correlation of 0.5: a photograph shows its scene's gap or, as often as that takes, one of its own. Sizes are
4 photographs a scene, or anything from 1 to 28 with equal chance.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri, stdtrit

from floodeval.analysis.statistics import effective_scenes, mean_interval, scene_error
from floodeval.analysis.verdicts import DECIDED, EXACT_TO, SIGNIFICANT, drawn_p, exact_p, judge

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]
Ends = tuple[Floats, Floats]

RUN = Path(__file__).parents[1] / "results" / "runs" / "flood-area-vit_t"
SCENES = (6, 10, 20, 35, 100)
COMPARED_SHAPES, COMPARED_SCENES = ("normal", "zero-inflated", "log-normal"), (6, 20, 35)
SIZES = ("equal", "1 to 28")
CORRELATION = 0.5
REPLICATIONS = 4000
RESAMPLES = 1999
AT_ONCE = 200  # replications whose p are drawn, or resampled, together


@dataclass(frozen=True)
class Cell:
    """What was found in one cell, as shares of its replications; `effective` is a mean."""

    effective: float
    coverage: float
    test: float
    verdict: float
    warned: float


def main() -> None:
    """Print one of the two tables, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--methods", action="store_true", help="compare intervals instead")
    options = parser.parse_args()
    for line in (methods_table if options.methods else table)(options.replications):
        print(line, flush=True)


def table(replications: int) -> Iterator[str]:
    """Markdown: coverage, false positives and warnings of every cell."""
    yield "| gaps | sizes | scenes | effective | coverage | test alone | verdict | warned |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for shape in shapes():
        for sizes in SIZES:
            for n_scenes in SCENES:
                one = cell(shape, sizes, n_scenes, replications)
                found = (one.coverage, one.test, one.verdict, one.warned)
                numbers = " | ".join(f"{value:.3f}" for value in found)
                yield f"| {shape} | {sizes} | {n_scenes} | {one.effective:.1f} | {numbers} |"


def methods_table(replications: int) -> Iterator[str]:
    """Markdown: coverage of every kind of interval, in a third of the cells."""
    yield f"| gaps | sizes | scenes | {' | '.join(METHODS)} |"
    yield f"| --- | --- | --- |{' --- |' * len(METHODS)}"
    for shape in COMPARED_SHAPES:
        for sizes in SIZES:
            for n_scenes in COMPARED_SCENES:
                sums, counts = drawn(shape, sizes, n_scenes, replications)
                found = [_coverage(method, sums, counts) for method in METHODS.values()]
                shown = " | ".join(f"{one:.3f}" for one in found)
                yield f"| {shape} | {sizes} | {n_scenes} | {shown} |"


def shapes() -> dict[str, Draw]:
    """How gaps with a mean of zero are drawn, by name; the real ones are the bundled run's, recentered."""
    return {
        "normal": lambda rng, size: rng.normal(size=size),
        "zero-inflated": lambda rng, size: rng.normal(size=size) * (rng.random(size) < 0.5),
        "real, `full`": _real("full"),
        "real, `box`": _real("box"),
        "log-normal": lambda rng, size: np.exp(rng.normal(size=size)) - np.exp(0.5),
        "one-sided with zeros": lambda rng, size: rng.exponential(size=size) * (rng.random(size) < 0.5) - 0.5,
    }


def _real(prompt: str) -> Draw:
    metrics = pd.read_parquet(RUN / "metrics.parquet")
    ious = metrics[metrics["prompt"] == prompt].pivot(index="id", columns="variant", values="iou")
    gaps = (ious["finetuned"] - ious["pretrained"]).to_numpy(float)
    return lambda rng, size: rng.choice(gaps - gaps.mean(), size)


def drawn(shape: str, sizes: str, n_scenes: int, replications: int, seed: int = 0) -> Ends:
    """Sums of gaps and numbers of photographs, each scenes x replications."""
    rng, draw = np.random.default_rng([seed, n_scenes]), shapes()[shape]
    size = (n_scenes, replications)
    counts = np.full(size, 4) if sizes == "equal" else rng.integers(1, 29, size)
    of_scene, sums = draw(rng, size), np.zeros(size)
    for photograph in range(counts.max()):
        shared = rng.random(size) < CORRELATION**0.5
        gap = np.where(shared, of_scene, draw(rng, size))
        sums += np.where(photograph < counts, gap, 0.0)
    return sums, counts.astype(np.float64)


def cell(shape: str, sizes: str, n_scenes: int, replications: int) -> Cell:
    """What the library itself says of every replication of a cell."""
    sums, counts = drawn(shape, sizes, n_scenes, replications)
    p_values = _p_values(sums)
    held, decided, warned = 0, 0, 0
    for one, of, p in zip(sums.T, counts.T, p_values, strict=True):
        interval = mean_interval(one, of)
        held += interval.low is not None and interval.high is not None and interval.low <= 0 <= interval.high
        warned += interval.may_be_too_narrow
        decided += judge(interval, float(p)).word in DECIDED
    effective = float(np.mean([effective_scenes(of) for of in counts.T]))
    test = float(np.mean(p_values < SIGNIFICANT))
    return Cell(effective, held / replications, test, decided / replications, warned / replications)


def _p_values(sums: Floats) -> Floats:
    if len(sums) <= EXACT_TO:
        return np.array([exact_p(one[one != 0]) for one in sums.T])
    starts = range(0, sums.shape[1], AT_ONCE)
    return np.concatenate([drawn_p(sums[:, start : start + AT_ONCE], seed=0) for start in starts])


def _coverage(method: Callable[[Floats, Floats], Ends], sums: Floats, counts: Floats) -> float:
    held = []
    for start in range(0, sums.shape[1], AT_ONCE):
        low, high = method(sums[:, start : start + AT_ONCE], counts[:, start : start + AT_ONCE])
        held.append((low <= 1e-12) & (high >= -1e-12))
    return float(np.concatenate(held).mean())


def _ours(sums: Floats, counts: Floats) -> Ends:
    found = [mean_interval(one, of) for one, of in zip(sums.T, counts.T, strict=True)]
    return np.array([one.low for one in found], float), np.array([one.high for one in found], float)


def _cluster_t(sums: Floats, counts: Floats) -> Ends:
    """Student's t with the CR2 error and Satterthwaite's degrees of freedom alone."""
    errors = [scene_error(one, of) for one, of in zip(sums.T, counts.T, strict=True)]
    reach = np.array([error * stdtrit(freedom, 0.975) for error, freedom in errors])
    means = sums.sum(axis=0) / counts.sum(axis=0)
    return means - reach, means + reach


def _plain_t(sums: Floats, counts: Floats) -> Ends:
    """The usual cluster-robust error (CR1) with as many degrees of freedom as scenes less one."""
    means, error = _mean_and_error(sums, counts)
    reach = error * float(stdtrit(len(sums) - 1, 0.975))
    return means - reach, means + reach


def _percentile(sums: Floats, counts: Floats) -> Ends:
    """The percentile bootstrap over scenes: what earlier versions showed."""
    low, high = np.quantile(_resampled(sums, counts)[0], [0.025, 0.975], axis=0)
    return low, high


def _bca(sums: Floats, counts: Floats) -> Ends:
    """The bias-corrected and accelerated bootstrap (Efron 1987), acceleration by the jackknife."""
    means = sums.sum(axis=0) / counts.sum(axis=0)
    resampled = np.sort(_resampled(sums, counts)[0], axis=0)
    below = ((resampled < means).mean(axis=0) + (resampled <= means).mean(axis=0)) / 2
    bias = ndtri(np.clip(below, 1e-4, 1 - 1e-4))
    without = (sums.sum(axis=0) - sums) / (counts.sum(axis=0) - counts)
    away = without.mean(axis=0) - without
    spread = np.maximum(6 * np.square(away).sum(axis=0) ** 1.5, 1e-300)
    acceleration = np.power(away, 3).sum(axis=0) / spread
    ends = []
    for tail in (0.025, 0.975):
        shifted = bias + float(ndtri(tail))
        place = ndtr(bias + shifted / (1 - acceleration * shifted))
        at = np.clip((place * RESAMPLES).astype(int), 0, RESAMPLES - 1)
        ends.append(resampled[at, np.arange(len(at))])
    return ends[0], ends[1]


def _studentized(sums: Floats, counts: Floats) -> Ends:
    """The bootstrap-t over scenes, with the CR1 error; a resample without spread counts as infinitely far."""
    means, error = _mean_and_error(sums, counts)
    resampled, errors = _resampled(sums, counts)
    away, flat = resampled - means, errors <= 1e-9 * error
    t = np.where(flat, np.sign(np.round(away, 12)) * 1e6, away / np.where(flat, 1, errors))
    low, high = np.quantile(t, [0.025, 0.975], axis=0)
    return means - high * error, means - low * error


def _mean_and_error(sums: Floats, counts: Floats) -> Ends:
    total, n = counts.sum(axis=0), len(sums)
    means = sums.sum(axis=0) / total
    return means, np.sqrt(n / (n - 1) * np.square(sums - counts * means).sum(axis=0)) / total


def _resampled(sums: Floats, counts: Floats) -> Ends:
    """Means and their errors of resamples of whole scenes, resamples x replications."""
    n, rng = len(sums), np.random.default_rng(0)
    draws = np.stack([np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(RESAMPLES)])
    weights = draws.astype(np.float64)
    total = weights @ counts
    means = weights @ sums / total
    squares = weights @ np.square(sums) - 2 * means * (weights @ (sums * counts))
    squares += np.square(means) * (weights @ np.square(counts))
    return means, np.sqrt(n / (n - 1) * np.maximum(squares, 0)) / total


METHODS: dict[str, Callable[[Floats, Floats], Ends]] = {
    "percentile bootstrap": _percentile,
    "BCa": _bca,
    "bootstrap-t": _studentized,
    "t, CR1, scenes − 1": _plain_t,
    "t, CR2, Satterthwaite": _cluster_t,
    "floodeval": _ours,
}


if __name__ == "__main__":
    main()
