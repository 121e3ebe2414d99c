"""What a person looks at: a run, A and B, a prompt, a split, flagged pairs or not, an order, an image."""

from dataclasses import dataclass, replace

import pandas as pd

from floodeval.analysis.pairing import QUADRANTS, paired
from floodeval.analysis.ranking import ALL, METRICS, ORDERS, SIDES, Ranking
from floodeval.evaluation.run import Run
from floodeval.pictures.palette import Ink, variant_inks
from floodeval.sam.prompts import PromptSpec
from floodeval.ui.languages import asked_language

IN, OUT = "in", "out"  # what becomes of the flagged pairs


@dataclass(frozen=True)
class Selection:
    """A run as it was chosen, and its rows.

    `b` is None where the run has one variant. `flagged` is "in", or "out" where the pairs whose truth an
    audit doubts are left out. `metrics` are the run's rows of the chosen split, all prompts, with or without
    those; `table` pairs A with B for the chosen prompt (A with itself where there is no B).
    """

    run: Run
    a: str
    b: str | None
    prompt: PromptSpec
    split: str
    flagged: str
    metrics: pd.DataFrame
    table: pd.DataFrame
    ranking: Ranking
    sample_id: str | None
    section: str | None

    @property
    def name(self) -> str:
        """The run's name: its folder's."""
        return self.run.folder.name

    @property
    def variants(self) -> list[str]:
        """All variants of the run: A, B, then the others."""
        chosen = [self.a] + ([self.b] if self.b else [])
        return chosen + [name for name in self.run.info.variant_names if name not in chosen]

    @property
    def inks(self) -> dict[str, Ink]:
        """How each variant is drawn; A and B carry their letter."""
        inks = variant_inks(self.variants)
        letters = {self.a: "A", self.b: "B"} if self.b else {}
        return {
            name: replace(ink, name=f"{name} ({letter})", letter=letter)
            if (letter := letters.get(name))
            else ink
            for name, ink in inks.items()
        }

    @property
    def rows_key(self) -> tuple[str, str]:
        """What tells the rows of one selection of a run from another's: split, and flagged in or out."""
        return self.split, self.flagged

    @property
    def subset(self) -> str:
        """The split that all rows are of; empty where they are of several, or of none."""
        found = {str(name) for name in self.metrics["split"].dropna().unique()}
        return found.pop() if len(found) == 1 else ""

    @property
    def threshold(self) -> float:
        """The IoU under which a variant fails on an image."""
        return self.run.info.failure_threshold

    @property
    def params(self) -> dict[str, str]:
        """The selection as a link carries it."""
        ranking = self.ranking
        wanted = {
            "run": self.name,
            "a": self.a,
            "b": self.b,
            "prompt": self.prompt.spec,
            "split": self.split,
            "metric": ranking.metric,
            "of": ranking.of,
            "order": ranking.order,
            "quadrant": ranking.quadrant,
            "id": self.sample_id,
            "section": self.section,
            "flagged": None if self.flagged == IN else self.flagged,
            "lang": asked_language(),
        }
        return {key: value for key, value in wanted.items() if value is not None}


def split_names(run: Run) -> list[str]:
    """The splits that one can choose: all, then each that has rows, where there is more than one."""
    found = sorted({str(name) for name in run.metrics["split"].dropna().unique()})
    return [ALL, *found] if len(found) > 1 else [ALL]


def rows_of(run: Run, split: str, flagged: str = IN) -> pd.DataFrame:
    """The rows of a split, or of all; without the flagged pairs where `flagged` is "out"."""
    rows = run.metrics if split == ALL else run.metrics[run.metrics["split"] == split]
    return rows if flagged == IN else rows[~rows["id"].isin(list(run.info.flagged))]


def flagged_options(rows: pd.DataFrame, run: Run) -> list[str]:
    """Whether flagged pairs may be left out: where some rows are of such pairs, and not all."""
    n = rows["id"].isin(list(run.info.flagged)).sum()
    return [IN, OUT] if 0 < n < len(rows) else [IN]


def pair_rows(run: Run, metrics: pd.DataFrame, a: str, b: str | None, prompt: str) -> pd.DataFrame:
    """Pair A with B, or A with itself, with quadrants by the run's own threshold.

    Raises:
        FloodevalError: a variant has no rows, or A and B have different samples.
    """
    return paired(metrics, a, b or a, prompt, run.info.failure_threshold)


def quadrant_names(b: str | None) -> list[str]:
    """The quadrants that can be filled; with one variant an image fails or is good."""
    return list(QUADRANTS) if b else ["both_fail", "both_good"]


def ranking_options(b: str | None) -> dict[str, list[str]]:
    """What may be chosen for each part of a ranking, the default first."""
    return {
        "metric": list(METRICS),
        "of": list(SIDES) if b else ["a"],
        "order": list(ORDERS),
        "quadrant": [ALL, *quadrant_names(b)],
    }
