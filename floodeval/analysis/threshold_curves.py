"""Scores of a variant at every threshold of its logits, from the histograms that a run keeps.

A pixel is water where its logit is above the threshold. The thresholds are the edges between the bins of
`floodeval.metrics.logit_histograms`; at these the scores are exact, because the counts are.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import Saying, saying
from floodeval.metrics.logit_histograms import LOGIT_BINS, threshold_scores

Floats = npt.NDArray[np.float64]


class NoLogitsError(FloodevalError):
    """A run has no logits of a variant.

    Attributes:
        reason: "no_table" where the run keeps none at all, as older ones, "no_logits" where the variant has
            none, as one of which only masks are known.
    """

    def __init__(self, message: Saying, reason: str) -> None:
        """Keep the reason with the sentence."""
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class LogitCounts:
    """The histograms of a variant's logits with one prompt, photograph by photograph.

    Attributes:
        rows: one row per photograph with id, scene, split, iou and score, as in the run's table.
        inside: N x `LOGIT_BINS` counts of pixels that are water in the reference mask, as in `rows`.
        outside: the same of its dry pixels. Ignored pixels are in neither.
    """

    rows: pd.DataFrame
    inside: Floats
    outside: Floats

    @property
    def is_wet(self) -> npt.NDArray[np.bool_]:
        """Which photographs have water in their reference mask."""
        return np.asarray(self.inside.sum(axis=1) > 0)

    def of_split(self, split: str) -> "LogitCounts":
        """Only the photographs of a subset of the split."""
        return self.where((self.rows["split"] == split).to_numpy(bool))

    def where(self, kept: npt.NDArray[np.bool_]) -> "LogitCounts":
        """Only the photographs for which `kept` is true."""
        return LogitCounts(self.rows[kept].reset_index(drop=True), self.inside[kept], self.outside[kept])


@dataclass(frozen=True)
class ThresholdCurve:
    """The scores of a variant at every threshold; arrays have `LOGIT_BINS` - 1 values, one per threshold.

    Attributes:
        variant: its name.
        prompt: the prompt's spec.
        default: the threshold that the run's masks were made with, as a logit.
        n: photographs with water in the reference mask, over which `iou` is the mean.
        n_dry: photographs without, which are in the pooled scores alone.
        n_scenes: the scenes of the `n` photographs.
        threshold: logits, ascending.
        iou: the mean of each photograph's IoU over the `n`. Without reference water the IoU is missing or
            0, depending on the threshold, and the mean would be over other photographs at each threshold.
        iou_pooled: the IoU of the pixels of all photographs together.
        precision: of the pixels of all photographs together; NaN where no pixel is above the threshold.
        recall: likewise; NaN where no reference mask has water.
    """

    variant: str
    prompt: str
    default: float
    n: int
    n_dry: int
    n_scenes: int
    threshold: Floats
    iou: Floats
    iou_pooled: Floats
    precision: Floats
    recall: Floats

    @property
    def best(self) -> int | None:
        """The index of the threshold with the highest mean IoU, of equal ones the nearest to the default.

        None where no photograph has reference water.
        """
        if not self.n:
            return None
        highest = np.flatnonzero(self.iou >= self.iou.max() - 1e-12)
        return int(highest[np.argmin(np.abs(self.threshold[highest] - self.default))])


def logit_counts(run: Run, variant: str, prompt: str) -> LogitCounts:
    """Read the histograms of a variant with a prompt, for the photographs in the run's rows.

    Args:
        run: its `metrics` may be only some of the rows.
        variant: its name.
        prompt: the prompt's spec.

    Raises:
        NoLogitsError: the run has no table of logits, or none of this variant.
        FloodevalError: the table cannot be read.
    """
    path = run.folder / "logits.parquet"
    if not path.is_file():
        raise NoLogitsError(saying("thresholds.no_table", run=run.folder.name), "no_table")
    table = run.table("logits")
    mine = table[(table["variant"] == variant) & (table["prompt"] == prompt)]
    if mine.empty:
        raise NoLogitsError(saying("thresholds.no_logits", variant=variant), "no_logits")
    rows = run.metrics
    rows = rows.loc[
        (rows["variant"] == variant) & (rows["prompt"] == prompt), ["id", "scene", "split", "iou", "score"]
    ]
    both = rows.merge(mine[["id", "inside", "outside"]].drop_duplicates("id"), on="id")
    inside, outside = (_counts(both[name], str(path)) for name in ("inside", "outside"))
    return LogitCounts(both[["id", "scene", "split", "iou", "score"]], inside, outside)


def _counts(lists: pd.Series, path: str) -> Floats:
    """N lists as N x `LOGIT_BINS`.

    Raises:
        FloodevalError: a list has another length, or something that is no count.
    """
    try:
        found = np.array([np.asarray(one, np.float64) for one in lists], np.float64)
    except (TypeError, ValueError) as error:
        raise FloodevalError(saying("runs.broken_table", path=path, why=str(error))) from None
    found = found.reshape(0, LOGIT_BINS) if not len(lists) else found
    if found.shape != (len(lists), LOGIT_BINS) or not (np.isfinite(found) & (found >= 0)).all():
        why = saying("thresholds.no_counts", bins=LOGIT_BINS)
        raise FloodevalError(saying("runs.broken_table", path=path, why=why))
    return found


def default_threshold(run: Run, variant: str) -> float:
    """The threshold of a variant's masks in the run, as a logit: log(p / (1 - p)) for a probability p."""
    record = next((one for one in run.info.variants if one.name == variant), None)
    share = record.masks.threshold if record and record.masks else None
    if share is not None:
        return math.log(share / (1 - share)) if 0 < share < 1 else math.copysign(math.inf, share - 0.5)
    return float(run.info.metrics.get("mask_threshold") or 0.0)


def threshold_curve(counts: LogitCounts, variant: str, prompt: str, default: float = 0.0) -> ThresholdCurve:
    """Compute the scores of a variant at every threshold.

    Args:
        counts: of the photographs that the scores are about.
        variant: its name.
        prompt: the prompt's spec.
        default: the threshold that the run's masks were made with, as a logit.
    """
    wet = counts.where(counts.is_wet)
    pooled = threshold_scores(counts.inside.sum(axis=0), counts.outside.sum(axis=0))
    each = threshold_scores(wet.inside, wet.outside)
    n = len(wet.rows)
    return ThresholdCurve(
        variant,
        prompt,
        default,
        n=n,
        n_dry=len(counts.rows) - n,
        n_scenes=int(wet.rows["scene"].nunique()),
        threshold=pooled.threshold,
        iou=each.iou.mean(axis=0) if n else np.full_like(pooled.iou, np.nan),
        iou_pooled=pooled.iou,
        precision=pooled.precision,
        recall=pooled.recall,
    )
