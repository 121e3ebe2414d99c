"""What the trivial baselines of a run score: the mean over photographs, with its interval over scenes."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.statistics import SHARES, scene_intervals
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_tables import BASELINE_METRICS
from floodeval.metrics.trivial_baselines import BASELINES
from floodeval.sam.prompts import NO_PROMPT


@dataclass(frozen=True)
class BaselineMean:
    """One metric of a baseline over the photographs where it has a value.

    Attributes:
        mean: over photographs; None without any.
        low: the lower end of its 95% interval over scenes; None for fewer than two.
        high: the upper end.
        n: the number of photographs.
        n_scenes: the number of their scenes.
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int
    n_scenes: int


@dataclass(frozen=True)
class BaselineFinding:
    """What a trivial baseline scores.

    Attributes:
        baseline: one of `floodeval.metrics.trivial_baselines.BASELINES`.
        prompt: the spec of the prompt that it is made from; `none` where it is the same for every prompt.
        metrics: iou, dice, precision and recall, by name.
    """

    baseline: str
    prompt: str
    metrics: dict[str, BaselineMean]

    @property
    def iou(self) -> BaselineMean:
        """The metric that models are compared by."""
        return self.metrics["iou"]


def baseline_findings(
    run: Run, prompts: Collection[str] | None = None, ids: Collection[str] | None = None
) -> tuple[BaselineFinding, ...]:
    """The findings on every trivial baseline, in the order of `BASELINES`; none for runs without the table.

    Args:
        run: that was evaluated.
        prompts: specs; only the baselines that need no prompt or one of these. None for all of the run.
        ids: of the photographs that count; None for all.

    Raises:
        FloodevalError: the table cannot be read.
    """
    if not any((folder / "baselines.parquet").is_file() for folder in run.folders):
        return ()
    rows = run.table("baselines")
    if ids is not None:
        rows = rows[rows["id"].isin(list(ids))]
    wanted = [NO_PROMPT, *(run.info.prompt_specs if prompts is None else prompts)]
    groups = dict(iter(rows.groupby(["baseline", "prompt"])))
    order = [(baseline, spec) for baseline in BASELINES for spec in dict.fromkeys(wanted)]
    return tuple(BaselineFinding(*one, _means(groups[one])) for one in order if one in groups)


def _means(rows: pd.DataFrame) -> dict[str, BaselineMean]:
    """The mean of every metric of one baseline; missing values do not count."""
    values = rows[list(BASELINE_METRICS)].astype("float64")
    found = {}
    for name, interval in scene_intervals(values, rows["scene"], SHARES).items():
        known = values[name].dropna()
        mean = float(known.mean()) if len(known) else None
        found[name] = BaselineMean(mean, interval.low, interval.high, len(known), interval.n_scenes)
    return found
