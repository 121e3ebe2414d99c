"""Averages of a run's table per variant, and A paired with B on the same samples."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.statistics import Interval, scene_intervals
from floodeval.analysis.verdicts import find
from floodeval.errors import FloodevalError
from floodeval.evaluation.paired_run import pair_sides
from floodeval.evaluation.sides import Side
from floodeval.i18n.catalog import saying
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS
from floodeval.metrics.overlap import FAILURE_THRESHOLD, OVERLAP_METRICS, Counts, overlap

OUTCOMES = ("fixed", "regressed", "both_fail", "both_good")
MEAN_COLUMNS = ("variant", "metric", "mean", "low", "high", "pooled", "n", "n_missing")


def averages(metrics: pd.DataFrame) -> pd.DataFrame:
    """Average every overlap metric per prompt and variant.

    Args:
        metrics: a run's table.

    Returns:
        One row per prompt, variant and metric (in the table's order), with the columns
        prompt, variant, metric, mean (over images), pooled (over pixels), n (images with a value) and
        n_missing.
    """
    rows = []
    for (prompt, variant), group in metrics.groupby(["prompt", "variant"], sort=False):
        pooled = overlap(Counts(*(int(group[name].sum()) for name in ("tp", "fp", "fn", "tn"))))
        for metric in OVERLAP_METRICS:
            values = group[metric].dropna()
            n, n_missing = len(values), len(group) - len(values)
            rows.append((prompt, variant, metric, values.mean(), getattr(pooled, metric), n, n_missing))
    return pd.DataFrame(rows, columns=["prompt", "variant", "metric", "mean", "pooled", "n", "n_missing"])


def paired(
    metrics: pd.DataFrame, a: str, b: str, prompt: str, threshold: float = FAILURE_THRESHOLD
) -> pd.DataFrame:
    """Put A and B side by side, sample by sample.

    Args:
        metrics: a run's table.
        a: the baseline variant.
        b: the candidate.
        prompt: the prompt's spec.
        threshold: the IoU below which a variant fails.

    Returns:
        One row per sample with id, scene, split, width, height, truth_share; `<metric>_a`, `<metric>_b` and
        `<metric>_gap` = B - A for each metric that the run has, and for SAM's `score`; and `outcome` (see
        `outcome_of`).

    Raises:
        FloodevalError: a variant or the prompt is not in the run, or the two have different samples.
    """
    rows = metrics[metrics["prompt"] == prompt]
    left, right = (rows[rows["variant"] == name].set_index("id") for name in (a, b))
    for wanted, found in ((a, len(left)), (b, len(right))):
        if not found:
            raise FloodevalError(saying("runs.no_rows", variant=wanted, prompt=prompt))
    unpaired = [] if left.index.equals(right.index) else sorted(set(left.index) ^ set(right.index))
    if unpaired:
        raise FloodevalError(saying("runs.unpaired", a=a, b=b, ids=", ".join(unpaired[:5])))
    table = left[["scene", "split", "width", "height", "truth_share"]].copy()
    for name in (*(metric for metric in METRICS if metric in metrics), "score"):
        table[f"{name}_a"], table[f"{name}_b"] = left[name], right[name]
        table[f"{name}_gap"] = right[name] - left[name]
    table["outcome"] = outcome_of(table["iou_a"], table["iou_b"], threshold)
    return table.reset_index()


def prompts_in_common(metrics: pd.DataFrame, variants: Collection[str]) -> list[str]:
    """The prompts with which each of the variants has rows, in the table's order.

    Variants may take different prompts: a folder of masks has `none` alone.

    Examples:
        >>> rows = {"variant": ["sam", "sam", "unet"], "prompt": ["box", "full", "full"]}
        >>> prompts_in_common(pd.DataFrame(rows), ["sam", "unet"])
        ['full']
    """
    rows = metrics[metrics["variant"].isin(list(variants))]
    counts = rows.groupby("prompt", sort=False)["variant"].nunique()
    return [str(prompt) for prompt in counts.index[counts == len(set(variants))]]


@dataclass(frozen=True)
class Pairing:
    """Two sides, sample by sample, and the samples that are left out.

    Attributes:
        table: as `paired` returns it, of the samples that both sides have.
        only_a: the ids of A's samples that B does not have.
        only_b: the ids of B's samples that A does not have.
        other_reference: the ids of samples with different reference masks.
    """

    table: pd.DataFrame
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    other_reference: tuple[str, ...]


def paired_sides(a: Side, b: Side, threshold: float = FAILURE_THRESHOLD) -> Pairing:
    """Put two sides of any runs, variants and prompts side by side, by id and reference mask.

    Args:
        a: the baseline.
        b: the candidate.
        threshold: the IoU below which a variant fails.

    Raises:
        FloodevalError: no sample can be compared (see `floodeval.evaluation.shared_samples`).
    """
    both = pair_sides(a, b)
    table = paired(both.run.metrics, both.a, both.b, both.prompt.spec, threshold)
    return Pairing(table, both.shared.only_a, both.shared.only_b, both.shared.other_reference)


def outcome_of(iou_a: pd.Series, iou_b: pd.Series, threshold: float) -> pd.Series:
    """The outcome of each sample: fixed, regressed, both_fail or both_good; missing where an IoU is missing.

    A variant fails where its IoU is below the threshold, which is the same for A and B.

    Examples:
        >>> outcome_of(pd.Series([0.2, 0.8, 0.1]), pd.Series([0.7, 0.3, 0.4]), 0.5).tolist()
        ['fixed', 'regressed', 'both_fail']
    """
    fails_a, fails_b = iou_a < threshold, iou_b < threshold
    names = pd.Series("both_good", index=iou_a.index, dtype="str")
    names[fails_a & ~fails_b] = "fixed"
    names[~fails_a & fails_b] = "regressed"
    names[fails_a & fails_b] = "both_fail"
    return names.where(iou_a.notna() & iou_b.notna())


def mean_table(metrics: pd.DataFrame, prompt: str) -> pd.DataFrame:
    """Average every metric that a run has, for each variant with one prompt.

    The intervals (95%, over scenes) are those of each variant's own mean. Two of them can overlap although
    the gap is significant, because the variants are paired: judge by the interval of the gap.

    Args:
        metrics: a run's table.
        prompt: the prompt's spec.

    Returns:
        One row per variant and metric, in the table's order, with the columns `MEAN_COLUMNS`: mean over
        images with its interval from low to high, pooled over pixels (overlap metrics only), n images with a
        value and n_missing images without.
    """
    rows = metrics[metrics["prompt"] == prompt]
    if rows.empty:
        return pd.DataFrame(columns=list(MEAN_COLUMNS))
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
    table = pd.DataFrame(found, columns=list(MEAN_COLUMNS)).astype(
        dict.fromkeys(("low", "high", "pooled"), float)
    )
    measured = table.groupby("metric")["n"].transform("sum") > 0
    return table[measured | table["pooled"].notna() | (table["metric"] == METRICS[0])].reset_index(drop=True)


def _row(
    variant: str, metric: str, values: pd.Series, interval: Interval, pooled: float | None
) -> tuple[object, ...]:
    n = int(values.notna().sum())
    interval = interval.within(0, float("inf") if metric in LOWER_IS_BETTER else 1)
    return variant, metric, values.mean(), interval.low, interval.high, pooled, n, len(values) - n


def prompt_table(metrics: pd.DataFrame, a: str, b: str, prompts: Sequence[str]) -> pd.DataFrame:
    """The mean IoU of A and B and their gap per prompt, over the samples where both have a value.

    Args:
        metrics: a run's table.
        a: the baseline variant.
        b: the candidate.
        prompts: the prompts' specs; one without rows of A or B is left out.

    Returns:
        One row per prompt with prompt, mean_a, mean_b, gap, its interval (95%, over scenes) from low to
        high, n, n_scenes, p of the sign-flip test and the verdict (for this prompt alone).
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
