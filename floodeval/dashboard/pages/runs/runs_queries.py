"""The table of the page Runs, and what a row of it means for A and B."""

from pathlib import Path

import pandas as pd
import streamlit as st

from floodeval.analysis.run_overview import COMPLETE, RESUMABLE, list_run_folders, run_overview
from floodeval.dashboard.queries import folder_stamp, waiting
from floodeval.evaluation.run_folders import is_being_written
from floodeval.i18n.language import language

BEING_WRITTEN = "being_written"  # a state that is not kept on disk
SEARCHED = ("run", "variant", "title", "prompt", "dataset")


def all_runs() -> pd.DataFrame:
    """All runs x variants x prompts: the table of `run_overview`, with a column `side`; the newest run first.

    Finished runs come first. A run that is not finished and is being written has that state.
    """
    with waiting("reading_runs"):
        tables = [_overview(str(folder), folder_stamp(folder), language()) for folder in list_run_folders()]
    table = pd.concat(tables, ignore_index=True)
    unfinished = table.loc[table["state"] == RESUMABLE, "run"].unique()
    locations = {folder.name: folder for folder in list_run_folders()}
    written = [name for name in unfinished if is_being_written(locations[name])]
    state = table["state"].mask(table["run"].isin(written), BEING_WRITTEN)
    side = table["run"] + ":" + table["variant"] + ":" + table["prompt"]
    table = table.assign(state=state, side=side.fillna(table["run"]), unfinished=state != COMPLETE)
    order = ["unfinished", "created"]
    ordered = table.sort_values(order, ascending=[True, False], kind="stable", ignore_index=True)
    return ordered.drop(columns="unfinished")


@st.cache_data(max_entries=200, show_spinner=False)
def _overview(folder: str, stamp: tuple[float, ...], spoken: str) -> pd.DataFrame:
    return run_overview(Path(folder))


def filtered(table: pd.DataFrame, words: str, dataset: str | None, only_field: bool) -> pd.DataFrame:
    """The rows that a filter keeps.

    Args:
        table: of `all_runs`.
        words: all of them must occur in the run's, variant's, prompt's or data set's name, in any case.
        dataset: only runs on this data set.
        only_field: only field prompts.
    """
    names = table[list(SEARCHED)].fillna("").agg(" ".join, axis=1).str.lower()
    keep = pd.Series(True, index=table.index)
    for word in words.lower().split():
        keep &= names.str.contains(word, regex=False)
    if dataset is not None:
        keep &= table["dataset"] == dataset
    if only_field:
        keep &= table["field_prompt"].eq(True)  # missing in runs that cannot be read
    return table[keep].reset_index(drop=True)


def can_be_compared(row: pd.Series) -> bool:
    """Whether a row is of a finished run, and thus a side."""
    return bool(row["state"] == COMPLETE)
