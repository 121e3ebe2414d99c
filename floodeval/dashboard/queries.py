"""Queries that several pages share: runs, photographs, the paired table; cached until a file changes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import ALL, described, subgroups_in
from floodeval.analysis.run_findings import RunFindings
from floodeval.analysis.subgroups import Subgroup
from floodeval.dashboard.state.compared_pair import ComparedPair, alone, compared
from floodeval.dashboard.state.selection import OUT, Selection, pair_rows, rows_of
from floodeval.dashboard.widgets.markdown import plain
from floodeval.datasets.dataset import Dataset
from floodeval.datasets.layouts import dataset_places
from floodeval.datasets.listing import Sample
from floodeval.errors import FloodevalError
from floodeval.evaluation.paired_run import PairedRun
from floodeval.evaluation.run import Run, load_run
from floodeval.evaluation.sides import Side
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import PromptSpec
from floodeval.storage.paths import locate, result_folders

RUNS: dict[str | type[Any], Callable[[Any], Any]] = {
    Run: attrgetter("identity"),
    PairedRun: attrgetter("identity"),
}
"""How a cache tells runs apart: the `hash_funcs` of each cached function that takes a run."""

_FILES = ("metrics.parquet", "run.json", "skipped.csv")

RowsKey = tuple[str, str]
"""Which rows of a run: the split, and whether flagged pairs are "in" or "out"."""


@dataclass(frozen=True)
class Photographs:
    """A run's photographs.

    `dataset` is None where they are not on this machine; `reason` then says why, and what to do.
    """

    dataset: Dataset | None
    reason: str = ""

    @property
    def advice(self) -> str:
        """How to add the photographs, as Markdown, for pages that show masks."""
        return say("loading.without_photographs", reason=plain(self.reason))

    def sample(self, sample_id: str) -> Sample | None:
        """One sample's files; None where they are not on this machine."""
        try:
            return self.dataset[sample_id] if self.dataset else None
        except KeyError:
            return None


def open_run(name: str) -> Run:
    """Read a run from the results folders. It is shared by all sessions: never change it.

    Raises:
        FloodevalError: it cannot be read.
    """
    folder = locate("runs", name)
    with waiting("reading_run"):
        return _open_run(str(folder), folder_stamp(folder))


def unfinished_runs() -> list[str]:
    """The names of the runs that were started and have no table yet."""
    begun = (folder for folder in result_folders("runs") if (folder / "run.json").is_file())
    return sorted(folder.name for folder in begun if not (folder / "metrics.parquet").is_file())


def photographs(run: Run) -> Photographs:
    """Find a run's photographs. Only a success is cached: missing ones are looked for again each time."""
    try:
        with waiting("looking_for_photographs"):
            return Photographs(_dataset(run, tuple(map(str, dataset_places())), stamp(run)))
    except FloodevalError as error:
        return Photographs(None, str(error))


def compare_sides(a: Side, b: Side | None) -> ComparedPair:
    """Bring A and B into one run; shared by all sessions.

    Raises:
        FloodevalError: the two have no sample in common, or it cannot be shown that references are the same.
    """
    if b is None:
        return alone(a)
    stamps = (stamp(a.run), stamp(b.run))
    return _compared(a.run, a.variant, a.prompt, b.run, b.variant, b.prompt, stamps)


def table_of(pair: ComparedPair, rows: RowsKey, threshold: float) -> pd.DataFrame:
    """A paired with B, with all columns that images are ranked and filtered by (see `described`).

    Outcomes are those at the failure threshold.

    It is shared by all sessions: never change it.

    Raises:
        FloodevalError: a variant has no rows, or A and B have different samples.
    """
    return _table(pair.run, stamp(pair.run), rows, pair.a, pair.b, pair.prompt.spec, threshold)


def subgroups_of(pair: ComparedPair, rows: RowsKey) -> list[Subgroup]:
    """The subgroups of the images in `table_of`; shared as well."""
    return _subgroups(pair.run, stamp(pair.run), rows, pair.a, pair.b, pair.prompt.spec)


def findings_of(selection: Selection) -> RunFindings:
    """The findings about A and B in the selected rows; computed when they are used, and shared by pages."""
    b = selection.b or selection.a
    run, rows = selection.run, selection.rows_key
    return _findings(run, stamp(run), rows, selection.a, b, selection.prompt, selection.threshold)


def stamp(run: Run) -> tuple[float, ...]:
    """When a run's files were last written: the part of a cache's key that changes with the files."""
    return tuple(time for folder in run.folders for time in folder_stamp(folder))


def folder_stamp(folder: Path) -> tuple[float, ...]:
    """When the files in a run's folder were last written."""
    return tuple(path.stat().st_mtime if (path := folder / name).is_file() else 0.0 for name in _FILES)


def waiting(what: str) -> AbstractContextManager[None]:
    """A spinner that says what the page is waiting for.

    Args:
        what: a key of the catalog's `loading`.
    """
    return st.spinner(say(f"loading.{what}"), show_time=True)


@st.cache_resource(max_entries=8, show_spinner=False)
def _open_run(folder: str, stamp: tuple[float, ...]) -> Run:
    return load_run(folder)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=RUNS)
def _dataset(run: Run, places: tuple[str, ...], stamp: tuple[float, ...]) -> Dataset:
    """A resource, because nothing changes it, and copying many thousand samples takes a second."""
    return run.dataset()


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs=RUNS)
def _compared(
    run_a: Run,
    a: str,
    prompt_a: PromptSpec,
    run_b: Run,
    b: str,
    prompt_b: PromptSpec,
    stamps: tuple[tuple[float, ...], ...],
) -> ComparedPair:
    return compared(Side(run_a, a, prompt_a), Side(run_b, b, prompt_b))


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs=RUNS)
def _table(
    run: Run, stamp: tuple[float, ...], rows: RowsKey, a: str, b: str | None, prompt: str, threshold: float
) -> pd.DataFrame:
    return described(pair_rows(run, rows_of(run, *rows), a, b, prompt, threshold), run, a, b, prompt)


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs=RUNS)
def _subgroups(
    run: Run, stamp: tuple[float, ...], rows: RowsKey, a: str, b: str | None, prompt: str
) -> list[Subgroup]:
    return subgroups_in(_table(run, stamp, rows, a, b, prompt, run.info.failure_threshold))


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=RUNS)
def _findings(
    run: Run,
    stamp: tuple[float, ...],
    rows: RowsKey,
    a: str,
    b: str,
    prompt: PromptSpec,
    threshold: float,
) -> RunFindings:
    part = replace(run, metrics=rows_of(run, *rows)).at_failure_threshold(threshold)
    subset = "" if rows[0] == ALL else rows[0]
    return RunFindings(part, a, b, prompt, subset, without_flagged=rows[1] == OUT)
