"""The images as cards, a page at a time: the errors, the scores, a link that opens it, a mark."""

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from floodeval.analysis.ranking import DISAGREEMENT
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.page import chip
from floodeval.dashboard.queries import Photographs, photographs, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.legends import (
    code,
    draw_against_legend,
    draw_error_legend,
    outcome_badge,
    plain,
)
from floodeval.dashboard.widgets.marking import ask_mark, mark_badge
from floodeval.dashboard.widgets.tables import page_count, page_of
from floodeval.datasets.layouts import Sample
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.case_pictures import case_from_images
from floodeval.viz.image_encoding import data_url, jpeg
from floodeval.viz.panels import thumbnail
from floodeval.viz.sample_images import read_sample_images
from floodeval.viz.style import Style
from floodeval.viz.thumbnails import halved_size
from floodeval.viz.wording import ranked_by

# Small pictures of the errors on images, drawn side by side on all cores and kept while the run stays.

Draw = Callable[[str, Sample | None], bytes | None]

QUALITY = 75
OPACITY = 0.6
MOST_AHEAD = 300  # pictures: some five seconds of one core
_AHEAD = ThreadPoolExecutor(1, "thumbnails-ahead")
_asked = itertools.count()
_latest: dict[str, int] = {}  # by visitor, the number of what was asked for last; their older work ahead ends
_MOST_VISITORS = 1000  # that are remembered


def thumbnails(selection: Selection, found: Photographs, ids: Sequence[str]) -> Iterator[bytes | None]:
    """The errors of A and B side by side on each image, as JPEG; None where its masks cannot be read.

    All are begun at once; each is waited for when it is taken, so that a page shows the first ones meanwhile.
    """
    _stop(_visitor())
    pool = ThreadPoolExecutor(os.cpu_count())
    pictures = pool.map(_drawing(selection), ids, map(found.sample, ids))
    pool.shutdown(wait=False)
    return pictures


def draw_ahead(selection: Selection, found: Photographs, ids: Sequence[str]) -> None:
    """Begin to draw pictures that may be asked for next, while the person looks at those of now.

    The first `MOST_AHEAD`, one after the other, until the visitor asks for others: what is seen comes first.
    """
    visitor = _visitor()
    _draw_next(visitor, _stop(visitor), _drawing(selection), found, iter(ids[:MOST_AHEAD]))


def _draw_next(visitor: str, turn: int, draw: Draw, found: Photographs, ids: Iterator[str]) -> None:
    """Have the next picture drawn, and then those after it, until the same visitor asks for others.

    One picture is queued at a time, so that visitors take turns and none waits for all of another's.
    """
    sample_id = next(ids, None)
    if sample_id is not None:
        _AHEAD.submit(_draw_and_go_on, visitor, turn, draw, found, sample_id, ids)


def _draw_and_go_on(
    visitor: str, turn: int, draw: Draw, found: Photographs, sample_id: str, ids: Iterator[str]
) -> None:
    if _latest.get(visitor) == turn:
        draw(sample_id, found.sample(sample_id))
        _draw_next(visitor, turn, draw, found, ids)


def _stop(visitor: str) -> int:
    """End what is drawn ahead for a visitor after the present picture; returns the number of what follows."""
    turn = next(_asked)
    _latest.pop(visitor, None)
    _latest[visitor] = turn  # the last of the dict: the first are those who were away longest
    for gone in list(_latest)[:-_MOST_VISITORS]:
        _latest.pop(gone, None)
    return turn


def _visitor() -> str:
    """Names the browser's session; empty outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def _drawing(selection: Selection) -> Draw:
    styles = tuple(
        (name, style) for name, style in selection.styles.items() if name in (selection.a, selection.b)
    )
    folder = selection.run.folder
    return partial(_thumbnail, str(folder), stamp(folder), selection.prompt, styles)


@lru_cache(maxsize=2000)
def _thumbnail(
    folder: str,
    stamp: tuple[float, ...],
    prompt: PromptSpec,
    styles: tuple[tuple[str, Style], ...],
    sample_id: str,
    sample: Sample | None,
) -> bytes | None:
    names = [name for name, _ in styles]
    material = read_sample_images(Path(folder), sample_id, prompt, names, sample, halved_size)
    size = halved_size(*material.size)
    case = case_from_images(material, names, size, against=material.truth is None)
    picture = thumbnail(case, dict(styles), OPACITY if case.photograph is not None else 1.0)
    return None if picture is None else jpeg(picture, QUALITY)


# The images as cards, a page at a time: the errors, the scores, a link that opens it, a mark.

PER_PAGE = (12, 24)
NOTE_SHOWN = 90  # characters of a note on its card

Row = dict[str, object]


def draw_pictures(selection: Selection) -> None:
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
    asked = None
    with slot, st.grid(4, min_column_width=290):
        for row, picture in zip(shown.to_dict("records"), pictures, strict=True):
            with st.container(border=True, gap="xsmall", height="stretch"):
                if _draw_card(selection, {str(name): value for name, value in row.items()}, picture):
                    asked = str(row["id"])
    draw_ahead(selection, found, next_looks(selection, page, per_page))
    if asked is not None:
        ask_mark(selection, [asked])


def next_looks(selection: Selection, page: int, per_page: int) -> list[str]:
    """The images in the order in which a person may see them: next page, other end, all listed, the rest."""
    listed = selection.listed["id"]
    after = page_of(selection.listed, page + 1, per_page)["id"]
    other_end = listed[::-1][:per_page]
    return list(dict.fromkeys([*after, *other_end, *listed, *selection.table["id"]]))


def sides_words(selection: Selection) -> str:
    """Whose errors a thumbnail's halves show."""
    if selection.b is None:
        return ""
    a, b = (chip(selection.styles[name]) for name in (selection.a, selection.b))
    return say("worst_cases.sides", a=a, b=b)


def score_line(selection: Selection, row: Row) -> str:
    """A card's scores in words: its IoU under A and B, and what it is ranked by."""
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
    show = formats.gap if ranking.of == "gap" and ranking.metric != DISAGREEMENT else formats.score
    return f"{line} · {ranked_by(ranking, selection.b is None)} **{show(_value(row, ranking.column))}**"


def _value(row: Row, column: str) -> float:
    return float(str(row[column]))


def _draw_card(selection: Selection, row: Row, picture: bytes | None) -> bool:
    """Draw a card; returns whether its image is to be marked."""
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
    """A note as its card has room for it."""
    line = " ".join(note.split())
    return line if len(line) <= NOTE_SHOWN else f"{line[: NOTE_SHOWN - 1].rstrip()}…"


def _draw_pages(selection: Selection, rows: int) -> tuple[int, int]:
    """Let the person turn pages; a changed order begins at its first page. Returns page, images a page."""
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
    """Names a list of images: with another one its pages begin anew."""
    return "/".join(
        ["page", *(value for key, value in selection.params.items() if key not in ("id", "lang"))]
    )
