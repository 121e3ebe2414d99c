"""Recipes trained with several seeds: how much the seed moves the score, and recipe against recipe.

Variants named `RECIPE-s0`, `RECIPE-s1`, ... are trainings of one recipe. Any other variant is a recipe alone.
"""

import math
import re
from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from floodeval.analysis.statistics import ANY, GAPS_OF_SHARES, SHARES, scene_intervals
from floodeval.analysis.verdicts import find
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS

_SEEDED = re.compile(r"(?P<recipe>.+)-s\d+")


def recipes_of(variants: Sequence[str]) -> dict[str, list[str]]:
    """The variants of every recipe, in the given order.

    Examples:
        >>> recipes_of(["plain-s0", "plain-s1", "pretrained"])
        {'plain': ['plain-s0', 'plain-s1'], 'pretrained': ['pretrained']}
    """
    found: dict[str, list[str]] = {}
    for variant in variants:
        seeded = _SEEDED.fullmatch(variant)
        found.setdefault(seeded["recipe"] if seeded else variant, []).append(variant)
    return found


def recipe_scores(run: Run, metric: str = "iou") -> pd.DataFrame:
    """The score of every recipe with every prompt.

    Args:
        run: an evaluation.
        metric: one of `floodeval.metrics.measures.METRICS` that the run has.

    Returns:
        One row per prompt and recipe with the columns prompt, recipe, n_seeds; least, mean and most of the
        trainings' means over photographs; spread, the standard deviation of these means (missing for one
        training); low and high, the 95% interval over scenes of the photographs' averages over trainings; n
        and n_scenes.

    Raises:
        FloodevalError: the run lacks the metric.
    """
    rows = []
    for prompt, table in _by_prompt(run, metric):
        scenes = _scenes(run, table)
        for recipe, variants in recipes_of(run.info.variant_names).items():
            of = table[variants].dropna()
            means = of.mean()
            score = of.mean(axis=1).to_frame("score")
            ends = scene_intervals(score, scenes[of.index], _limits(metric))["score"]
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
    """Compare every recipe with every earlier one, with every prompt.

    A photograph's score is its average over a recipe's trainings, so that no single seed is selected.

    Args:
        run: an evaluation.
        metric: as in `recipe_scores`.

    Returns:
        One row per prompt and pair with the columns prompt, a, b; gap, the mean of B - A; low and high, its
        95% interval; least and most, the smallest and the largest gap between the means of two trainings; n
        and n_scenes; n_effective, the effective number of scenes; p of the sign-flip test, corrected for the
        number of pairs; and the verdict on B. All of it holds for these trainings only, not for other seeds.

    Raises:
        FloodevalError: the run lacks the metric.
    """
    rows: list[dict[str, object]] = []
    recipes, lengths = recipes_of(run.info.variant_names), metric in LOWER_IS_BETTER
    for prompt, table in _by_prompt(run, metric):
        scenes, pairs = _scenes(run, table), list(combinations(recipes, 2))
        both = [table[[*recipes[a], *recipes[b]]].dropna() for a, b in pairs]
        gaps = {
            str(i): one[recipes[b]].mean(axis=1) - one[recipes[a]].mean(axis=1)
            for i, (one, (a, b)) in enumerate(zip(both, pairs, strict=True))
        }
        wide = pd.DataFrame(gaps, index=table.index)
        limits = ANY if lengths else GAPS_OF_SHARES
        found = find(wide, scenes, limits, lower_is_better=lengths)
        for (a, b), one, finding in zip(pairs, both, found.values(), strict=True):
            means, ends = one.mean(), finding.interval
            rows.append(
                {
                    "prompt": prompt,
                    "a": a,
                    "b": b,
                    "gap": means[recipes[b]].mean() - means[recipes[a]].mean(),
                    "low": ends.low,
                    "high": ends.high,
                    "least": means[recipes[b]].min() - means[recipes[a]].max(),
                    "most": means[recipes[b]].max() - means[recipes[a]].min(),
                    "n": len(one),
                    "n_scenes": ends.n_scenes,
                    "n_effective": ends.n_effective,
                    "p": finding.p_holm,
                    "verdict": finding.verdict.word,
                }
            )
    return pd.DataFrame(rows)


def _limits(metric: str) -> tuple[float, float]:
    return (0.0, math.inf) if metric in LOWER_IS_BETTER else SHARES


def _by_prompt(run: Run, metric: str) -> list[tuple[str, pd.DataFrame]]:
    """Per prompt, a table of scores with a row per photograph and a column per variant."""
    if metric not in METRICS or metric not in run.metrics:
        known = ", ".join(name for name in METRICS if name in run.metrics)
        raise FloodevalError(f"run {run.folder} has no metric '{metric}'; expected one of {known}")
    tables = dict(list(run.metrics.groupby("prompt", sort=False)))
    present = [spec for spec in run.info.prompt_specs if spec in tables]
    return [(spec, _wide(tables[spec], metric, run.info.variant_names)) for spec in present]


def _wide(rows: pd.DataFrame, metric: str, variants: Sequence[str]) -> pd.DataFrame:
    """Photographs in the run's order; a variant without rows has no values."""
    wide = rows.pivot(index="id", columns="variant", values=metric)
    return wide.reindex(index=rows["id"].unique(), columns=list(variants))


def _scenes(run: Run, table: pd.DataFrame) -> pd.Series:
    return run.metrics.drop_duplicates("id").set_index("id")["scene"].reindex(table.index)
