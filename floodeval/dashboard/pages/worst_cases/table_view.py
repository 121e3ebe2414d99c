"""The images of Worst cases as a sortable table, whose selected rows are the page's selection."""

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT, RANKED_METRICS
from floodeval.dashboard.pages.worst_cases.cards_view import list_key
from floodeval.dashboard.state.picked_cases import keep_picked, picked_ids, picks_turn
from floodeval.dashboard.state.reviewer import reviewer_words
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.case_badges import judgment_words
from floodeval.dashboard.widgets.tables import (
    Column,
    configs,
    gap_form,
    metric_form,
    page_count,
    page_of,
    written,
)
from floodeval.evaluation.reviews import Reviews, is_disputed
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.wording import metric_label, outcome_title

ROWS_PER_PAGE = 1000
SIDES = ("gap", "a", "b")


def draw_case_table(selection: Selection) -> None:
    """Draw the listed images as a table."""
    slot = st.container()
    pages, page = page_count(len(selection.listed), ROWS_PER_PAGE), 1
    if pages > 1:
        page = st.pagination(pages, key=f"table/{list_key(selection)}", persist_state="session")
    with slot:
        _draw_rows(selection, page_of(selection.listed, page, ROWS_PER_PAGE))
    st.caption(say("worst_cases.table_help"))


def _draw_rows(selection: Selection, rows: pd.DataFrame) -> None:
    columns = table_columns(selection)
    shown = rows.assign(
        outcome=[outcome_title(name, selection.b is None) for name in rows["outcome"]],
        **review_columns(selection, rows["id"].tolist()),
    )
    ids, picked = rows["id"].tolist(), set(picked_ids(selection))
    key = f"case_table/{list_key(selection)}/{picks_turn()}"
    st.dataframe(
        written(shown[list(columns)], columns),
        hide_index=True,
        height=640 if len(rows) > 16 else "content",
        key=key,
        on_select=lambda: _keep(selection, key, ids),
        selection_mode="multi-row",  # selecting cells would take the first click on a title, and Tab
        selection_default={
            "selection": {"rows": [place for place, one in enumerate(ids) if one in picked], "columns": []}
        },
        column_config=configs(columns),
        placeholder=formats.NO_VALUE,
        alt=say("worst_cases.table_alt"),
    )


def _keep(selection: Selection, key: str, ids: list[str]) -> None:
    """Keep the selected rows, and what is selected of images that the table does not show."""
    rows = st.session_state[key]["selection"]["rows"]
    elsewhere = [one for one in picked_ids(selection) if one not in set(ids)]
    keep_picked(selection, [*elsewhere, *(ids[place] for place in rows if place < len(ids))])


def review_columns(selection: Selection, ids: list[str]) -> dict[str, list[str]]:
    """What reviewers say about images: judgments or tags, reviewers and notes, one text per image."""
    found: list[Reviews] = [selection.reviews_by_id.get(one, ()) for one in ids]
    return {
        "tag": [_tags(entries) for entries in found],
        "reviewer": [", ".join(reviewer_words(one.reviewer) for one in entries) for entries in found],
        "note": ["; ".join(one.note for one in entries if one.note) for entries in found],
    }


def _tags(entries: Reviews) -> str:
    words = "; ".join(dict.fromkeys(map(judgment_words, entries)))
    return f"{words} ({say('cases.disputed')})" if is_disputed(entries) else words


def table_columns(selection: Selection) -> dict[str, Column]:
    """The table's columns in order, with their titles; the metric of the ranking comes first."""
    first = selection.ranking.metric
    columns = {
        "id": Column(say("worst_cases.column_id"), pinned=True),
        "outcome": Column(say("worst_cases.column_outcome")),
    }
    for metric in [first, *(name for name in RANKED_METRICS if name != first)]:
        columns |= _columns_of(selection, metric)
    if DISAGREEMENT in selection.table:
        columns |= _columns_of(selection, DISAGREEMENT)
    columns["truth_share"] = Column(say("worst_cases.column_truth_share"), formats.percent)
    rest = ("width", "height", "scene", "tag", "reviewer", "note")
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
