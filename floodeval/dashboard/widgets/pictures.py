"""Small pictures on a page: the errors of A and B, drawn on all cores and cached; strips of pictures."""

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from floodeval.dashboard.queries import Photographs, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.datasets.listing import Sample
from floodeval.evaluation.run import StoredMasks
from floodeval.viz.case_pictures import case_from_images, thumbnail
from floodeval.viz.dataset_pictures import read_sample_images
from floodeval.viz.style import Style
from floodeval.viz.thumbnails import THUMBNAIL_PX, data_url, halved_size, jpeg

QUALITY = 75  # of a thumbnail as JPEG
OPACITY = 0.6  # of the errors over the photograph
MOST_AHEAD = 300  # pictures: about five seconds of one core
_MOST_VISITORS = 1000  # in `_latest`
_AHEAD = ThreadPoolExecutor(1, "thumbnails-ahead")
_asked = itertools.count()
_latest: dict[str, int] = {}  # by visitor, the number of the last request; older work ahead ends

Draw = Callable[[str, Sample | None], bytes | None]


@dataclass(frozen=True)
class StripPicture:
    """A picture as JPEG or PNG, its width over its height, its caption (Markdown), and its alt text."""

    encoded: bytes
    ratio: float
    caption: str
    alt: str


def thumbnails(
    selection: Selection, found: Photographs, ids: Sequence[str], longest: int = THUMBNAIL_PX
) -> Iterator[bytes | None]:
    """The errors of A and B side by side on each image, as JPEG; None where its masks cannot be read.

    The longest side of each of the two is at most `longest` pixels.

    All are started at once; the iterator waits for each in turn, so that a page shows the first ones early.
    """
    _start_turn(_visitor())
    pool = ThreadPoolExecutor(os.cpu_count())
    pictures = pool.map(_drawing(selection, longest), ids, map(found.sample, ids))
    pool.shutdown(wait=False)
    return pictures


def _visitor() -> str:
    """The id of the browser's session; empty outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def _start_turn(visitor: str) -> int:
    """Stop drawing ahead for a visitor after the current picture; returns the number of the next request."""
    turn = next(_asked)
    _latest.pop(visitor, None)
    _latest[visitor] = turn  # at the end of the dict: those at its start were away longest
    for gone in list(_latest)[:-_MOST_VISITORS]:
        _latest.pop(gone, None)
    return turn


def _drawing(selection: Selection, longest: int) -> Draw:
    styles = tuple(
        (name, style) for name, style in selection.styles.items() if name in (selection.a, selection.b)
    )
    run, prompt = selection.run, selection.prompt.spec
    masks = tuple((name, run.masks_of(name, prompt)) for name, _ in styles)
    return partial(_thumbnail, masks, stamp(run), styles, longest)


@lru_cache(maxsize=2000)
def _thumbnail(
    masks: tuple[tuple[str, StoredMasks], ...],
    stamp: tuple[float, ...],
    styles: tuple[tuple[str, Style], ...],
    longest: int,
    sample_id: str,
    sample: Sample | None,
) -> bytes | None:
    names = [name for name, _ in styles]
    shrunk = partial(halved_size, longest=longest)
    material = read_sample_images(dict(masks), sample_id, sample, shrunk)
    size = shrunk(*material.size)
    case = case_from_images(material, names, size, against=material.truth is None)
    picture = thumbnail(case, dict(styles), OPACITY if case.photograph is not None else 1.0)
    return None if picture is None else jpeg(picture, QUALITY)


def draw_ahead(
    selection: Selection, found: Photographs, ids: Sequence[str], longest: int = THUMBNAIL_PX
) -> None:
    """Draw pictures in the background that may be needed next.

    At most `MOST_AHEAD`, one after the other, until the visitor asks for others: what is shown comes first.
    """
    visitor = _visitor()
    _draw_next(visitor, _start_turn(visitor), _drawing(selection, longest), found, iter(ids[:MOST_AHEAD]))


def _draw_next(visitor: str, turn: int, draw: Draw, found: Photographs, ids: Iterator[str]) -> None:
    """Queue the next picture, and after it the rest, until the same visitor asks for others.

    One picture per visitor is queued at a time, so that visitors take turns.
    """
    sample_id = next(ids, None)
    if sample_id is not None:
        _AHEAD.submit(_draw_and_continue, visitor, turn, draw, found, sample_id, ids)


def _draw_and_continue(
    visitor: str, turn: int, draw: Draw, found: Photographs, sample_id: str, ids: Iterator[str]
) -> None:
    if _latest.get(visitor) == turn:
        draw(sample_id, found.sample(sample_id))
        _draw_next(visitor, turn, draw, found, ids)


def draw_strip(pictures: Sequence[StripPicture], least_ratio: float) -> None:
    """Draw pictures in a row that fills the width.

    Args:
        pictures: from left to right.
        least_ratio: the row's lowest width over height; a row of few pictures leaves space on the right.
    """
    ratios = [picture.ratio for picture in pictures]
    space = least_ratio - sum(ratios)
    columns = st.columns([*ratios, *([space] if space > 0 else [])], gap="xsmall", wrap=False)
    for picture, column in zip(pictures, columns, strict=False):
        column.image(data_url(picture.encoded), caption=picture.caption, width="stretch", alt=picture.alt)
