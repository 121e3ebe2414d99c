"""Prompts compared: scores per prompt, prompt against prompt, gain per prompt, spread per photograph."""

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import pandas as pd

from floodeval.analysis.statistics import ANY, GAPS_OF_SHARES, SHARES, Interval, scene_intervals
from floodeval.analysis.verdicts import find
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.sam.prompts import PromptSpec, parse_prompt

SCORE_COLUMNS = ("prompt", "variant", "mean", "low", "high", "n", "n_scenes")
GAP_COLUMNS = ("prompt", "variant", "gap", "low", "high", "n", "n_scenes", "p", "verdict")
GAIN_COLUMNS = ("prompt", "gap", "low", "high", "n", "n_scenes", "p", "verdict")
SPREAD_COLUMNS = ("id", "scene", "spread", "best", "best_prompt", "worst", "worst_prompt")

_Key = TypeVar("_Key")


def plainest(prompts: Sequence[PromptSpec]) -> list[PromptSpec]:
    """One prompt per kind: the one without options, else the first with the least jitter and seed.

    Examples:
        >>> [one.spec for one in plainest([parse_prompt("box:jitter=20"), parse_prompt("box")])]
        ['box']
    """
    of_kind: dict[str, list[PromptSpec]] = {}
    for prompt in prompts:
        of_kind.setdefault(prompt.kind, []).append(prompt)
    return [min(same, key=_deviation) for same in of_kind.values()]


def prompt_scores(metrics: pd.DataFrame, metric: str = "iou") -> pd.DataFrame:
    """Average a metric per prompt and variant.

    Args:
        metrics: rows of a run's table.
        metric: one of its columns.

    Returns:
        One row per prompt and variant (in the table's order) with the columns `SCORE_COLUMNS`: the mean over
        photographs that have a value, its 95% interval over scenes (missing with a single scene), n
        photographs and n_scenes.

    Examples:
        >>> rows = {"id": ["x", "y"], "scene": ["s", "t"], "prompt": "box", "variant": "m", "iou": [0.4, 0.6]}
        >>> prompt_scores(pd.DataFrame(rows))[["prompt", "variant", "mean", "n"]].values.tolist()
        [['box', 'm', 0.5, 2]]
    """
    columns, scenes = _columns(metrics, metric), _scenes(metrics)
    limits = (0.0, math.inf) if metric in LOWER_IS_BETTER else SHARES
    intervals = scene_intervals(_wide(columns, scenes), scenes, limits)
    found = {key: _mean(values, intervals[str(i)]) for i, (key, values) in enumerate(columns.items())}
    return _table([(prompt, variant, *found[prompt, variant]) for prompt, variant in columns], SCORE_COLUMNS)


def prompt_gaps(metrics: pd.DataFrame, reference: str, metric: str = "iou") -> pd.DataFrame:
    """Compare every prompt with a reference prompt, per variant and on the same photographs.

    Args:
        metrics: rows of a run's table.
        reference: the prompt that the others are compared with.
        metric: a column of the table.

    Returns:
        One row per other prompt and variant with the columns `GAP_COLUMNS`: the mean of
        metric(prompt) - metric(reference) over the photographs that have both, with its 95% interval over
        scenes, n photographs, n_scenes, p of the sign-flip test corrected for the number of other prompts
        of the variant, and the verdict on the prompt. Empty where the reference has no rows.
    """
    columns, scenes = _columns(metrics, metric), _scenes(metrics)
    gaps = {
        (prompt, variant): values - columns[reference, variant]
        for (prompt, variant), values in columns.items()
        if prompt != reference and (reference, variant) in columns
    }
    found: dict[tuple[str, str], tuple[object, ...]] = {}
    for name in dict.fromkeys(variant for _, variant in gaps):
        mine = {keys: values for keys, values in gaps.items() if keys[1] == name}
        found |= _judged(mine, scenes, metric)
    return _table([(prompt, variant, *found[prompt, variant]) for prompt, variant in gaps], GAP_COLUMNS)


def prompt_gains(metrics: pd.DataFrame, a: str, b: str, metric: str = "iou") -> pd.DataFrame:
    """Compare B with A per prompt, on the same photographs.

    Returns:
        One row per prompt that both have, with the columns `GAIN_COLUMNS`: the mean of B - A with its 95%
        interval over scenes, n photographs, n_scenes, p of the sign-flip test and the verdict on B. Each
        prompt is judged alone, as in `floodeval.analysis.compare`.
    """
    columns, scenes = _columns(metrics, metric), _scenes(metrics)
    gaps = {
        prompt: values - columns[prompt, a]
        for (prompt, variant), values in columns.items()
        if variant == b and (prompt, a) in columns
    }
    rows = [(prompt, *_judged({prompt: of}, scenes, metric)[prompt]) for prompt, of in gaps.items()]
    return _table(rows, GAIN_COLUMNS)


def prompt_spreads(metrics: pd.DataFrame, variant: str, prompts: Sequence[str]) -> pd.DataFrame:
    """How much the IoU of each photograph depends on the prompt, for one variant.

    Args:
        metrics: rows of a run's table.
        variant: the variant of the IoU.
        prompts: the prompts to compare.

    Returns:
        One row per photograph that has a value with every prompt, the largest spread first, with the columns
        `SPREAD_COLUMNS`: spread = best - worst, and the prompts of both (the first of equal ones).
    """
    columns = _columns(metrics[metrics["variant"] == variant], "iou")
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


def _deviation(prompt: PromptSpec) -> tuple[bool, float, int, bool]:
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


def _wide(columns: Mapping[_Key, pd.Series], scenes: pd.Series) -> pd.DataFrame:
    """The columns named by their position, one row per photograph."""
    return pd.DataFrame({str(i): column for i, column in enumerate(columns.values())}, index=scenes.index)


def _mean(values: pd.Series, interval: Interval) -> tuple[object, ...]:
    """Mean, low, high, n, n_scenes."""
    known = values.dropna()
    mean = known.mean() if len(known) else None
    return mean, interval.low, interval.high, len(known), interval.n_scenes


def _judged(gaps: Mapping[_Key, pd.Series], scenes: pd.Series, metric: str) -> dict[_Key, tuple[object, ...]]:
    """Per gap: mean, low, high, n, n_scenes, p corrected for the number of gaps, verdict."""
    lengths = metric in LOWER_IS_BETTER
    limits = ANY if lengths else GAPS_OF_SHARES
    found = find(_wide(gaps, scenes), scenes, limits, lower_is_better=lengths)
    return {
        key: (*_mean(values, finding.interval), finding.p_holm, finding.verdict.word)
        for (key, values), finding in zip(gaps.items(), found.values(), strict=True)
    }


def _table(rows: list[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(columns))
    numbers = [name for name in ("mean", "gap", "low", "high", "p") if name in table]
    return table.astype(dict.fromkeys(numbers, "float64"))
