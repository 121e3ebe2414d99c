"""The paired table of a selection with all that it can be ranked and filtered by, made once and kept."""

import pandas as pd
import streamlit as st

from floodeval.analysis.filters import described, slices_in
from floodeval.analysis.slices import Slice
from floodeval.dashboard.loading import stamp
from floodeval.dashboard.state.selection import pair_rows, rows_of
from floodeval.evaluation.run import Run

Rows = tuple[str, str]  # the split, and flagged pairs in or out


def table_of(run: Run, rows: Rows, a: str, b: str | None, prompt: str) -> pd.DataFrame:
    """A paired with B as `described`, for rows of a run; shared by all sessions, so never change it.

    Raises:
        FloodevalError: a variant has no rows, or A and B have different samples.
    """
    return _table(run, stamp(run.folder), rows, a, b, prompt)


def parts_of(run: Run, rows: Rows, a: str, b: str | None, prompt: str) -> list[Slice]:
    """The slices of that table; shared as well."""
    return _parts(run, stamp(run.folder), rows, a, b, prompt)


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _table(
    run: Run, stamp: tuple[float, ...], rows: Rows, a: str, b: str | None, prompt: str
) -> pd.DataFrame:
    return described(pair_rows(run, rows_of(run, *rows), a, b, prompt), run, a, b, prompt)


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _parts(run: Run, stamp: tuple[float, ...], rows: Rows, a: str, b: str | None, prompt: str) -> list[Slice]:
    return slices_in(_table(run, stamp, rows, a, b, prompt))
