"""Scores and gaps by what the samples are like: a run's samples cut by one trait after the other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from floodeval.analysis.pairing import paired
from floodeval.analysis.statistics import ANY, GAPS_OF_SHARES, SHARES, scene_intervals
from floodeval.evaluation.run import Run
from floodeval.metrics.measures import LOWER_IS_BETTER

PARTS = ("low", "middle", "high")  # thirds of the samples by a trait that is a number
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
FEWEST = 3  # samples; a slice of fewer is not shown


@dataclass(frozen=True)
class Slice:
    """Samples that share a trait: `trait` and `part` name it, `low` and `high` bound it where it is a number.

    `members` is true at the rows, of the table that was cut, which belong to it.
    """

    trait: str
    part: str
    low: float | None
    high: float | None
    members: npt.NDArray[np.bool_]

    @property
    def name(self) -> str:
        """The slice in one phrase: `channel_width low (0.01 to 0.03)`, `water_colour brown`."""
        return slice_name(self.trait, self.part, self.low, self.high)


def slice_name(trait: str, part: str, low: float | None, high: float | None) -> str:
    """The name of a slice by its trait, part and bounds; a colour has none (None, or NaN in a table)."""
    bounds = "" if pd.isna(low) else f" ({low:.3g} to {high:.3g})"
    return f"{trait} {part}{bounds}"


def cut(traits: pd.DataFrame) -> list[Slice]:
    """Cut samples by each trait: numbers into thirds, colours by name; a missing value is in no slice.

    Equal values stay together, so thirds may differ in size or, where values repeat, be fewer than three.

    Args:
        traits: one row per sample with the columns `NUMBERS` and `CATEGORIES`.
    """
    slices = [one for name in NUMBERS for one in _thirds(name, traits[name].to_numpy(float))]
    for name in CATEGORIES:
        slices += [
            Slice(name, str(value), None, None, (traits[name] == value).to_numpy(bool))
            for value in sorted(traits[name].dropna().unique())
        ]
    return [one for one in slices if FEWEST <= one.members.sum() < len(traits)]


def slices(run: Run, a: str, b: str, prompt: str, metric: str = "iou") -> pd.DataFrame:
    """Compare A and B with one prompt in every slice of a run's samples.

    Returns:
        One row per slice, in the order of the traits, with the columns trait, part, low, high, n (samples
        with a value in both), n_scenes, mean_a, mean_b, gap, for each of the three `<name>_low` and
        `<name>_high`, its 95 % interval over scenes (missing with a single scene), and n_effective, the
        effective number of scenes.

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
    return pd.DataFrame([_row(one, scores, table["scene"], limits) for one in cut(table)])


def with_traits(run: Run, a: str, b: str, prompt: str) -> pd.DataFrame:
    """Pair A and B as `paired` does, each row with the traits of its sample."""
    traits = run.table("traits")[["id", *NUMBERS, *CATEGORIES]]
    table = paired(run.metrics, a, b, prompt, run.info.failure_threshold)
    return table.merge(traits, on="id", how="left", validate="one_to_one")


def _thirds(name: str, values: npt.NDArray[np.float64]) -> list[Slice]:
    known = values[~np.isnan(values)]
    if not len(known):
        return []
    bounds = np.quantile(known, [1 / 3, 2 / 3], method="closest_observation")
    third = np.where(np.isnan(values), -1, np.searchsorted(bounds, values, side="left"))
    return [
        Slice(name, part, float(values[third == i].min()), float(values[third == i].max()), third == i)
        for i, part in enumerate(PARTS)
        if (third == i).any()
    ]


def _row(
    one: Slice, scores: pd.DataFrame, scenes: pd.Series, limits: Mapping[str, tuple[float, float]]
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
