"""The images as a sortable table; buttons open the image of a ticked row and mark ticked images."""

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT, METRICS
from floodeval.dashboard.navigation import go_to
from floodeval.dashboard.pages.worst_cases.case_cards import list_key
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code
from floodeval.dashboard.widgets.marking import ask_mark
from floodeval.dashboard.widgets.tables import (
    Column,
    configs,
    gap_form,
    metric_form,
    page_count,
    page_of,
    written,
)
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import metric_label, outcome_title, tag_words

PER_PAGE = 1000
SIDES = ("gap", "a", "b")


def draw_case_table(selection: Selection) -> None:
    """Draw the listed images as a table."""
    st.caption(say("worst_cases.table_help"))
    controls, slot = st.container(horizontal=True, vertical_alignment="center"), st.container()
    pages, page = page_count(len(selection.listed), PER_PAGE), 1
    if pages > 1:
        page = st.pagination(pages, key=f"table/{list_key(selection)}", persist_state="session")
    rows = page_of(selection.listed, page, PER_PAGE)
    with slot:
        ticked = _draw_rows(selection, rows)
    with controls:
        _draw_controls(selection, ticked)


def table_columns(selection: Selection) -> dict[str, Column]:
    """The table's columns in order, with their titles; the metric of the ranking comes first."""
    first = selection.ranking.metric
    columns = {
        "id": Column(say("worst_cases.column_id"), pinned=True),
        "outcome": Column(say("worst_cases.column_outcome")),
    }
    for metric in [first, *(name for name in METRICS if name != first)]:
        columns |= _columns_of(selection, metric)
    if DISAGREEMENT in selection.table:
        columns |= _columns_of(selection, DISAGREEMENT)
    columns["truth_share"] = Column(say("worst_cases.column_truth_share"), formats.percent)
    rest = ("width", "height", "scene", "tag", "note")
    return columns | {name: Column(say(f"worst_cases.column_{name}")) for name in rest}


def _columns_of(selection: Selection, metric: str) -> dict[str, Column]:
    label = metric_label(metric)
    if metric == DISAGREEMENT:
        return {metric: Column(label, formats.score)}
    if selection.b is None:
        return {f"{metric}_a": Column(label, metric_form(metric))}
    words = {"gap": say("rankings.of_gap"), "a": "A", "b": "B"}
    forms = {"gap": gap_form(metric), "a": metric_form(metric), "b": metric_form(metric)}
    return {f"{metric}_{side}": Column(f"{label} {words[side]}", forms[side]) for side in SIDES}


def _draw_rows(selection: Selection, rows: pd.DataFrame) -> list[str]:
    """Draw the rows; returns the ids of the ticked ones."""
    columns = table_columns(selection)
    cases = [selection.cases.get(str(one)) for one in rows["id"]]
    shown = rows.assign(
        outcome=[outcome_title(name, selection.b is None) for name in rows["outcome"]],
        tag=[tag_words(case.tag) or say("cases.marked") if case else "" for case in cases],
        note=[case.note if case else "" for case in cases],
    )
    chosen = st.dataframe(
        written(shown[list(columns)], columns),
        hide_index=True,
        height=640 if len(rows) > 16 else "content",
        key=f"case_table/{list_key(selection)}",
        on_select="rerun",
        selection_mode="multi-row",  # selecting cells would take the first click on a title, and Tab
        column_config=configs(columns),
        placeholder=formats.NO_VALUE,
        alt=say("worst_cases.table_alt"),
    )["selection"]
    ids = rows["id"].tolist()
    return [ids[position] for position in chosen["rows"] if position < len(ids)]


def _draw_controls(selection: Selection, ticked: list[str]) -> None:
    """Draw the buttons for the ticked images: open a single one, mark any number."""
    alone = ticked[0] if len(ticked) == 1 else None
    label = say("worst_cases.open_in_compare", id=code(alone)) if alone else say("worst_cases.open_ticked")
    if st.button(
        label,
        icon=":material/open_in_full:",
        disabled=alone is None,
        help=None if alone else say("worst_cases.open_ticked_help"),
        key="open_ticked",
    ):
        go_to("Compare", selection.params | {"id": str(alone)})
    label = say("worst_cases.mark_ticked", images=counted(len(ticked), "image"))
    if st.button(label, icon=":material/flag:", disabled=not ticked, key="mark_ticked"):
        ask_mark(selection, ticked)
