"""What prompt fidelity came to: the means of each variant's measures with intervals, and the worst answers.

A photograph has several answers. Their mean is the photograph's value, and means are over photographs.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from floodeval.analysis.statistics import SHARES, scene_intervals
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_tables import PLACE

WATER_SHARE = "water_share"
MEASURES = (WATER_SHARE, "agreement", "sameness")  # columns of `fidelity.parquet`, from 0 to 1


@dataclass(frozen=True)
class MeanShare:
    """The mean of a measure over photographs and its 95% interval over scenes; None where not known."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class VariantFidelity:
    """How a variant answers prompts on dry land.

    Attributes:
        n: photographs with an answer.
        n_scenes: their scenes.
        water_share: the share of an answer that is water.
        agreement: IoU with the pretrained answer; 1 by construction for the pretrained model.
        sameness: IoU with the answers to the photograph's other things.
    """

    n: int
    n_scenes: int
    water_share: MeanShare
    agreement: MeanShare
    sameness: MeanShare

    def measure(self, name: str) -> MeanShare:
        """One of `MEASURES` by its name."""
        found: MeanShare = getattr(self, name)
        return found


@dataclass(frozen=True)
class SetFidelity:
    """Prompt fidelity on one data set.

    Attributes:
        run: the name of its run.
        table: its rows of `fidelity.parquet`, without photographs that a variant was trained on.
        variants: by name, in the order of the table; only those with answers.
    """

    run: str
    table: pd.DataFrame
    variants: dict[str, VariantFidelity]

    def to_dict(self, variant: str) -> dict[str, Any]:
        """What JSON has of a variant: n, n_scenes, and each measure with `_low` and `_high`."""
        found = self.variants[variant]
        content: dict[str, Any] = {"run": self.run, "n": found.n, "n_scenes": found.n_scenes}
        for name in MEASURES:
            of = asdict(found.measure(name))
            content |= {name: of["value"], f"{name}_low": of["low"], f"{name}_high": of["high"]}
        return content


def fidelity_of_runs(runs: Sequence[Run]) -> list[SetFidelity]:
    """Prompt fidelity on each data set.

    Args:
        runs: one per data set; those without a table, or with one that cannot be read, are left out.
    """
    found = []
    for run in runs:
        try:
            table = run.table("fidelity")
        except FloodevalError:
            continue
        seen = {one for ids in run.info.leaks.values() for one in ids}
        table = table[~table["id"].isin(seen)].reset_index(drop=True)
        for name in (*PLACE, *MEASURES):
            table[name] = pd.to_numeric(table[name], errors="coerce")
        found.append(SetFidelity(run.folder.name, table, fidelity_by_variant(table)))
    return found


def fidelity_by_variant(table: pd.DataFrame) -> dict[str, VariantFidelity]:
    """The means of every variant, in the order of the table.

    Args:
        table: `fidelity.parquet` of a run.
    """
    return {str(name): _of_variant(rows) for name, rows in table.groupby("variant", sort=False)}


def _of_variant(rows: pd.DataFrame) -> VariantFidelity:
    photographs = rows.groupby("id")[list(MEASURES)].mean()
    scenes = rows.drop_duplicates("id").set_index("id")["scene"][photographs.index]
    intervals = scene_intervals(photographs, scenes, SHARES)
    means = {}
    for name in MEASURES:
        values = photographs[name].dropna()
        value = float(values.mean()) if len(values) else None
        means[name] = MeanShare(value, intervals[name].low, intervals[name].high)
    return VariantFidelity(len(photographs), int(scenes.nunique()), **means)


def worst_followed(table: pd.DataFrame, variant: str, n: int) -> list[str]:
    """The ids of the `n` photographs where a variant agrees least with the pretrained answers, on average."""
    mine = table[table["variant"] == variant]
    agreement = mine.groupby("id")["agreement"].mean().dropna().sort_values(kind="stable")
    return [str(one) for one in agreement.index[:n]]
