"""The images of Worst cases as cards with the errors of A and B, a page at a time."""

import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.worst_cases.list_order import LARGE, MEDIUM, SMALL
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.picked_cases import pick_one, picked_ids
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.case_badges import note_lines, review_badges
from floodeval.dashboard.widgets.markdown import (
    chip,
    code,
    draw_against_legend,
    draw_error_legend,
    gap_badge,
    outcome_badge,
)
from floodeval.dashboard.widgets.marking import ask_mark, own_entry
from floodeval.dashboard.widgets.pictures import draw_ahead, thumbnails
from floodeval.dashboard.widgets.tables import gap_form, metric_form, page_count, page_of
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.thumbnails import THUMBNAIL_PX, data_url
from floodeval.viz.wording import ranked_by

CARDS_PER_PAGE = (12, 24)  # to choose from
NOTE_SHOWN = 90  # characters of a note on its card
COLUMNS = {SMALL: (4, 290), MEDIUM: (3, 440), LARGE: (2, 860)}  # most columns, and their least width
PICTURE_PX = {SMALL: THUMBNAIL_PX, MEDIUM: THUMBNAIL_PX, LARGE: 2 * THUMBNAIL_PX}  # longest side

Row = dict[str, object]


def draw_cards(selection: Selection, size: str) -> None:
    """Draw the listed images as cards of a size, one of `SIZES`."""
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
        draw_against_legend(selection)
    else:
        draw_error_legend(selection, sides_words(selection))
    slot = st.container()
    page, per_page = _draw_pages(selection, len(selection.listed))
    shown = page_of(selection.listed, page, per_page)
    pictures = thumbnails(selection, found, shown["id"].tolist(), PICTURE_PX[size])
    picked = set(picked_ids(selection))
    columns, width = COLUMNS[size]
    to_mark = None
    with slot, st.grid(columns, min_column_width=width):
        for place, (row, picture) in enumerate(zip(shown.to_dict("records"), pictures, strict=True)):
            card = st.container(
                border=True, gap="xsmall", height="stretch", key=f"card-{row['outcome']}-{place}"
            )
            with card:
                values = {str(name): value for name, value in row.items()}
                if _draw_card(selection, values, picture, str(row["id"]) in picked):
                    to_mark = str(row["id"])
    draw_ahead(selection, found, likely_next(selection, page, per_page), PICTURE_PX[size])
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


def _draw_card(selection: Selection, row: Row, picture: bytes | None, is_picked: bool) -> bool:
    """Draw a card; returns whether its button to judge the image was clicked."""
    sample_id = str(row["id"])
    if picture is None:
        st.caption(f":material/broken_image: {say('worst_cases.unreadable')}")
    else:
        st.image(data_url(picture), width="stretch", alt=say("worst_cases.alt", id=sample_id))
    entries = selection.reviews_by_id.get(sample_id, ())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _draw_pick(selection, sample_id, is_picked)
        link_to(
            "Compare",
            selection.params | {"id": sample_id},
            say("worst_cases.open", id=code(sample_id)),
            icon=":material/open_in_full:",
        )
        asked = not is_read_only() and _draw_marking(selection, sample_id)
    badges = [outcome_badge(row["outcome"], selection.b is None)]
    if selection.b:
        badges.append(gap_badge(_value(row, "iou_gap")))
    st.markdown(f"{' '.join(badges)} {score_line(selection, row)}")
    if entries:
        st.markdown(" ".join(review_badges(entries)))
    for line in note_lines(entries, NOTE_SHOWN):
        st.caption(line)
    return asked


def _draw_pick(selection: Selection, sample_id: str, is_picked: bool) -> None:
    key = f"pick/{sample_id}"
    st.session_state[key] = is_picked
    st.checkbox(
        say("worst_cases.pick", id=sample_id),
        key=key,
        label_visibility="collapsed",
        on_change=lambda: pick_one(selection, sample_id, bool(st.session_state[key])),
    )


def _draw_marking(selection: Selection, sample_id: str) -> bool:
    own = own_entry(selection, sample_id)
    return st.button(
        say("worst_cases.change" if own else "worst_cases.mark"),
        icon=":material/flag:",
        type="tertiary",
        help=say("cases.change" if own else "cases.mark_short", id=code(sample_id)),
        key=f"mark/{sample_id}",
    )


def score_line(selection: Selection, row: Row) -> str:
    """A card's scores: IoU of A and B, and the value that it is ranked by."""
    line = f"IoU {formats.score(_value(row, 'iou_a'))}"
    if selection.b:
        line += f" → {formats.score(_value(row, 'iou_b'))}"
    ranking = selection.ranking
    if ranking.metric == "iou":
        return line
    is_gap = ranking.of == "gap" and ranking.metric != DISAGREEMENT
    show = (gap_form if is_gap else metric_form)(ranking.metric)
    return f"{line} · {ranked_by(ranking, selection.b is None)} **{show(_value(row, ranking.column))}**"


def _value(row: Row, column: str) -> float:
    return float(str(row[column]))
