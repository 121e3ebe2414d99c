"""The numbers of the page Slices, computed once and kept while the run's files stay the same.

All of them honor the chosen split and whether flagged pairs count: they see a run of those rows alone.
"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.cost import cost_table
from floodeval.analysis.review_queue import error_table, suspects
from floodeval.analysis.subgroups import slice_name, slices, weakest_slices
from floodeval.dashboard.queries import stamp, waiting
from floodeval.dashboard.state.selection import Selection
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import say, saying
from floodeval.viz.charts.subgroups_chart import Overall
from floodeval.viz.wording import slice_words


def slices_of(selection: Selection, metric: str = "iou") -> pd.DataFrame:
    """A against B, or one variant with itself, slice by slice; empty where no slice holds enough.

    Raises:
        FloodevalError: the run has no traits.
    """
    a, b = selection.a, selection.b or selection.a
    run, of = _part(selection), stamp(selection.run.folder)
    with waiting("computing_subgroups"):
        return _slices(run, of, selection.rows_key, a, b, selection.prompt.spec, metric)


def weakest_of(selection: Selection, value: str) -> pd.DataFrame:
    """The slices where `value`, a column of the paired table, is lowest, by `weakest_slices`.

    Raises:
        FloodevalError: the run has no traits.
    """
    a, b = selection.a, selection.b or selection.a
    run, of = _part(selection), stamp(selection.run.folder)
    with waiting("looking_for_weakest"):
        return _weakest(run, of, selection.rows_key, a, b, selection.prompt.spec, value)


def errors_of(selection: Selection) -> pd.DataFrame:
    """Errors by kind with the chosen prompt.

    Raises:
        FloodevalError: the run has no table of errors, or A or B is not in it.
    """
    table = _errors(_part(selection), stamp(selection.run.folder), selection.rows_key)
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
    """The suspects over all prompts.

    Raises:
        FloodevalError: the run has one variant, or no table of agreement.
    """
    return _suspects(_part(selection), stamp(selection.run.folder), selection.rows_key)


def cost_of(selection: Selection) -> pd.DataFrame:
    """The cost of every variant and prompt."""
    return cost_table(_part(selection))


def overall_of(selection: Selection, metric: str = "iou") -> Overall:
    """The means of the chosen metric over all samples that have a value in both."""
    known = selection.table[[f"{metric}_{side}" for side in ("a", "b", "gap")]].dropna()
    return Overall(*(float(mean) for mean in known.mean()))


def readable(table: pd.DataFrame) -> dict[str, str]:
    """Every slice of `slices_of` in words, by the name that `weakest_of` gives it."""
    bounds = table[["trait", "part", "low", "high"]].itertuples(index=False) if len(table) else ()
    return {slice_name(*one): slice_words(*one) for one in bounds}


def named(name: str, words: dict[str, str]) -> str:
    """A slice, or the intersection of two, in words."""
    first, *rest = (words.get(part, part) for part in name.split(", "))
    return say("subgroups.both", first=first, second=rest[0]) if rest else first


def _part(selection: Selection) -> Run:
    return replace(selection.run, metrics=selection.metrics)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _slices(
    run: Run, stamp: tuple[float, ...], part: tuple[str, str], a: str, b: str, prompt: str, metric: str
) -> pd.DataFrame:
    return slices(run, a, b, prompt, metric)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _weakest(
    run: Run, stamp: tuple[float, ...], part: tuple[str, str], a: str, b: str, prompt: str, value: str
) -> pd.DataFrame:
    return weakest_slices(run, a, b, prompt, value)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _errors(run: Run, stamp: tuple[float, ...], part: tuple[str, str]) -> pd.DataFrame:
    return error_table(run)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _suspects(run: Run, stamp: tuple[float, ...], part: tuple[str, str]) -> pd.DataFrame:
    return suspects(run)
