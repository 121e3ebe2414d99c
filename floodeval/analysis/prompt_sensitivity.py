"""What the prompt does to the scores: prompt by prompt, prompt against prompt, photograph by photograph."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import pandas as pd

from floodeval.analysis.statistics import ANY, GAPS_OF_SHARES, SHARES, Interval, scene_intervals
from floodeval.analysis.verdicts import find
from floodeval.datasets.dataset import read_truth
from floodeval.datasets.images import Mask
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.prompts import PromptSpec, parse_prompt

# What the prompt does to the scores: prompt by prompt, prompt against prompt, photograph by photograph.

SCORE_COLUMNS = ("prompt", "variant", "mean", "low", "high", "n", "n_scenes")
GAP_COLUMNS = ("prompt", "variant", "gap", "low", "high", "n", "n_scenes", "p", "verdict")
GAIN_COLUMNS = ("prompt", "gap", "low", "high", "n", "n_scenes", "p", "verdict")
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
    columns, scenes = _columns(metrics, metric), _scenes(metrics)
    limits = (0.0, math.inf) if metric in LOWER_IS_BETTER else SHARES
    intervals = scene_intervals(_wide(columns, scenes), scenes, limits)
    found = {key: _mean(values, intervals[str(i)]) for i, (key, values) in enumerate(columns.items())}
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
    """What B gains over A with each prompt, on the same photographs.

    Returns:
        One row per prompt that both have, with the columns `GAIN_COLUMNS`: the mean of B - A with its 95 %
        interval over scenes, n photographs, n_scenes, p of the sign-flip test and the verdict on B, each
        prompt by itself as in `floodeval.analysis.compare`.
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
    """How much each photograph's IoU depends on the prompt, for one variant.

    Args:
        metrics: rows of a run's table.
        variant: whose IoU.
        prompts: the prompts to compare.

    Returns:
        One row per photograph that has a value with every prompt, the largest spread first, with the columns
        `SPREAD_COLUMNS`: spread = best - worst, and with which prompt (the first of equal ones).
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


def _wide(columns: Mapping[_Key, pd.Series], scenes: pd.Series) -> pd.DataFrame:
    """The columns under their numbers, photographs as rows."""
    return pd.DataFrame({str(i): column for i, column in enumerate(columns.values())}, index=scenes.index)


def _mean(values: pd.Series, interval: Interval) -> tuple[object, ...]:
    """Mean, low, high, n, n_scenes."""
    known = values.dropna()
    mean = known.mean() if len(known) else None
    return mean, interval.low, interval.high, len(known), interval.n_scenes


def _judged(gaps: Mapping[_Key, pd.Series], scenes: pd.Series, metric: str) -> dict[_Key, tuple[object, ...]]:
    """Per gap: mean, low, high, n, n_scenes, p, verdict; the gaps are read together."""
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


# How steady a variant is when its prompt moves: more clicks, other clicks, a box drawn less well.

OPTIONS = {"points": "n", "box": "jitter"}  # what is varied, by the prompt's kind
CURVE_COLUMNS = (
    "variant",
    "value",
    "mean",
    "low",
    "high",
    "n",
    "n_seeds",
    "seed_low",
    "seed_high",
    "seed_range",
    "change",
    "change_low",
    "change_high",
    "verdict",
)


@dataclass(frozen=True)
class Family:
    """Prompts of one kind that differ only in one option, and in the seed.

    `option` is `n` (clicks) or `jitter` (pixels); `values` maps each value to its prompts' specs, one a seed,
    the least first.
    """

    kind: str
    option: str
    values: dict[float, tuple[str, ...]]

    @property
    def moves(self) -> bool:
        """Whether there is anything to see: two values, or two seeds of one."""
        return len(self.values) > 1 or any(len(specs) > 1 for specs in self.values.values())


def families(prompts: Sequence[PromptSpec]) -> list[Family]:
    """The families of a run's prompts in which something moves; those with `multimask` are left out."""
    found = []
    for kind, option in OPTIONS.items():
        values: dict[float, list[str]] = {}
        for prompt in prompts:
            if prompt.kind == kind and not prompt.multimask:
                values.setdefault(float(getattr(prompt, option) or 0), []).append(prompt.spec)
        family = Family(kind, option, {value: tuple(values[value]) for value in sorted(values)})
        if family.moves:
            found.append(family)
    return found


