"""The images as cards, a page at a time: the errors, the scores, a link that opens it, a mark."""

import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.error_thumbnails import draw_ahead, thumbnails
from floodeval.dashboard.widgets.legends import draw_against_legend, draw_error_legend
from floodeval.dashboard.widgets.markdown import chip, code, outcome_badge, plain
from floodeval.dashboard.widgets.marking import ask_mark, mark_badge
from floodeval.dashboard.widgets.tables import gap_form, metric_form, page_count, page_of
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.panels import data_url
from floodeval.viz.wording import ranked_by

PER_PAGE = (12, 24)
NOTE_SHOWN = 90  # characters of a note on its card

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


def likely_next(selection: Selection, page: int, per_page: int) -> list[str]:
    """The images in the order in which they may be needed: next page, other end, all listed, the rest."""
    listed = selection.listed["id"]
    after = page_of(selection.listed, page + 1, per_page)["id"]
    other_end = listed[::-1][:per_page]
    return list(dict.fromkeys([*after, *other_end, *listed, *selection.table["id"]]))


def sides_words(selection: Selection) -> str:
    """Whose errors the halves of a thumbnail show."""
    if selection.b is None:
        return ""
    a, b = (chip(selection.styles[name]) for name in (selection.a, selection.b))
    return say("worst_cases.sides", a=a, b=b)


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
        asked = st.button(
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


def shortened(note: str) -> str:
    """A note, cut to what a card can show."""
    line = " ".join(note.split())
    return line if len(line) <= NOTE_SHOWN else f"{line[: NOTE_SHOWN - 1].rstrip()}…"


def _draw_pages(selection: Selection, rows: int) -> tuple[int, int]:
    """Draw the choice of a page and its length; returns both. A changed list begins at its first page."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.session_state.setdefault("per_page", PER_PAGE[0])
        slot = st.container(width="content")
        st.segmented_control(
            say("worst_cases.per_page"), PER_PAGE, key="per_page", required=True, persist_state="session"
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
