"""The average of every metric for every variant, each with its interval over scenes."""

from collections.abc import Sequence

import pandas as pd

from floodeval.analysis.pairing import averages
from floodeval.analysis.statistics import Interval, scene_intervals
from floodeval.analysis.verdicts import find
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS

COLUMNS = ("variant", "metric", "mean", "low", "high", "pooled", "n", "n_missing")


def mean_table(metrics: pd.DataFrame, prompt: str) -> pd.DataFrame:
    """Average every metric that a run has, for each variant with one prompt.

    The intervals (95 %) are of each variant's own mean, over scenes as the gap's interval is. Two of them may
    overlap although the gap is clear: the variants are paired, so judge by the gap's.

    Args:
        metrics: a run's table.
        prompt: the prompt's spec.

    Returns:
        One row per variant and metric, in the table's order, with the columns `COLUMNS`: mean over images
        with its interval from low to high, pooled over pixels (of overlap metrics alone), n images with a
        value and n_missing without.
    """
    rows = metrics[metrics["prompt"] == prompt]
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    present = [name for name in METRICS if name in rows]
    groups = {str(variant): group.set_index("id") for variant, group in rows.groupby("variant", sort=False)}
    columns = [(variant, metric) for variant in groups for metric in present]
    scenes = rows.drop_duplicates("id").set_index("id")["scene"]
    wide = pd.DataFrame({place: groups[one[0]][one[1]] for place, one in enumerate(columns)}, scenes.index)
    intervals = scene_intervals(wide, scenes)
    pooled = averages(rows).set_index(["variant", "metric"])["pooled"]
    found = [
        _row(variant, metric, groups[variant][metric], intervals[str(place)], pooled.get((variant, metric)))
        for place, (variant, metric) in enumerate(columns)
    ]
    table = pd.DataFrame(found, columns=list(COLUMNS)).astype(dict.fromkeys(("low", "high", "pooled"), float))
    measured = table.groupby("metric")["n"].transform("sum") > 0
    return table[measured | table["pooled"].notna() | (table["metric"] == METRICS[0])].reset_index(drop=True)


def _row(
    variant: str, metric: str, values: pd.Series, interval: Interval, pooled: float | None
) -> tuple[object, ...]:
    n = int(values.notna().sum())
    interval = interval.within(0, float("inf") if metric in LOWER_IS_BETTER else 1)
    return variant, metric, values.mean(), interval.low, interval.high, pooled, n, len(values) - n


def prompt_table(metrics: pd.DataFrame, a: str, b: str, prompts: Sequence[str]) -> pd.DataFrame:
    """The mean IoU of A and B and their gap, prompt by prompt, over the samples that both have a value for.

    Args:
        metrics: a run's table.
        a: the baseline variant.
        b: the variant held against it.
        prompts: the prompts' specs; one without rows of A or B is left out.

    Returns:
        One row per prompt with prompt, mean_a, mean_b, gap, its interval (95 %, over scenes) from low to
        high, n, n_scenes, p of the sign-flip test and the verdict (of this prompt alone).
    """
    rows = []
    for prompt in prompts:
        of = metrics[metrics["prompt"] == prompt]
        first, second = (of[of["variant"] == name].set_index("id") for name in (a, b))
        both = pd.DataFrame({"a": first["iou"], "b": second["iou"]}).dropna()
        if first.empty or second.empty:
            continue
        gaps = both["b"] - both["a"]
        found = find(gaps.to_frame("gap"), first.loc[both.index, "scene"])["gap"]
        interval = found.interval
        means = (both["a"].mean(), both["b"].mean(), gaps.mean())
        counts = (len(both), interval.n_scenes)
        rows.append((prompt, *means, interval.low, interval.high, *counts, found.p, found.verdict.word))
    columns = ["prompt", "mean_a", "mean_b", "gap", "low", "high", "n", "n_scenes", "p", "verdict"]
    return pd.DataFrame(rows, columns=columns)
