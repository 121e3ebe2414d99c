"""What distances from the training photographs say: whether they tell data sets apart and predict IoU."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from floodeval.analysis.verdicts import average_ranks
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.sam.domain import UNLIKE, VERY_UNLIKE

FEWEST = 10  # photographs for a rank correlation: with fewer, it swings by more than 0.6 by chance
DISTANCE_COLUMNS = ["run", "id", "distance", "percentile", "iou"]


@dataclass(frozen=True)
class Separation:
    """How well the distance tells the photographs of a run from those of the in-domain run.

    Attributes:
        run: name of the run.
        auroc: the chance that one of its photographs is further away than one of the in-domain run.
        n: its number of photographs.
        n_inside: that of the in-domain run.
    """

    run: str
    auroc: float
    n: int
    n_inside: int


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation of distance with IoU, over n photographs."""

    value: float
    n: int


@dataclass(frozen=True)
class DistanceSummary:
    """The distances of a set of photographs.

    Attributes:
        n: number of photographs.
        median: their median distance; None where there is no photograph.
        n_unlike: how many are at percentile 95 or above.
        n_very_unlike: how many are at percentile 99 or above.
    """

    n: int
    median: float | None
    n_unlike: int
    n_very_unlike: int

    @property
    def unlike_share(self) -> float | None:
        """The share at percentile 95 or above; None where there is no photograph."""
        return self.n_unlike / self.n if self.n else None

    @property
    def very_unlike_share(self) -> float | None:
        """The share at percentile 99 or above; None where there is no photograph."""
        return self.n_very_unlike / self.n if self.n else None


def domain_table(run: Run) -> pd.DataFrame | None:
    """The run's distances, as `Run.table` has them; None where it has none that can be read."""
    try:
        return run.table("domain")
    except FloodevalError:
        return None


def summarize_distances(table: pd.DataFrame) -> DistanceSummary:
    """Summarize a table with the columns `distance` and `percentile`, one row per photograph."""
    known = table.dropna(subset=["distance", "percentile"])
    return DistanceSummary(
        n=len(known),
        median=float(known["distance"].median()) if len(known) else None,
        n_unlike=int((known["percentile"] >= UNLIKE).sum()),
        n_very_unlike=int((known["percentile"] >= VERY_UNLIKE).sum()),
    )


def distances_with_iou(
    runs: Sequence[Run], variants: Sequence[str], prompts: Mapping[str, str]
) -> pd.DataFrame:
    """One row per photograph that has a distance, with the columns `DISTANCE_COLUMNS`; IoU may be missing.

    Args:
        runs: of one or more data sets.
        variants: the variant whose IoU it is, then others. The distances are those of the first of these
            that has some in any run.
        prompts: by the name of the run, the prompt whose IoU it is.
    """
    tables = {run.folder.name: table for run in runs if (table := domain_table(run)) is not None}
    known = {name for table in tables.values() for name in table["variant"]}
    measured = next((name for name in variants if name in known), None)
    found = [
        _with_iou(run, tables[name], measured, variants[0], prompts.get(name, ""))
        for run in runs
        if (name := run.folder.name) in tables
    ]
    return pd.concat(found)[DISTANCE_COLUMNS] if found else pd.DataFrame(columns=DISTANCE_COLUMNS)


def _with_iou(run: Run, table: pd.DataFrame, measured: str | None, variant: str, prompt: str) -> pd.DataFrame:
    rows = run.metrics[(run.metrics["variant"] == variant) & (run.metrics["prompt"] == prompt)]
    ious = rows.set_index("id")["iou"]
    of = table[table["variant"] == measured]
    return of.assign(run=run.folder.name, iou=of["id"].map(ious)).dropna(subset=["distance"])


def separations(rows: pd.DataFrame, inside: str) -> list[Separation]:
    """How well the distance tells each other run from the in-domain one; empty where that has no distances.

    Args:
        rows: from `distances_with_iou`.
        inside: the name of the in-domain run.
    """
    by_run = {str(run): of["distance"].to_numpy(float) for run, of in rows.groupby("run", sort=False)}
    own = by_run.pop(inside, None)
    if own is None:
        return []
    return [Separation(run, auroc(own, of), len(of), len(own)) for run, of in by_run.items()]


def correlation_with_iou(rows: pd.DataFrame) -> RankCorrelation | None:
    """The rank correlation of distance with IoU over all rows with both.

    None where there are fewer than `FEWEST`, or one of the two does not vary.
    """
    known = rows.dropna(subset=["distance", "iou"])
    if len(known) < FEWEST:
        return None
    value = rank_correlation(known["distance"].to_numpy(float), known["iou"].to_numpy(float))
    return None if value is None else RankCorrelation(value, len(known))


def auroc(inside: Sequence[float] | np.ndarray, outside: Sequence[float] | np.ndarray) -> float:
    """The chance that a photograph from outside is further away than one from inside; ties count half.

    The area under the ROC curve, from ranks (Mann and Whitney 1947).

    Args:
        inside: distances of in-domain photographs, at least one.
        outside: distances of other photographs, at least one.

    Examples:
        >>> auroc([1.0, 2.0], [2.0, 3.0])
        0.875
    """
    n = len(outside)
    ranks = average_ranks(np.concatenate([np.asarray(outside, float), np.asarray(inside, float)]))
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(inside)))


def rank_correlation(
    first: Sequence[float] | np.ndarray, second: Sequence[float] | np.ndarray
) -> float | None:
    """Spearman's rank correlation; None where one of the two does not vary.

    Examples:
        >>> round(rank_correlation([1.0, 2.0, 3.0], [9.0, 5.0, 1.0]), 6)
        -1.0
    """
    ranks = [average_ranks(np.asarray(values, float)) for values in (first, second)]
    if any(len(np.unique(one)) < 2 for one in ranks):
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
