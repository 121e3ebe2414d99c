"""The numbers of the home page, cached while the run's files stay the same."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.compare import Comparison
from floodeval.analysis.cost import cost_table
from floodeval.analysis.pairing import mean_table, prompt_table
from floodeval.analysis.review_queue import doubtful
from floodeval.dashboard.pages.subgroups.subgroup_queries import suspects_of
from floodeval.dashboard.queries import RowsKey, comparison_of, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run


def comparison(selection: Selection) -> Comparison:
    """A compared with B, or with itself, with the chosen prompt."""
    b = selection.b or selection.a
    return comparison_of(
        selection.run, selection.a, b, selection.prompt.spec, selection.split, selection.flagged
    )


def means_of(selection: Selection) -> pd.DataFrame:
    """The mean of every metric for every variant with the chosen prompt (`mean_table`)."""
    run = _selected_rows(selection)
    return _means(run, stamp(run.folder), selection.rows_key, selection.prompt.spec)


def prompts_of(selection: Selection) -> pd.DataFrame:
    """The mean IoU of A and B and their gap with every prompt (`prompt_table`)."""
    run, b = _selected_rows(selection), selection.b or selection.a
    return _prompts(run, stamp(run.folder), selection.rows_key, selection.a, b)


def costs_of(selection: Selection) -> pd.DataFrame:
    """The cost of every variant with the chosen prompt (`cost_table`), indexed by variant."""
    run = _selected_rows(selection)
    return _costs(run, stamp(run.folder), selection.rows_key, selection.prompt.spec)


def review_queue_of(selection: Selection) -> pd.DataFrame:
    """The images to review, with the reason, the most serious first."""
    try:
        suspects = set(suspects_of(selection)["id"]) if selection.b else set()
    except FloodevalError:
        suspects = set()  # an old run, made before the variants' masks were compared with each other
    run, key = selection.run, (selection.prompt.spec, selection.a, selection.b, *selection.rows_key)
    return _review_queue(run, stamp(run.folder), key, selection.table, suspects)


def _selected_rows(selection: Selection) -> Run:
    return replace(selection.run, metrics=selection.metrics)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _means(run: Run, stamp: tuple[float, ...], rows: RowsKey, prompt: str) -> pd.DataFrame:
    return mean_table(run.metrics, prompt)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _prompts(run: Run, stamp: tuple[float, ...], rows: RowsKey, a: str, b: str) -> pd.DataFrame:
    return prompt_table(run.metrics, a, b, run.info.prompt_specs)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _costs(run: Run, stamp: tuple[float, ...], rows: RowsKey, prompt: str) -> pd.DataFrame:
    chosen = run.metrics[run.metrics["prompt"] == prompt]
    return cost_table(replace(run, metrics=chosen)).set_index("variant")


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _review_queue(
    run: Run,
    stamp: tuple[float, ...],
    key: tuple[str | None, ...],
    _table: pd.DataFrame,
    _suspects: set[str],
) -> pd.DataFrame:
    return doubtful(_table, _suspects, run.info.flagged)
