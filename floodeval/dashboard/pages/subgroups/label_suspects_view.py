"""The section Label suspects: photographs whose reference mask every variant contradicts in the same way."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.review_queue import MIN_AGREEMENT, MIN_DOUBT
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.subgroups.subgroup_queries import suspects_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, plain
from floodeval.dashboard.widgets.tables import Column, draw_table, paged
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say

PER_PAGE = 12


def draw_label_suspects(selection: Selection) -> None:
    """Draw each label suspect with its reason and a link to *Compare*.

    Raises:
        FloodevalError: the run has no table of agreement.
    """
    st.markdown(f"#### {say('subgroups.suspects_title')}")
    if selection.b is None:
        st.info(say("subgroups.suspects_single"), icon=":material/looks_one:")
        return
    table = suspects_of(selection)
    st.markdown(say("subgroups.suspects_what"))
    if table.empty:
        st.success(say("subgroups.suspects_none"), icon=":material/check_circle:")
    else:
        _draw_list(selection, table)
    st.caption(
        say(
            "subgroups.suspects_note",
            agrees=formats.significant(MIN_AGREEMENT),
            doubts=formats.significant(MIN_DOUBT),
        )
    )


def _draw_list(selection: Selection, table: pd.DataFrame) -> None:
    st.markdown(say("subgroups.suspects_list", suspects=counted(len(table), "suspect")))
    slot = st.container(gap="small")
    for row in paged(table.to_dict("records"), PER_PAGE, "suspects"):
        with slot.container(border=True, gap="xxsmall"):
            wanted = {"id": str(row["id"]), "prompt": str(row["prompt"]), "quadrant": "all"}
            label = say("subgroups.look", id=plain(row["id"]))
            link_to("Compare", selection.params | wanted, label, ":material/compare:")
            st.markdown(suspect_words(row))
    with st.expander(say("subgroups.suspects_as_numbers"), icon=":material/table_chart:"):
        shown = table.drop(columns="reason")
        columns = {name: _column(name) for name in map(str, shown)}
        draw_table(shown, columns, say("subgroups.suspects_alt"))


def suspect_words(row: Mapping[Hashable, Any]) -> str:
    """Why a photograph is a label suspect, as Markdown."""
    doubt = say(
        "subgroups.suspect",
        doubt=formats.score(row["doubt"]),
        agreement=formats.score(row["agreement"]),
        best=formats.score(row["best_iou"]),
        prompt=code(row["prompt"]),
    )
    return f"{reason_words(row)}  \n{doubt}"


def reason_words(row: Mapping[Hashable, Any]) -> str:
    """Where every variant differs from the reference mask: a sentence."""
    false, missed = pd.notna(row["false_share"]), pd.notna(row["missed_share"])
    key = "both" if false and missed else "false" if false else "missed"
    shares = {name: formats.percent(row[f"{name}_share"]) for name in ("false", "missed", "truth")}
    return say(f"subgroups.reason_{key}", **shares)


def _column(name: str) -> Column:
    title = say(f"subgroups.column_{name}")
    if name in ("agreement", "best_iou", "doubt"):
        return Column(title, formats.score)
    return Column(title, formats.percent if name.endswith("_share") else None)
