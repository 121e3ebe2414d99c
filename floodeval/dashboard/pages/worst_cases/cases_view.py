"""The images of Worst cases, a page at a time: as cards with their errors, or as a sortable table."""

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT, RANKED_METRICS
from floodeval.dashboard.navigation import go_to, link_to
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import (
    chip,
    code,
    draw_against_legend,
    draw_error_legend,
    outcome_badge,
    plain,
)
from floodeval.dashboard.widgets.marking import ask_mark, mark_badge
from floodeval.dashboard.widgets.pictures import draw_ahead, thumbnails
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
from floodeval.viz.thumbnails import data_url
from floodeval.viz.wording import metric_label, outcome_title, ranked_by, tag_words

CARDS_PER_PAGE = (12, 24)  # to choose from
ROWS_PER_PAGE = 1000
NOTE_SHOWN = 90  # characters of a note on its card
SIDES = ("gap", "a", "b")

Row = dict[str, object]


def draw_cards(selection: Selection) -> None:
    """Draw the listed images as cards."""
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
        draw_against_legend(selection)
    else:
        draw_error_legend(selection, sides_words(selection))
    slot = st.container()
    page, per_page = _draw_pages(selection, len(selection.listed))
    shown = page_of(selection.listed, page, per_page)
    pictures = thumbnails(selection, found, shown["id"].tolist())
    to_mark = None
    with slot, st.grid(4, min_column_width=290):
        for row, picture in zip(shown.to_dict("records"), pictures, strict=True):
            with st.container(border=True, gap="xsmall", height="stretch"):
                if _draw_card(selection, {str(name): value for name, value in row.items()}, picture):
                    to_mark = str(row["id"])
    draw_ahead(selection, found, likely_next(selection, page, per_page))
    if to_mark is not None:
        ask_mark(selection, [to_mark])


def sides_words(selection: Selection) -> str:
    """Whose errors the halves of a thumbnail show."""
    if selection.b is None:
        return ""
    a, b = (chip(selection.styles[name]) for name in (selection.a, selection.b))
    return say("worst_cases.sides", a=a, b=b)


def likely_next(selection: Selection, page: int, per_page: int) -> list[str]:
    """The images in the order in which they may be needed: next page, other end, all listed, the rest."""
    listed = selection.listed["id"]
    after = page_of(selection.listed, page + 1, per_page)["id"]
    other_end = listed[::-1][:per_page]
    return list(dict.fromkeys([*after, *other_end, *listed, *selection.table["id"]]))


def _draw_pages(selection: Selection, rows: int) -> tuple[int, int]:
    """Draw the choice of a page and its length; returns both. A changed list begins at its first page."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.session_state.setdefault("per_page", CARDS_PER_PAGE[0])
        slot = st.container(width="content")
        st.segmented_control(
            say("worst_cases.per_page"),
            CARDS_PER_PAGE,
            key="per_page",
            required=True,
            persist_state="session",
        )
        per_page = int(st.session_state["per_page"])
        with slot:
            key = f"{list_key(selection)}/{rows}/{per_page}"
            return st.pagination(page_count(rows, per_page), key=key, persist_state="session"), per_page


def list_key(selection: Selection) -> str:
    """A key for a list of images: another list begins at its first page."""
    return "/".join(
        ["page", *(value for key, value in selection.params.items() if key not in ("id", "lang"))]
    )


def _draw_card(selection: Selection, row: Row, picture: bytes | None) -> bool:
    """Draw a card; returns whether its button to mark the image was clicked."""
    sample_id = str(row["id"])
    if picture is None:
        st.caption(f":material/broken_image: {say('worst_cases.unreadable')}")
    else:
        st.image(data_url(picture), width="stretch", alt=say("worst_cases.alt", id=sample_id))
    case = selection.cases.get(sample_id)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        link_to(
            "Compare",
            selection.params | {"id": sample_id},
            say("worst_cases.open", id=code(sample_id)),
            icon=":material/open_in_full:",
        )
        asked = not is_read_only() and st.button(
            say("worst_cases.change" if case else "worst_cases.mark"),
            icon=":material/flag:",
            type="tertiary",
            help=say("cases.change" if case else "cases.mark_short", id=code(sample_id)),
            key=f"mark/{sample_id}",
        )
    badges = [outcome_badge(row["outcome"], selection.b is None), *([mark_badge(case)] if case else [])]
    st.markdown(f"{' '.join(badges)}  \n{score_line(selection, row)}")
    if case and case.note:
        st.caption(f":material/notes: {plain(shortened(case.note))}")
    return asked


def score_line(selection: Selection, row: Row) -> str:
    """A card's scores: IoU of A and B, and the value that it is ranked by."""
    iou_a = formats.score(_value(row, "iou_a"))
    if selection.b:
        line = (
            f"IoU {iou_a} → {formats.score(_value(row, 'iou_b'))}, **{formats.gap(_value(row, 'iou_gap'))}**"
        )
    else:
        line = f"IoU {iou_a}"
    ranking = selection.ranking
    if ranking.metric == "iou":
        return line
    is_gap = ranking.of == "gap" and ranking.metric != DISAGREEMENT
    show = (gap_form if is_gap else metric_form)(ranking.metric)
    return f"{line} · {ranked_by(ranking, selection.b is None)} **{show(_value(row, ranking.column))}**"


def _value(row: Row, column: str) -> float:
    return float(str(row[column]))


def shortened(note: str) -> str:
    """A note, cut to what a card can show."""
    line = " ".join(note.split())
    return line if len(line) <= NOTE_SHOWN else f"{line[: NOTE_SHOWN - 1].rstrip()}…"


def draw_case_table(selection: Selection) -> None:
    """Draw the listed images as a table."""
    st.caption(say("worst_cases.table_help"))
    controls, slot = st.container(horizontal=True, vertical_alignment="center"), st.container()
    pages, page = page_count(len(selection.listed), ROWS_PER_PAGE), 1
    if pages > 1:
        page = st.pagination(pages, key=f"table/{list_key(selection)}", persist_state="session")
    rows = page_of(selection.listed, page, ROWS_PER_PAGE)
    with slot:
        ticked = _draw_rows(selection, rows)
    with controls:
        _draw_controls(selection, ticked)


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
    if is_read_only():
        return
    label = say("worst_cases.mark_ticked", images=counted(len(ticked), "image"))
    if st.button(label, icon=":material/flag:", disabled=not ticked, key="mark_ticked"):
        ask_mark(selection, ticked)
