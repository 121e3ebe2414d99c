"""The numbers of the home page, computed once and kept while the run's files stay the same."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.compare import Comparison
from floodeval.analysis.cost import cost_table
from floodeval.analysis.doubts import doubtful
from floodeval.analysis.means import mean_table, prompt_table
from floodeval.dashboard.loading import comparison_of, stamp
from floodeval.dashboard.pages.subgroups.subgroup_queries import suspects_of
from floodeval.dashboard.state.selection import Selection
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run


def comparison(selection: Selection) -> Comparison:
    """A against B, or A with itself, with the chosen prompt."""
    b = selection.b or selection.a
    return comparison_of(
        selection.run, selection.a, b, selection.prompt.spec, selection.split, selection.flagged
    )


def means_of(selection: Selection) -> pd.DataFrame:
    """The average of every metric for every variant with the chosen prompt, with its interval."""
    run = _part(selection)
    return _means(run, stamp(run.folder), selection.rows_key, selection.prompt.spec)


def prompts_of(selection: Selection) -> pd.DataFrame:
    """The mean IoU of A and B and their gap with every prompt."""
    run, b = _part(selection), selection.b or selection.a
    return _prompts(run, stamp(run.folder), selection.rows_key, selection.a, b)


def costs_of(selection: Selection) -> pd.DataFrame:
    """What every variant costs with the chosen prompt, by variant."""
    run = _part(selection)
    return _costs(run, stamp(run.folder), selection.rows_key, selection.prompt.spec)


def doubts_of(selection: Selection) -> pd.DataFrame:
    """The doubtful images with their reason, the gravest first."""
    try:
        suspected = set(suspects_of(selection)["id"]) if selection.b else set()
    except FloodevalError:
        suspected = set()  # the run was made before variants were held against each other
    run, key = selection.run, (selection.prompt.spec, selection.a, selection.b, *selection.rows_key)
    return _doubts(run, stamp(run.folder), key, selection.table, suspected)


def _part(selection: Selection) -> Run:
    return replace(selection.run, metrics=selection.metrics)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _doubts(
    run: Run,
    stamp: tuple[float, ...],
    key: tuple[str | None, ...],
    _table: pd.DataFrame,
    _suspected: set[str],
) -> pd.DataFrame:
    return doubtful(_table, _suspected, run.info.flagged)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _means(run: Run, stamp: tuple[float, ...], part: tuple[str, str], prompt: str) -> pd.DataFrame:
    return mean_table(run.metrics, prompt)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _prompts(run: Run, stamp: tuple[float, ...], part: tuple[str, str], a: str, b: str) -> pd.DataFrame:
    return prompt_table(run.metrics, a, b, run.info.prompt_specs)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _costs(run: Run, stamp: tuple[float, ...], part: tuple[str, str], prompt: str) -> pd.DataFrame:
    rows = run.metrics[run.metrics["prompt"] == prompt]
    return cost_table(replace(run, metrics=rows)).set_index("variant")
