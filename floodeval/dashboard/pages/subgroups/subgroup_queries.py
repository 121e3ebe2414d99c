"""The tables of the page Subgroups, computed once and cached while the run's files stay the same.

All of them see the selected rows alone: the split, with or without the flagged pairs.
"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.review_queue import label_suspects
from floodeval.analysis.subgroups import compare_subgroups, error_table, subgroup_name, weakest_subgroups
from floodeval.dashboard.queries import RUNS, stamp, waiting
from floodeval.dashboard.state.selection import Selection
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import say, saying
from floodeval.viz.charts.subgroup_scores import OverallMeans
from floodeval.viz.wording import slice_words


def subgroups_of(selection: Selection, metric: str = "iou") -> pd.DataFrame:
    """A compared with B by subgroup; a single variant is paired with itself. Empty without subgroups.

    Raises:
        FloodevalError: the run has no traits.
    """
    a, b = selection.a, selection.b or selection.a
    with waiting("computing_subgroups"):
        return _subgroups(*_selected(selection), a, b, selection.prompt.spec, metric)


def weakest_of(selection: Selection, value: str) -> pd.DataFrame:
    """The subgroups where `value`, a column of the paired table, is lowest, by `weakest_subgroups`.

    Raises:
        FloodevalError: the run has no traits.
    """
    a, b = selection.a, selection.b or selection.a
    with waiting("looking_for_weakest"):
        return _weakest(*_selected(selection), a, b, selection.prompt.spec, value)


def errors_of(selection: Selection) -> pd.DataFrame:
    """Errors by type with the chosen prompt.

    Raises:
        FloodevalError: the run has no table of errors, or A or B is not in it.
    """
    table = _errors(*_selected(selection))
    rows = table[table["prompt"] == selection.prompt.spec]
    lacking = {selection.a, selection.b or selection.a} - set(rows["variant"])
    if lacking:
        raise FloodevalError(
            saying(
                "runs.no_errors",
                run=selection.run.folder,
                variants=", ".join(sorted(lacking)),
                prompt=selection.prompt.spec,
            )
        )
    return rows


def suspects_of(selection: Selection) -> pd.DataFrame:
    """The label suspects over all prompts.

    Raises:
        FloodevalError: the run has one variant, or no table of agreement.
    """
    return _suspects(*_selected(selection))


def overall_of(selection: Selection, metric: str = "iou") -> OverallMeans:
    """The means of the chosen metric over all samples that have a value in both."""
    known = selection.table[[f"{metric}_{side}" for side in ("a", "b", "gap")]].dropna()
    return OverallMeans(*(float(mean) for mean in known.mean()))


def names_in_words(table: pd.DataFrame) -> dict[str, str]:
    """Every subgroup of `subgroups_of` in words, by the name that `weakest_of` gives it."""
    bounds = table[["trait", "part", "low", "high"]].itertuples(index=False) if len(table) else ()
    return {subgroup_name(*one): slice_words(*one) for one in bounds}


def name_in_words(name: str, words: dict[str, str]) -> str:
    """A subgroup, or the intersection of two, in words."""
    first, *rest = (words.get(part, part) for part in name.split(", "))
    return say("subgroups.both", first=first, second=rest[0]) if rest else first


def _selected(selection: Selection) -> tuple[Run, tuple[float, ...], tuple[str, str]]:
    """The run with the selected rows alone, and what identifies these rows in a cache."""
    run = replace(selection.run, metrics=selection.metrics)
    return run, stamp(run), selection.rows_key


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=RUNS)
def _subgroups(
    run: Run, stamp: tuple[float, ...], rows: tuple[str, str], a: str, b: str, prompt: str, metric: str
) -> pd.DataFrame:
    return compare_subgroups(run, a, b, prompt, metric)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=RUNS)
def _weakest(
    run: Run, stamp: tuple[float, ...], rows: tuple[str, str], a: str, b: str, prompt: str, value: str
) -> pd.DataFrame:
    return weakest_subgroups(run, a, b, prompt, value)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs=RUNS)
def _errors(run: Run, stamp: tuple[float, ...], rows: tuple[str, str]) -> pd.DataFrame:
    return error_table(run)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs=RUNS)
def _suspects(run: Run, stamp: tuple[float, ...], rows: tuple[str, str]) -> pd.DataFrame:
    return label_suspects(run)
