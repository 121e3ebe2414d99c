"""A run's table: averages per variant, and A paired with B on the same sample with the same prompt."""

import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.metrics.measures import METRICS
from floodeval.metrics.overlap import FAILURE_THRESHOLD, OVERLAP_METRICS, Counts, overlap

QUADRANTS = ("fixed", "regressed", "both_fail", "both_good")


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
        b: the variant held against it.
        prompt: the prompt's spec.
        threshold: the IoU under which a variant fails.

    Returns:
        One row per sample with id, scene, split, width, height, truth_share; `<metric>_a`, `<metric>_b` and
        `<metric>_gap` = B - A for each metric that the run has, and for SAM's `score`; and `quadrant` (see
        `quadrant_of`).

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
    table["quadrant"] = quadrant_of(table["iou_a"], table["iou_b"], threshold)
    return table.reset_index()


def quadrant_of(iou_a: pd.Series, iou_b: pd.Series, threshold: float) -> pd.Series:
    """Name each sample's quadrant: fixed, regressed, both_fail or both_good; missing where an IoU is.

    A variant fails where its IoU is under the threshold, the same for both.
    """
    fails_a, fails_b = iou_a < threshold, iou_b < threshold
    names = pd.Series("both_good", index=iou_a.index, dtype="str")
    names[fails_a & ~fails_b] = "fixed"
    names[~fails_a & fails_b] = "regressed"
    names[fails_a & fails_b] = "both_fail"
    return names.where(iou_a.notna() & iou_b.notna())
