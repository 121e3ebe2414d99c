"""The images as cards, a page at a time: a thumbnail of the errors, the scores, a link that opens it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import current_thread

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from floodeval.data.samples import Sample
from floodeval.pictures.case import read_errors
from floodeval.pictures.encode import jpeg
from floodeval.pictures.palette import METRIC_LABELS, Ink
from floodeval.pictures.panels import thumbnail
from floodeval.sam.prompts import PromptSpec
from floodeval.ui.heading import chip
from floodeval.ui.legends import draw_against_legend, draw_error_legend
from floodeval.ui.loading import Photographs, photographs, stamp
from floodeval.ui.navigation import link_to
from floodeval.ui.ranking import page_count, page_of
from floodeval.ui.selection import Selection
from floodeval.ui.words import code, number, quadrant_badge, signed

THUMBNAIL_PX = 360  # the longer side of a half
QUALITY = 75
OPACITY = 0.6
PER_PAGE = (12, 24)


def draw_pictures(selection: Selection, rows: pd.DataFrame) -> None:
    """Draw the images as cards."""
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
        draw_against_legend(selection)
    else:
        draw_error_legend(sides_words(selection))
    if rows.empty:
        st.markdown("No image is in this group.")
        return
    slot = st.container()
    shown = page_of(rows, *_draw_pages(selection, len(rows)))
    pictures = _pictures(selection, [str(sample_id) for sample_id in shown["id"]], found)
    with slot, st.grid(4, min_column_width=300):
        for picture, (_, row) in zip(pictures, shown.iterrows(), strict=True):
            with st.container(border=True, gap="xsmall", height="stretch"):
                _draw_card(selection, row, picture)


def sides_words(selection: Selection) -> str:
    """Whose errors a thumbnail's halves show."""
    if selection.b is None:
        return ""
    a, b = (chip(selection.inks[name]) for name in (selection.a, selection.b))
    return f"left {a}, right {b}"


def score_line(selection: Selection, row: pd.Series) -> str:
    """A card's scores in words: its IoU under A and B, and the metric that it is ranked by."""
    if selection.b:
        line = f"IoU {number(row['iou_a'])} → {number(row['iou_b'])}, **{signed(row['iou_gap'])}**"
    else:
        line = f"IoU {number(row['iou_a'])}"
    ranking = selection.ranking
    if ranking.metric != "iou":
        show = signed if ranking.of == "gap" else number
        side = "gap" if ranking.of == "gap" else f"of {ranking.of.upper()}"
        line += f" · {METRIC_LABELS[ranking.metric]} {side} {show(row[ranking.column])}"
    return line


def _pictures(selection: Selection, ids: list[str], found: Photographs) -> list[bytes | None]:
    """The thumbnails of these images, in order, drawn side by side on all processors where they are new."""
    folder, context = selection.run.folder, get_script_run_ctx()
    chosen = tuple((name, ink) for name, ink in selection.inks.items() if name in (selection.a, selection.b))
    fixed, written = str(folder), stamp(folder)

    def draw(sample_id: str) -> bytes | None:
        return _thumbnail(fixed, written, sample_id, selection.prompt, chosen, found.sample(sample_id))

    with ThreadPoolExecutor(initializer=lambda: add_script_run_ctx(current_thread(), context)) as workers:
        return list(workers.map(draw, ids))


def _draw_card(selection: Selection, row: pd.Series, picture: bytes | None) -> None:
    if picture is None:
        st.caption(":material/broken_image: Its masks cannot be read.")
    else:
        st.image(picture, width="stretch", alt=f"Errors on {row['id']}")
    st.space("stretch")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        link_to(
            "Compare",
            selection.params | {"id": str(row["id"])},
            f"Open {code(row['id'])}",
            icon=":material/open_in_full:",
        )
        st.markdown(quadrant_badge(row["quadrant"], selection.b is None), width="content")
    st.caption(score_line(selection, row))


def _draw_pages(selection: Selection, rows: int) -> tuple[int, int]:
    """Let the person turn pages; a changed order begins at its first page. Returns page, images a page."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.session_state.setdefault("per_page", PER_PAGE[0])
        slot = st.container(width="content")
        st.segmented_control(
            "Images a page", PER_PAGE, key="per_page", required=True, persist_state="session"
        )
        per_page = int(st.session_state["per_page"])
        order = [value for key, value in selection.params.items() if key != "id"]
        key = "/".join(["page", *order, str(rows), str(per_page)])
        with slot:
            return st.pagination(page_count(rows, per_page), key=key, persist_state="session"), per_page


@st.cache_data(max_entries=2000, show_spinner=False)
def _thumbnail(
    folder: str,
    stamp: tuple[float, ...],
    sample_id: str,
    prompt: PromptSpec,
    inks: tuple[tuple[str, Ink], ...],
    sample: Sample | None,
) -> bytes | None:
    chosen = dict(inks)
    case = read_errors(Path(folder), sample_id, prompt, list(chosen), sample, THUMBNAIL_PX)
    picture = thumbnail(case, chosen, OPACITY if case.photograph is not None else 1.0)
    return None if picture is None else jpeg(picture, QUALITY)
