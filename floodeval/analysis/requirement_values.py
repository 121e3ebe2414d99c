"""What a variant reaches for each requirement, with its interval over scenes, before and after review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.generalization import generalization
from floodeval.analysis.requirements import (
    FAILURES,
    FALSE,
    IOU,
    MISSED,
    RETENTION,
    SCENES,
    SECONDS,
    Requirements,
)
from floodeval.analysis.statistics import SHARES, Interval, scene_intervals, share_interval
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run

PER_PHOTOGRAPH = (IOU, FAILURES, MISSED, FALSE)  # means over photographs


@dataclass(frozen=True)
class Measured:
    """A value of a requirement; None where the run does not show it.

    Attributes:
        value: a mean over photographs, a median, a number or a ratio, as `Requirements` says.
        low: the lower end of its 95% interval over scenes; None where there is none.
        high: the upper end.
        n: the number of photographs with a value; of the retention, those of the worst set.
        n_scenes: the number of their scenes.
        where: of the retention, the name of the worst set's run; else empty.
        may_be_too_narrow: whether there are so few, skewed scenes that the interval may be too narrow.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    n_scenes: int = 0
    where: str = ""
    may_be_too_narrow: bool = False


@dataclass(frozen=True)
class MeasuredValues:
    """The values by requirement; `n` counts photographs with an IoU, `n_scenes` their scenes."""

    by_name: Mapping[str, Measured]
    n: int
    n_scenes: int


def scores_of(run: Run, variant: str, prompt: str) -> pd.DataFrame:
    """The rows of the run's table of a variant and a prompt, one per photograph."""
    rows = run.metrics
    return rows[(rows["variant"] == variant) & (rows["prompt"] == prompt)].reset_index(drop=True)


def measured_values(
    run: Run,
    rows: pd.DataFrame,
    variant: str,
    prompt: str,
    requirements: Requirements,
    group: Sequence[Run] = (),
) -> MeasuredValues:
    """Measure every requirement.

    Args:
        run: that the rows are from.
        rows: of a variant and a prompt, one per photograph, without those that do not count.
        variant: its name.
        prompt: its spec.
        requirements: of which the failure threshold counts.
        group: the other runs of the run's group.
    """
    shares = _shares(rows, requirements.failure_iou)
    intervals = scene_intervals(shares, rows["scene"], SHARES)
    intervals[FAILURES] = share_interval(shares[FAILURES], rows["scene"])
    found = {name: _mean(shares[name], intervals[name]) for name in PER_PHOTOGRAPH}
    n, n_scenes = found[IOU].n, found[IOU].n_scenes
    found[SECONDS] = _seconds(rows)
    found[SCENES] = Measured(float(n_scenes), n=n, n_scenes=n_scenes)
    found[RETENTION] = worst_retention(run, variant, prompt, group)
    return MeasuredValues(found, n, n_scenes)


def failing_cases(rows: pd.DataFrame, failure_iou: float) -> list[str]:
    """The ids of the photographs whose IoU is below the failure threshold, the lowest first."""
    failing = rows[rows["iou"] < failure_iou].sort_values(["iou", "id"], kind="stable")
    return [str(one) for one in failing["id"]]


def reviewed_values(rows: pd.DataFrame, cases: Sequence[str]) -> dict[str, float | None]:
    """The share of failures, of missed and of false water once a person has corrected the cases.

    A corrected mask is the reference mask: no failure, and no missed and no false water where there is water.
    """
    corrected = rows["id"].isin(list(cases))
    has_water = rows["tp"] + rows["fn"] > 0
    shares = _shares(rows, 0.0)[[MISSED, FALSE]]
    shares.loc[corrected & has_water] = 0.0
    shares.loc[corrected & ~has_water] = None
    return {FAILURES: 0.0 if len(rows) else None} | {
        name: float(shares[name].mean()) if shares[name].notna().any() else None for name in (MISSED, FALSE)
    }


def worst_retention(run: Run, variant: str, prompt: str, group: Sequence[Run]) -> Measured:
    """The lowest retention on the other sets of the run's group, over those with enough scenes for a verdict.

    It is not shown where the run is not the in-domain run of a group, where the variants or prompts of the
    runs do not match, or where the variant is the baseline.
    """
    if not group or run.info.group is None or run.info.group.in_domain != run.folder.name:
        return Measured()
    try:
        found = generalization([run, *group], run.folder.name, prompts={run.folder.name: prompt})
    except FloodevalError:  # what keeps the runs from being compared is the Generalization page's to say
        return Measured()
    if variant not in [one.name for one in found.variants[1:]]:
        return Measured()
    kept = [
        one
        for one in found.of(variant)[1:]
        if found.set_of(one.run).has_enough_scenes and one.retention.value is not None
    ]
    if not kept:
        return Measured()
    worst = min(kept, key=lambda one: one.retention.value or 0.0)
    retention = worst.retention
    return Measured(
        retention.value, retention.low, retention.high, worst.n, worst.n_scenes, found.set_of(worst.run).name
    )


def _shares(rows: pd.DataFrame, failure_iou: float) -> pd.DataFrame:
    """IoU, failure (0 or 1), missed and false water of each photograph; missing where undefined."""
    iou = rows["iou"].astype("float64")
    failed = (iou < failure_iou).astype("float64").where(iou.notna())
    values = {IOU: iou, FAILURES: failed, MISSED: 1 - rows["recall"], FALSE: 1 - rows["precision"]}
    return pd.DataFrame(values, dtype="float64")


def _mean(values: pd.Series, interval: Interval) -> Measured:
    known = values.dropna()
    return Measured(
        float(known.mean()) if len(known) else None,
        interval.low,
        interval.high,
        len(known),
        interval.n_scenes,
        may_be_too_narrow=interval.may_be_too_narrow,
    )


def _seconds(rows: pd.DataFrame) -> Measured:
    """Median seconds of encoding plus those of decoding; not shown where either was not timed."""
    encode, decode = (rows[name].dropna() for name in ("encode_ms", "decode_ms"))
    if encode.empty or decode.empty:
        return Measured()
    timed = rows[rows["encode_ms"].notna() & rows["decode_ms"].notna()]
    seconds = (float(encode.median()) + float(decode.median())) / 1000
    return Measured(seconds, n=len(timed), n_scenes=int(timed["scene"].nunique()))