def sensitivity(metrics: pd.DataFrame, family: Family, metric: str = "iou") -> pd.DataFrame:
    """Follow a metric over the values of a family, per variant.

    Args:
        metrics: rows of a run's table.
        family: of `families`.
        metric: a column of the table.

    Returns:
        One row per variant and value with the columns `CURVE_COLUMNS`. A photograph's score is its mean over
        the seeds; `mean` is over the n photographs that have a value with every seed, `low` and `high` its
        95 % interval over scenes. `seed_low` and `seed_high` are the lowest and highest mean of one seed, and
        `seed_range` is the mean over photographs of highest - lowest score between the seeds: how much one
        photograph's score depends on the draw (missing with one seed). `change` is the mean of the score
        minus that of the variant's least value on the same photographs, with its interval; `verdict`, missing
        for the least value, judges it, corrected for the number of the variant's other values.
    """
    scenes = metrics.drop_duplicates("id").set_index("id")["scene"]
    rows: list[tuple[object, ...]] = []
    for variant in dict.fromkeys(metrics["variant"]):
        mine = metrics[metrics["variant"] == variant].drop_duplicates(["id", "prompt"])
        wide = mine.pivot(index="id", columns="prompt", values=metric).astype("float64")
        known = {value: wide.reindex(columns=list(of)).dropna() for value, of in family.values.items()}
        known = {value: scores for value, scores in known.items() if len(scores)}
        changes = _changes(known, scenes, metric)
        for value, scores in known.items():
            rows.append((variant, value, *_point(scores, scenes, metric), *changes[value]))
    table = pd.DataFrame(rows, columns=list(CURVE_COLUMNS))
    words = ("variant", "n", "n_seeds", "verdict")
    return table.astype({name: "float64" for name in CURVE_COLUMNS if name not in words})


def mask_agreement(run: Run, variant: str, prompts: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
    """How alike a variant's masks are when only the prompt differs.

    Args:
        run: a finished evaluation; its masks are read.
        variant: whose masks.
        prompts: two or more specs.
        ids: the photographs.

    Returns:
        One row per two prompts with the columns first, second, iou (mean IoU of the one's mask with the
        other's over the photographs where either finds water; missing where there is none) and n. A
        photograph whose masks cannot be read is left out. Pixels that the label scheme ignores count nowhere;
        `attrs["counts_ignored"]` says that they count all the same, because the data set is not at hand.
    """
    ignored, counts_ignored = _ignored(run)
    ious: dict[tuple[str, str], list[float]] = {pair: [] for pair in combinations(prompts, 2)}
    for sample_id in ids:
        try:
            masks = {spec: run.mask(variant, spec, sample_id) for spec in prompts}
            left_out = ignored(sample_id)
        except FloodevalError:
            continue
        for first, second in ious:
            shapes = {mask.shape for mask in (masks[first], masks[second], left_out) if mask is not None}
            if len(shapes) > 1:
                continue
            iou = overlap(count(masks[first], masks[second], ignored=left_out)).iou
            if iou is not None:
                ious[first, second].append(iou)
    rows = [(*pair, sum(of) / len(of) if of else None, len(of)) for pair, of in ious.items()]
    table = pd.DataFrame(rows, columns=["first", "second", "iou", "n"]).astype({"iou": "float64"})
    table.attrs["counts_ignored"] = counts_ignored
    return table


def _ignored(run: Run) -> tuple[Callable[[str], Mask | None], bool]:
    """The ignored pixels of a photograph by its id, and whether they count, for the data set is not here."""
    if not run.info.labels.ignore:
        return lambda sample_id: None, False
    try:
        dataset = run.dataset()
    except FloodevalError:
        return lambda sample_id: None, True
    return lambda sample_id: read_truth(dataset[sample_id]).ignored, False


def _point(known: pd.DataFrame, scenes: pd.Series, metric: str) -> tuple[object, ...]:
    """Mean, low, high, n, n_seeds, seed_low, seed_high, seed_range of photographs (rows) by seeds."""
    means = known.mean(axis=1)
    limits = (0.0, math.inf) if metric in LOWER_IS_BETTER else SHARES
    interval = scene_intervals(means.to_frame("score"), scenes.reindex(known.index), limits)["score"]
    of_seed = known.mean()
    several = known.shape[1] > 1
    around = float((known.max(axis=1) - known.min(axis=1)).mean()) if several else None
    seeds = (float(of_seed.min()), float(of_seed.max()), around)
    return (float(means.mean()), interval.low, interval.high, len(known), known.shape[1], *seeds)


def _changes(
    known: dict[float, pd.DataFrame], scenes: pd.Series, metric: str
) -> dict[float, tuple[object, ...]]:
    """Per value: the mean change from the first value's scores, its interval, and the verdict on it."""
    if not known:
        return {}
    first, *others = known
    base, lengths = known[first].mean(axis=1), metric in LOWER_IS_BETTER
    wide = pd.DataFrame({str(value): known[value].mean(axis=1) - base for value in others}).dropna(how="all")
    of = scenes.reindex(wide.index)
    found = find(wide, of, ANY if lengths else GAPS_OF_SHARES, lower_is_better=lengths) if others else {}
    changes: dict[float, tuple[object, ...]] = {first: (0.0, 0.0, 0.0, None)}
    for value in others:
        finding = found[str(value)]
        ends = (finding.interval.low, finding.interval.high)
        changes[value] = (wide[str(value)].mean(), *ends, finding.verdict.word)
    return changes
