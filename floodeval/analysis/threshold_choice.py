"""The threshold with the highest mean IoU on the validation subset, and what it brings on the test subset.

A threshold chosen on the photographs that it is then scored on looks better than it is. So it is chosen on
the validation subset and scored on the test subset of the same run, and without a validation subset none is.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from floodeval.analysis.statistics import GAPS_OF_SHARES, scene_intervals
from floodeval.analysis.threshold_curves import (
    LogitCounts,
    NoLogitsError,
    default_threshold,
    logit_counts,
    threshold_curve,
)
from floodeval.evaluation.run import Run
from floodeval.metrics.logit_histograms import threshold_scores

CHOSEN_ON, SCORED_ON = "validation", "test"
REASONS = ("no_table", "no_logits", "no_validation", "dry_validation", "no_test")


@dataclass(frozen=True)
class ThresholdChoice:
    """The threshold chosen for a variant with a prompt; thresholds are logits.

    Attributes:
        variant: its name.
        prompt: the prompt's spec.
        default: the threshold that the run's masks were made with.
        best: the threshold with the highest mean IoU on the validation subset; None where none is chosen.
        is_outermost: whether `best` is the lowest or highest threshold there is: a better one may be beyond.
        n_validation: photographs of the validation subset with reference water.
        n_test: those of the test subset.
        n_scenes: the scenes of the `n_test` photographs.
        iou_default: the mean IoU on the test subset at the default threshold; None where it is not known.
        iou_best: that at `best`.
        gain: `iou_best` - `iou_default`.
        low: the lower end of its 95% interval over scenes; None with one scene.
        high: the upper end.
        reason: why no threshold is chosen or scored, one of `REASONS`; empty where it is.
    """

    variant: str
    prompt: str
    default: float
    best: float | None = None
    is_outermost: bool = False
    n_validation: int = 0
    n_test: int = 0
    n_scenes: int = 0
    iou_default: float | None = None
    iou_best: float | None = None
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""

    @property
    def probability(self) -> float | None:
        """`best` as a probability, 1 / (1 + exp(-logit))."""
        return None if self.best is None else float(1 / (1 + np.exp(-self.best)))

    def to_dict(self) -> dict[str, Any]:
        """The choice for JSON; a threshold that is infinite is null."""
        default = self.default if np.isfinite(self.default) else None
        return asdict(self) | {"default": default, "probability": self.probability}


def threshold_choices(run: Run, prompt: str | None = None) -> list[ThresholdChoice]:
    """Choose a threshold for every variant and prompt that the run has rows of, in the run's order.

    Args:
        run: with all of its rows, as `load_run` returns it.
        prompt: only this prompt's spec; None for all.
    """
    there = set(zip(run.metrics["variant"], run.metrics["prompt"], strict=True))
    specs = [spec for spec in run.info.prompt_specs if prompt in (None, spec)]
    return [
        choose_threshold(run, variant, spec)
        for spec in specs
        for variant in run.info.variant_names
        if (variant, spec) in there
    ]


def choose_threshold(run: Run, variant: str, prompt: str) -> ThresholdChoice:
    """Choose the threshold of a variant with a prompt, and score it.

    Args:
        run: as `load_run` returns it. Its validation subset is among its rows, or in a table of its own.
        variant: its name.
        prompt: the prompt's spec.

    Returns:
        The choice; where there is none, its `reason` says why.

    Raises:
        FloodevalError: the table of logits cannot be read.
    """
    default = default_threshold(run, variant)
    try:
        counts = logit_counts(run.with_validation(), variant, prompt)
    except NoLogitsError as error:
        return ThresholdChoice(variant, prompt, default, reason=error.reason)
    return _choice(counts, variant, prompt, default)


def _choice(counts: LogitCounts, variant: str, prompt: str, default: float) -> ThresholdChoice:
    validation, test = counts.of_split(CHOSEN_ON), counts.of_split(SCORED_ON)
    if validation.rows.empty:
        return ThresholdChoice(variant, prompt, default, reason="no_validation")
    curve = threshold_curve(validation, variant, prompt, default)
    if curve.best is None:
        return ThresholdChoice(variant, prompt, default, reason="dry_validation")
    found = ThresholdChoice(
        variant,
        prompt,
        default,
        best=float(curve.threshold[curve.best]),
        is_outermost=curve.best in (0, len(curve.threshold) - 1),
        n_validation=curve.n,
    )
    return _scored(found, test.where(test.is_wet), curve.best)


def _scored(found: ThresholdChoice, test: LogitCounts, best: int) -> ThresholdChoice:
    """The choice with its scores on the test photographs that have reference water."""
    if test.rows.empty:
        return replace(found, reason="no_test")
    rows = test.rows.assign(best=threshold_scores(test.inside, test.outside).iou[:, best])
    gains = pd.DataFrame({"gain": rows["best"] - rows["iou"].astype(float)})
    interval = scene_intervals(gains, rows["scene"], GAPS_OF_SHARES)["gain"]
    return replace(
        found,
        n_test=len(rows),
        n_scenes=int(rows["scene"].nunique()),
        iou_default=float(rows["iou"].mean()),
        iou_best=float(rows["best"].mean()),
        gain=float(gains["gain"].mean()),
        low=interval.low,
        high=interval.high,
    )
