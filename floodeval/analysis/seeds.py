"""Several trainings of one recipe: how far the seed moves its score, and recipe against recipe.

Variants of a run whose names end in `-s` and a number, as `encoder-s0` and `encoder-s1`, are one recipe's
trainings; every other variant, such as the published model, is a recipe with one training and no seed.
"""

import re
from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from floodeval.analysis.statistics import scene_bootstrap
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.metrics.measures import METRICS

_SEEDED = re.compile(r"(?P<recipe>.+)-s\d+")


def recipes_of(variants: Sequence[str]) -> dict[str, list[str]]:
    """The variants of every recipe, in the run's order."""
    found: dict[str, list[str]] = {}
    for variant in variants:
        seeded = _SEEDED.fullmatch(variant)
        found.setdefault(seeded["recipe"] if seeded else variant, []).append(variant)
    return found


def recipe_scores(run: Run, metric: str = "iou") -> pd.DataFrame:
    """Every recipe's score with every prompt.

    Args:
        run: an evaluation.
        metric: one of `floodeval.metrics.measures.METRICS` that the run has.

    Returns:
        One row per prompt and recipe with the columns prompt, recipe, n_seeds; least, mean and most, of the
        trainings' means over photographs; spread, their standard deviation (missing for one training); low
        and high, the 95 % interval over scenes of a photograph's average over the trainings; n and n_scenes.

    Raises:
        FloodevalError: the run lacks the metric.
    """
    rows = []
    for prompt, table in _by_prompt(run, metric):
        scenes = _scenes(run, table)
        for recipe, variants in recipes_of(run.info.variant_names).items():
            of = table[variants].dropna()
            means = of.mean()
            ends = scene_bootstrap(of.mean(axis=1).to_frame("score"), scenes[of.index])["score"]
            rows.append(
                {
                    "prompt": prompt,
                    "recipe": recipe,
                    "n_seeds": len(variants),
                    "least": means.min(),
                    "mean": means.mean(),
                    "most": means.max(),
                    "spread": means.std(),
                    "low": ends.low,
                    "high": ends.high,
                    "n": len(of),
                    "n_scenes": scenes[of.index].nunique(),
                }
            )
    return pd.DataFrame(rows)


def recipe_gaps(run: Run, metric: str = "iou") -> pd.DataFrame:
    """What every later recipe of a run adds to every earlier one, with every prompt.

    A photograph's score is its average over a recipe's trainings, so that no seed is chosen.

    Args:
        run: an evaluation.
        metric: as of `recipe_scores`.

    Returns:
        One row per prompt and pair with the columns prompt, a, b; gap, the mean of B - A; low and high, its
        95 % interval over scenes; least and most, the smallest and the largest gap of two trainings' means; n
        and n_scenes.

    Raises:
        FloodevalError: the run lacks the metric.
    """
    rows = []
    for prompt, table in _by_prompt(run, metric):
        scenes = _scenes(run, table)
        for (a, of_a), (b, of_b) in combinations(recipes_of(run.info.variant_names).items(), 2):
            both = table[[*of_a, *of_b]].dropna()
            gaps = both[of_b].mean(axis=1) - both[of_a].mean(axis=1)
            ends = scene_bootstrap(gaps.to_frame("gap"), scenes[both.index])["gap"]
            means = both.mean()
            rows.append(
                {
                    "prompt": prompt,
                    "a": a,
                    "b": b,
                    "gap": gaps.mean(),
                    "low": ends.low,
                    "high": ends.high,
                    "least": means[of_b].min() - means[of_a].max(),
                    "most": means[of_b].max() - means[of_a].min(),
                    "n": len(both),
                    "n_scenes": scenes[both.index].nunique(),
                }
            )
    return pd.DataFrame(rows)


def _by_prompt(run: Run, metric: str) -> list[tuple[str, pd.DataFrame]]:
    """For every prompt a table of scores, photographs by variants."""
    if metric not in METRICS or metric not in run.metrics:
        known = ", ".join(name for name in METRICS if name in run.metrics)
        raise FloodevalError(f"run {run.folder} has no metric '{metric}'; it has {known}")
    tables = dict(list(run.metrics.groupby("prompt", sort=False)))
    present = [spec for spec in run.info.prompt_specs if spec in tables]
    return [(spec, _wide(tables[spec], metric, run.info.variant_names)) for spec in present]


def _wide(rows: pd.DataFrame, metric: str, variants: Sequence[str]) -> pd.DataFrame:
    """Photographs in the run's order; a variant without any row has no values."""
    wide = rows.pivot(index="id", columns="variant", values=metric)
    return wide.reindex(index=rows["id"].unique(), columns=list(variants))


def _scenes(run: Run, table: pd.DataFrame) -> pd.Series:
    return run.metrics.drop_duplicates("id").set_index("id")["scene"].reindex(table.index)
