"""A variant compared with the baseline on each of several data sets: gap, verdict and retention."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from floodeval.analysis.evaluated_sets import EvaluatedSet, EvaluatedSets
from floodeval.analysis.retention import Retention, retention_of
from floodeval.analysis.statistics import (
    GAPS_OF_SHARES,
    Interval,
    effective_scenes,
    scene_intervals,
)
from floodeval.analysis.verdicts import MINIMUM_SCENES, UNDECIDED, holm, judge, sign_flip_p
from floodeval.sam.prompts import NO_PROMPT


@dataclass(frozen=True)
class SetSummary:
    """A data set: what `EvaluatedSet` says of it, and its size.

    `n` counts photographs, `n_scenes` their scenes and `n_effective` the effective number of scenes.
    """

    run: str
    name: str
    class_name: str
    prompt: str
    rule: str
    uses_ground_truth: bool
    in_domain: bool
    n: int
    n_scenes: int
    n_effective: float
    n_leaked: int

    @property
    def has_enough_scenes(self) -> bool:
        """Whether a verdict is possible; the set takes part in the trade-off only then."""
        return self.n_effective >= MINIMUM_SCENES - 1e-9


@dataclass(frozen=True)
class Change:
    """A variant compared with the baseline on one data set, over the photographs where both have an IoU.

    Attributes:
        run: the name of the set's run.
        variant: its name.
        prompt: that the variant was given; `none` where it takes none.
        mean: its mean IoU over photographs; None without photographs, as the other numbers.
        mean_baseline: the baseline's.
        gap: the mean of variant - baseline, with its 95% interval over scenes from `low` to `high`.
        p: of the sign-flip test over scenes, corrected for the number of sets (Holm).
        verdict: by `floodeval.analysis.verdicts`.
        reason: of the verdict.
        retention: the mean divided by the baseline's, with its interval.
        n: photographs where both have an IoU.
        n_missing: the others.
        n_scenes: scenes with a value.
    """

    run: str
    variant: str
    prompt: str
    mean: float | None
    mean_baseline: float | None
    gap: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: str
    reason: str
    retention: Retention
    n: int
    n_missing: int
    n_scenes: int


def summary_of(one: EvaluatedSet) -> SetSummary:
    """A set's size and prompt."""
    known = one.scores.iloc[:, 0].notna()
    sizes = np.asarray(one.scenes[known].value_counts(), dtype=np.float64)
    return SetSummary(
        run=one.run,
        name=one.name,
        class_name=one.class_name,
        prompt=one.prompt,
        rule=one.rule,
        uses_ground_truth=one.uses_ground_truth,
        in_domain=one.in_domain,
        n=int(known.sum()),
        n_scenes=len(sizes),
        n_effective=effective_scenes(sizes),
        n_leaked=one.n_leaked,
    )


def changes_of(found: EvaluatedSets, variant: str) -> list[Change]:
    """A variant's changes set by set, with p corrected for their number."""
    baseline = found.variants[0].name
    changes = [_change(one, baseline, variant) for one in found.sets]
    corrected = holm([change.p for change, _ in changes])
    judged = []
    for (change, interval), p in zip(changes, corrected, strict=True):
        verdict = judge(interval, p)
        judged.append(replace(change, p=p, verdict=verdict.word, reason=verdict.reason))
    return judged


def _change(one: EvaluatedSet, baseline: str, variant: str) -> tuple[Change, Interval]:
    both = one.scores[[baseline, variant]].dropna()
    scenes = one.scenes[both.index]
    gaps = (both[variant] - both[baseline]).to_frame("gap")
    interval = scene_intervals(gaps, scenes, GAPS_OF_SHARES)["gap"]
    means = both.mean() if len(both) else pd.Series({baseline: None, variant: None})
    change = Change(
        run=one.run,
        variant=variant,
        prompt=NO_PROMPT if variant in one.promptless else one.prompt,
        mean=means[variant],
        mean_baseline=means[baseline],
        gap=float(gaps["gap"].mean()) if len(both) else None,
        low=interval.low,
        high=interval.high,
        p=sign_flip_p(gaps, scenes)["gap"],
        verdict=UNDECIDED,
        reason="no_value",
        retention=retention_of(both[variant], both[baseline], scenes),
        n=len(both),
        n_missing=len(one.scores) - len(both),
        n_scenes=interval.n_scenes,
    )
    return change, interval
