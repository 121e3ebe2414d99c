"""The weakest slices of a run, found among many and corrected for having looked at all of them."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from floodeval.analysis.slices import Slice, cut, with_traits
from floodeval.analysis.statistics import Floats, difference_interval, effective_scenes
from floodeval.analysis.verdicts import MINIMUM_SCENES, judge
from floodeval.evaluation.run import Run

PERMUTATIONS = 5000
FEWEST_SAMPLES = 5


def weakest_slices(run: Run, a: str, b: str, prompt: str, value: str = "iou_b") -> pd.DataFrame:
    """Find the slices where a score is lowest: single traits, and every two of different traits.

    Args:
        run: a finished evaluation.
        a: the baseline variant.
        b: the variant compared with it.
        prompt: the prompt's spec.
        value: a column of `paired`: `iou_b`, `iou_a`, or `iou_gap` (where the gain is least).

    Returns:
        As `weakest` does.

    Raises:
        FloodevalError: the run has no traits, or a variant or the prompt is not in it.
    """
    table = with_traits(run, a, b, prompt)
    return weakest(cut(table), table[value], table["scene"])


def weakest(slices: Sequence[Slice], scores: pd.Series, scenes: pd.Series, seed: int = 0) -> pd.DataFrame:
    """Rank slices, and the intersections of every two, by how far their mean falls below the rest.

    Were the score independent of the traits, any scene could have had any other scene's score. So p is the
    share of permutations of the scenes' mean scores in which the *largest* shortfall of all slices, each in
    its own standard deviations under permutation, is as large: the single-step max-T procedure of
    Westfall and Young (1993). Having looked at hundreds of slices is paid for, however they overlap.

    Args:
        slices: from `cut`, of the same rows as the scores.
        scores: one per sample, missing values allowed.
        scenes: the scene of each sample.
        seed: of the permutations.

    Returns:
        One row per slice that is below the rest, the surest first: slice, n, n_scenes, mean, mean_rest,
        difference, its 95 % interval over scenes (low, high; not corrected), p_adjusted, and verdict:
        "worse" where the interval leaves out zero and p_adjusted is below 0.05, else "undecided". Slices of
        fewer than 5 samples are not looked at, nor those of which they, or the rest, hold fewer than 6
        effective scenes; `attrs["n_looked"]` says how many were.
    """
    known = scores.notna().to_numpy()
    values = scores.to_numpy(float)[known]
    codes, _ = pd.factorize(scenes[known])
    candidates = [
        (name, members[known]) for name, members in _candidates(slices) if _enough(members[known], codes)
    ]
    rows = []
    if candidates:
        memberships = np.stack([members for _, members in candidates])
        p_values = _p_adjusted(values, memberships, codes, seed)
        for (name, members), p in zip(candidates, p_values, strict=True):
            mean, rest = values[members].mean(), values[~members].mean()
            inside, outside = (_by_scene(values, codes, side) for side in (members, ~members))
            interval = difference_interval(inside, outside)
            counts = int(members.sum()), len(np.unique(codes[members]))
            word = judge(interval, float(p)).word
            found = (mean, rest, mean - rest, interval.low, interval.high, float(p), word)
            rows.append((name, *counts, *found))
    columns = ["slice", "n", "n_scenes", "mean", "mean_rest", "difference", "low", "high"]
    table = pd.DataFrame(rows, columns=[*columns, "p_adjusted", "verdict"])
    table = table[table["difference"] < 0].sort_values(["p_adjusted", "difference"], ignore_index=True)
    table.attrs["n_looked"] = len(candidates)
    return table


def _candidates(slices: Sequence[Slice]) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    pairs = [(a, b) for a, b in combinations(slices, 2) if a.trait != b.trait]
    single = [(one.name, one.members) for one in slices]
    return single + [(f"{a.name}, {b.name}", a.members & b.members) for a, b in pairs]


def _enough(members: npt.NDArray[np.bool_], codes: npt.NDArray[np.intp]) -> bool:
    if members.sum() < FEWEST_SAMPLES:
        return False
    sizes = (np.bincount(codes[side]).astype(np.float64) for side in (members, ~members))
    return min(map(effective_scenes, sizes)) >= MINIMUM_SCENES


def _by_scene(
    values: Floats, codes: npt.NDArray[np.intp], side: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Per scene, the sum and the number of the values on one side."""
    n_scenes = int(codes.max()) + 1
    sums = np.bincount(codes[side], values[side], n_scenes).astype(np.float64)
    return sums, np.bincount(codes[side], minlength=n_scenes).astype(np.float64)


def _p_adjusted(
    values: Floats, memberships: npt.NDArray[np.bool_], codes: npt.NDArray[np.intp], seed: int
) -> Floats:
    """One p per slice, from the permutations' distribution of the largest shortfall."""
    of_scene = np.bincount(codes, values) / np.bincount(codes)
    of_scene -= of_scene.mean()
    counts = np.stack([np.bincount(codes[members], minlength=len(of_scene)) for members in memberships])
    spread = np.square(counts).sum(axis=1) - np.square(counts.sum(axis=1)) / len(of_scene)
    deviations = np.sqrt(of_scene.var(ddof=1) * np.maximum(spread, 0))
    weights = np.divide(
        -counts, deviations[:, None], out=np.zeros(counts.shape), where=deviations[:, None] > 0
    )
    permuted = np.random.default_rng(seed).permuted(np.tile(of_scene, (PERMUTATIONS, 1)), axis=1)
    largest = np.sort((permuted @ weights.T).max(axis=1))
    as_large = PERMUTATIONS - np.searchsorted(largest, weights @ of_scene - 1e-9, side="left")
    p_values: Floats = (as_large + 1) / (PERMUTATIONS + 1)
    return p_values
