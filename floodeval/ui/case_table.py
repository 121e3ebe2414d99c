"""The images as a table; a click on a name opens its image, ticked rows can be marked."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from floodeval.analysis.ranking import DISAGREEMENT, METRICS
from floodeval.language.sentences import say
from floodeval.ui.gallery import list_key
from floodeval.ui.marking import ask_mark
from floodeval.ui.navigation import go_to
from floodeval.ui.paging import page_count, page_of
from floodeval.ui.selection import Selection
from floodeval.wording.cases import tag_words
from floodeval.wording.metrics import metric_label
from floodeval.wording.numbers import counted
from floodeval.wording.quadrants import quadrant_title

PER_PAGE = 1000
SIDES = ("gap", "a", "b")


def draw_table(selection: Selection) -> None:
    """Draw the listed images as a table, what they are ranked by first."""
    st.caption(say("worst_cases.table_help"))
    slot = st.container()
    pages, page = page_count(len(selection.listed), PER_PAGE), 1
    if pages > 1:
        page = st.pagination(pages, key=f"table/{list_key(selection)}", persist_state="session")
    rows = page_of(selection.listed, page, PER_PAGE)
    with slot:
        clicked, ticked = _draw_rows(selection, rows)
    if clicked is not None:
        go_to("Compare", selection.params | {"id": clicked})
    with st.container(horizontal=True, vertical_alignment="center"):
        label = say("worst_cases.mark_ticked", images=counted(len(ticked), "image"))
        if st.button(label, icon=":material/flag:", disabled=not ticked, key="mark_ticked"):
            ask_mark(selection, ticked)


def table_columns(selection: Selection) -> dict[str, str]:
    """The table's columns in order, with their titles; what the images are ranked by stands first."""
    first = selection.ranking.metric
    columns = {"id": say("worst_cases.column_id"), "quadrant": say("worst_cases.column_quadrant")}
    for metric in [first, *(name for name in METRICS if name != first)]:
        columns |= _columns_of(selection, metric)
    if DISAGREEMENT in selection.table:
        columns |= _columns_of(selection, DISAGREEMENT)
    rest = ("truth_share", "width", "height", "scene", "tag", "note")
    return columns | {name: say(f"worst_cases.column_{name}") for name in rest}


def _columns_of(selection: Selection, metric: str) -> dict[str, str]:
    if metric == DISAGREEMENT:
        return {metric: metric_label(metric)}
    if selection.b is None:
        return {f"{metric}_a": metric_label(metric)}
    words = {"gap": say("rankings.of_gap"), "a": "A", "b": "B"}
    return {f"{metric}_{side}": f"{metric_label(metric)} {words[side]}" for side in SIDES}


def _draw_rows(selection: Selection, rows: pd.DataFrame) -> tuple[str | None, list[str]]:
    """Draw rows; returns the image whose name was clicked, and the ticked ones."""
    columns = table_columns(selection)
    cases = [selection.cases.get(str(one)) for one in rows["id"]]
    shown = rows.assign(
        quadrant=[quadrant_title(name, selection.b is None) for name in rows["quadrant"]],
        tag=[tag_words(case.tag) or say("cases.marked") if case else "" for case in cases],
        note=[case.note if case else "" for case in cases],
    )
    chosen = st.dataframe(
        shown[list(columns)],
        hide_index=True,
        height=640 if len(rows) > 16 else "content",
        key=f"case_table/{list_key(selection)}",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        column_config={name: _config(name, label) for name, label in columns.items()},
        alt=say("worst_cases.table_alt"),
    )["selection"]
    ids = rows["id"].tolist()
    clicked = [ids[position] for position, column in chosen["cells"] if column == "id"]
    return clicked[0] if clicked else None, [ids[position] for position in chosen["rows"]]


def _config(name: str, label: str) -> ColumnConfig:
    if name == "id":
        return st.column_config.TextColumn(label, pinned=True)
    if name == "truth_share":
        return st.column_config.NumberColumn(label, format="percent")
    metric, _, side = name.rpartition("_")
    decimals = 1 if metric.endswith("_px") else 3
    if side == "gap":
        return st.column_config.NumberColumn(label, format=f"%+.{decimals}f")
    if metric in METRICS or name == DISAGREEMENT:
        return st.column_config.NumberColumn(label, format=f"%.{decimals}f")
    return st.column_config.Column(label)
