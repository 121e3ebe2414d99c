"""What the prompt does to the scores: prompt by prompt, prompt against prompt, photograph by photograph."""

from collections.abc import Sequence
from typing import TypeVar

import pandas as pd

from floodeval.analysis.statistics import scene_bootstrap
from floodeval.sam.prompts import PromptSpec, parse_prompt

SCORE_COLUMNS = ("prompt", "variant", "mean", "low", "high", "n", "n_scenes")
GAP_COLUMNS = ("prompt", "variant", "gap", "low", "high", "n", "n_scenes")
GAIN_COLUMNS = ("prompt", "gap", "low", "high", "n", "n_scenes")
SPREAD_COLUMNS = ("id", "scene", "spread", "best", "best_prompt", "worst", "worst_prompt")

_Key = TypeVar("_Key")


def plainest(prompts: Sequence[PromptSpec]) -> list[PromptSpec]:
    """One prompt of each kind: as its name alone asks for it, else the first that is moved or drawn least."""
    of_kind: dict[str, list[PromptSpec]] = {}
    for prompt in prompts:
        of_kind.setdefault(prompt.kind, []).append(prompt)
    return [min(same, key=_fancy) for same in of_kind.values()]


def prompt_scores(metrics: pd.DataFrame, metric: str = "iou") -> pd.DataFrame:
    """Average a metric per prompt and variant.

    Args:
        metrics: rows of a run's table.
        metric: one of its columns.

    Returns:
        One row per prompt and variant (in the table's order) with the columns `SCORE_COLUMNS`: the mean over
        photographs that have a value, its 95 % interval over scenes (missing with a single scene), n
        photographs and n_scenes.
    """
    columns = _columns(metrics, metric)
    found = _means(columns, _scenes(metrics))
    return _table([(prompt, variant, *found[prompt, variant]) for prompt, variant in columns], SCORE_COLUMNS)


def prompt_gaps(metrics: pd.DataFrame, reference: str, metric: str = "iou") -> pd.DataFrame:
    """Hold every prompt against one of them, within each variant and on the same photographs.

    Args:
        metrics: rows of a run's table.
        reference: the prompt that the others are held against.
        metric: a column of the table.

    Returns:
        One row per other prompt and variant with the columns `GAP_COLUMNS`: the mean of
        metric(prompt) - metric(reference) over the photographs that have both, with its 95 % interval over
        scenes, n photographs and n_scenes. Empty where the reference has no rows.
    """
    columns = _columns(metrics, metric)
    gaps = {
        (prompt, variant): values - columns[reference, variant]
        for (prompt, variant), values in columns.items()
        if prompt != reference and (reference, variant) in columns
    }
    found = _means(gaps, _scenes(metrics))
    return _table([(prompt, variant, *found[prompt, variant]) for prompt, variant in gaps], GAP_COLUMNS)


def prompt_gains(metrics: pd.DataFrame, a: str, b: str, metric: str = "iou") -> pd.DataFrame:
    """What B gains over A with each prompt, on the same photographs.

    Returns:
        One row per prompt that both have, with the columns `GAIN_COLUMNS`: the mean of B - A with its 95 %
        interval over scenes, n photographs and n_scenes.
    """
    columns = _columns(metrics, metric)
    gaps = {
        prompt: values - columns[prompt, a]
        for (prompt, variant), values in columns.items()
        if variant == b and (prompt, a) in columns
    }
    found = _means(gaps, _scenes(metrics))
    return _table([(prompt, *found[prompt]) for prompt in gaps], GAIN_COLUMNS)


def prompt_spreads(
    metrics: pd.DataFrame, variant: str, prompts: Sequence[str], metric: str = "iou"
) -> pd.DataFrame:
    """How much each photograph's score depends on the prompt, for one variant.

    Args:
        metrics: rows of a run's table.
        variant: whose scores.
        prompts: the prompts to hold against each other.
        metric: a column of the table.

    Returns:
        One row per photograph that has a value with every prompt, the largest spread first, with the columns
        `SPREAD_COLUMNS`: spread = best - worst, and with which prompt (the first of equal ones).
    """
    columns = _columns(metrics[metrics["variant"] == variant], metric)
    empty = pd.Series(dtype="float64")
    wide = pd.DataFrame({spec: columns.get((spec, variant), empty) for spec in prompts}).dropna()
    if wide.empty:
        return _table([], SPREAD_COLUMNS)
    best, worst = wide.max(axis=1), wide.min(axis=1)
    found = pd.DataFrame(
        {
            "id": wide.index,
            "scene": _scenes(metrics).reindex(wide.index),
            "spread": best - worst,
            "best": best,
            "best_prompt": wide.idxmax(axis=1),
            "worst": worst,
            "worst_prompt": wide.idxmin(axis=1),
        }
    )
    return found.sort_values("spread", ascending=False, kind="stable", ignore_index=True)


def _fancy(prompt: PromptSpec) -> tuple[bool, float, int, bool]:
    return prompt != parse_prompt(prompt.kind), prompt.jitter, prompt.seed, prompt.multimask


def _columns(metrics: pd.DataFrame, metric: str) -> dict[tuple[str, str], pd.Series]:
    """A metric by photograph, per prompt and variant, in the table's order."""
    return {
        (str(prompt), str(variant)): rows.drop_duplicates("id").set_index("id")[metric].astype("float64")
        for (prompt, variant), rows in metrics.groupby(["prompt", "variant"], sort=False)
    }


def _scenes(metrics: pd.DataFrame) -> pd.Series:
    """The scene of every photograph, by its id."""
    return metrics.drop_duplicates("id").set_index("id")["scene"]


def _means(columns: dict[_Key, pd.Series], scenes: pd.Series) -> dict[_Key, tuple[object, ...]]:
    """Per column: mean, low, high, n, n_scenes; all share the resamples of the scenes."""
    values = pd.DataFrame({str(i): column for i, column in enumerate(columns.values())}, index=scenes.index)
    intervals = scene_bootstrap(values, scenes)
    found: dict[_Key, tuple[object, ...]] = {}
    for key, name in zip(columns, values, strict=True):
        known, interval = values[name].dropna(), intervals[str(name)]
        n_scenes = int(scenes[known.index].nunique())
        bounds = (interval.low, interval.high) if n_scenes > 1 else (None, None)
        found[key] = known.mean() if len(known) else None, *bounds, len(known), n_scenes
    return found


def _table(rows: list[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(columns))
    numbers = [name for name in ("mean", "gap", "low", "high") if name in table]
    return table.astype(dict.fromkeys(numbers, "float64"))
