"""Subgroups of samples that share a trait: scores, gaps, the weakest, and the types of their errors."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from floodeval.analysis.pairing import paired
from floodeval.analysis.statistics import (
    ANY,
    GAPS_OF_SHARES,
    SHARES,
    Floats,
    difference_interval,
    effective_scenes,
    scene_intervals,
)
from floodeval.analysis.subgroup_bounds import round_bounds
from floodeval.analysis.verdicts import MINIMUM_SCENES, judge
from floodeval.evaluation.run import Run
from floodeval.metrics.error_types import ERROR_KINDS
from floodeval.metrics.measures import LOWER_IS_BETTER

NUMBERS = (
    "water_share",
    "n_bodies",
    "shoreline",
    "channel_width",
    "brightness",
    "contrast",
    "glare_share",
    "shadow_share",
    "haze",
    "megapixels",
)
CATEGORIES = ("water_colour",)
COUNTS = ("n_bodies",)  # of `NUMBERS`, those that are whole
PARTS = LOW, MIDDLE, HIGH = ("low", "middle", "high")  # of the samples by a trait that is a number
FEWEST_SHOWN = 3  # samples; smaller subgroups are left out
FEWEST_SAMPLES = 5  # smaller subgroups are not ranked
PERMUTATIONS = 5000
ERROR_COLUMNS = ("prompt", "variant", "kind", "frame", "share", "n")


@dataclass(frozen=True)
class Subgroup:
    """Samples that share a trait.

    Attributes:
        trait: one of `NUMBERS` or `CATEGORIES`.
        part: one of `PARTS`, or the value of a category.
        low: a number's value is this or more; None for the lowest part and for a category.
        high: a number's value is less than this; None for the highest part and for a category.
        members: true for the rows of the table that belong to the subgroup.
    """

    trait: str
    part: str
    low: float | None
    high: float | None
    members: npt.NDArray[np.bool_]

    @property
    def name(self) -> str:
        """The subgroup in one phrase: `channel_width middle (0.01 to 0.03)`, `water_colour brown`."""
        return subgroup_name(self.trait, self.part, self.low, self.high)


def subgroup_name(trait: str, part: str, low: float | None, high: float | None) -> str:
    """The name of a subgroup; a bound that it lacks is None, or NaN in a table.

    Examples:
        >>> subgroup_name("channel_width", "middle", 0.01, 0.03)
        'channel_width middle (0.01 to 0.03)'
        >>> subgroup_name("channel_width", "low", None, 0.01)
        'channel_width low (under 0.01)'
    """
    if pd.isna(low) and pd.isna(high):
        return f"{trait} {part}"
    if pd.isna(low):
        return f"{trait} {part} (under {high:.3g})"
    return (
        f"{trait} {part} ({low:.3g} or more)"
        if pd.isna(high)
        else f"{trait} {part} ({low:.3g} to {high:.3g})"
    )


def cut_subgroups(traits: pd.DataFrame) -> list[Subgroup]:
    """Group samples by each trait: numbers by round bounds, categories by value, missing values in none.

    The bounds are those of `floodeval.analysis.subgroup_bounds`. Two of them make a low, a middle and a high
    part; one makes a low and a high part.

    Args:
        traits: one row per sample with the columns `NUMBERS` and `CATEGORIES`.
    """
    subgroups = [one for name in NUMBERS for one in _parts(name, traits[name].to_numpy(float))]
    for name in CATEGORIES:
        subgroups += [
            Subgroup(name, str(value), None, None, (traits[name] == value).to_numpy(bool))
            for value in sorted(traits[name].dropna().unique())
        ]
    return [one for one in subgroups if FEWEST_SHOWN <= one.members.sum() < len(traits)]


def _parts(name: str, values: npt.NDArray[np.float64]) -> list[Subgroup]:
    bounds = round_bounds(values[~np.isnan(values)], is_count=name in COUNTS)
    part_of = np.where(np.isnan(values), -1, np.searchsorted(bounds, values, side="right"))
    lows, highs = (None, *bounds), (*bounds, None)
    parts = PARTS if len(bounds) == 2 else (LOW, HIGH)
    return [
        Subgroup(name, part, low, high, part_of == place)
        for place, (part, low, high) in enumerate(zip(parts, lows, highs, strict=False))
        if bounds
    ]


def compare_subgroups(run: Run, a: str, b: str, prompt: str, metric: str = "iou") -> pd.DataFrame:
    """Compare A and B with one prompt in every subgroup of a run's samples.

    Returns:
        One row per subgroup, in the order of the traits, with the columns trait, part, low, high, n (samples
        with a value in both), n_scenes, mean_a, mean_b, gap, the 95% interval of each over scenes
        (`<name>_low`, `<name>_high`; missing with a single scene), and n_effective, the effective number of
        scenes.

    Raises:
        FloodevalError: the run has no traits, or a variant or the prompt is not in it.
    """
    table = with_traits(run, a, b, prompt)
    scores = table[[f"{metric}_a", f"{metric}_b", f"{metric}_gap"]].set_axis(
        ["mean_a", "mean_b", "gap"], axis=1
    )
    lengths = metric in LOWER_IS_BETTER
    limits = {"gap": ANY if lengths else GAPS_OF_SHARES}
    limits |= dict.fromkeys(("mean_a", "mean_b"), (0.0, math.inf) if lengths else SHARES)
    return pd.DataFrame([_row(one, scores, table["scene"], limits) for one in cut_subgroups(table)])


def with_traits(run: Run, a: str, b: str, prompt: str) -> pd.DataFrame:
    """A and B paired by `paired`, each row with the traits of its sample."""
    traits = run.table("traits")[["id", *NUMBERS, *CATEGORIES]]
    table = paired(run.metrics, a, b, prompt, run.info.failure_threshold)
    return table.merge(traits, on="id", how="left", validate="one_to_one")


def _row(
    one: Subgroup, scores: pd.DataFrame, scenes: pd.Series, limits: Mapping[str, tuple[float, float]]
) -> dict[str, object]:
    known = one.members & scores.notna().all(axis=1).to_numpy()
    inside, of = scores[known], scenes[known]
    intervals = {name: found.within(*limits[name]) for name, found in scene_intervals(inside, of).items()}
    row: dict[str, object] = {"trait": one.trait, "part": one.part, "low": one.low, "high": one.high}
    row |= {"n": len(inside), "n_scenes": int(of.nunique())}
    for name in map(str, scores):
        row |= {
            name: inside[name].mean(),
            f"{name}_low": intervals[name].low,
            f"{name}_high": intervals[name].high,
        }
    return row | {"n_effective": intervals["gap"].n_effective}


def weakest_subgroups(run: Run, a: str, b: str, prompt: str, value: str = "iou_b") -> pd.DataFrame:
    """Find the subgroups with the lowest scores: single traits, and every pair of different traits.

    Args:
        run: a finished evaluation.
        a: the baseline variant.
        b: the variant compared with it.
        prompt: the prompt's spec.
        value: a column of `paired`: `iou_b`, `iou_a`, or `iou_gap` (for the least gain).

    Returns:
        The table of `weakest`.

    Raises:
        FloodevalError: the run has no traits, or a variant or the prompt is not in it.
    """
    table = with_traits(run, a, b, prompt)
    return weakest(cut_subgroups(table), table[value], table["scene"])


def weakest(
    subgroups: Sequence[Subgroup], scores: pd.Series, scenes: pd.Series, seed: int = 0
) -> pd.DataFrame:
    """Rank subgroups, and the intersections of every two, by how far their mean is below that of the rest.

    If the score did not depend on the traits, every scene could have the score of any other scene. So p is
    the share of permutations of the scenes' mean scores in which the *largest* shortfall of all subgroups,
    each divided by its standard deviation under permutation, is at least as large. This single-step max-T
    procedure (Westfall and Young 1993) corrects for the number of subgroups, also where they overlap.

    Args:
        subgroups: from `cut_subgroups`, of the same rows as the scores.
        scores: one per sample, missing values allowed.
        scenes: the scene of each sample.
        seed: the seed of the permutations.

    Returns:
        One row per subgroup below the rest, in ascending order of p: slice (its name), n, n_scenes, mean,
        mean_rest, difference, its 95% interval over scenes (low, high; not corrected), p_adjusted, and
        verdict: "worse" where the interval excludes zero and p_adjusted is below 0.05, else "undecided".
        Subgroups with fewer than 5 samples are left out, and those where the subgroup or the rest has fewer
        than 6 effective scenes; `attrs["n_looked"]` is the number of subgroups that were tested.
    """
    known = scores.notna().to_numpy()
    values = scores.to_numpy(float)[known]
    codes, _ = pd.factorize(scenes[known])
    candidates = [
        (name, members[known]) for name, members in _candidates(subgroups) if _enough(members[known], codes)
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


def _candidates(subgroups: Sequence[Subgroup]) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    pairs = [(a, b) for a, b in combinations(subgroups, 2) if a.trait != b.trait]
    single = [(one.name, one.members) for one in subgroups]
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
    """One p per subgroup, from the distribution of the largest shortfall under permutation."""
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


def error_table(run: Run, prompt: str | None = None) -> pd.DataFrame:
    """The error types of every variant, for one prompt or for all.

    Returns:
        One row per prompt, variant and kind (in the run's order) with the columns prompt, variant, kind,
        frame (share of the frame with this type of error, mean over images), share (of the variant's wrong
        pixels, pooled; missing where nothing is wrong) and n (images).

    Raises:
        FloodevalError: the run has no table of errors.
    """
    errors = run.table("errors").merge(
        run.metrics[["id", "variant", "prompt", "width", "height"]], on=["id", "variant", "prompt"]
    )
    if prompt is not None:
        errors = errors[errors["prompt"] == prompt]
    pixels = errors["width"] * errors["height"]
    rows = []
    for (spec, variant), group in errors.groupby(["prompt", "variant"], sort=False):
        wrong = int(group[list(ERROR_KINDS)].to_numpy().sum())
        for kind in ERROR_KINDS:
            frame = float((group[kind] / pixels[group.index]).mean())
            share = float(group[kind].sum() / wrong) if wrong else None
            rows.append((spec, variant, kind, frame, share, len(group)))
    return pd.DataFrame(rows, columns=list(ERROR_COLUMNS))
