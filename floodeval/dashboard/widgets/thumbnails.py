"""Small pictures of the errors on images, drawn side by side on all cores and kept while the run stays."""

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx

from floodeval.dashboard.loading import Photographs, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.datasets.layouts import Sample
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.case import case_of_material
from floodeval.viz.encode import jpeg
from floodeval.viz.material import read_material
from floodeval.viz.palette import Ink
from floodeval.viz.panels import thumbnail
from floodeval.viz.thumbnails import halved_size

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
    inks = tuple((name, ink) for name, ink in selection.inks.items() if name in (selection.a, selection.b))
    folder = selection.run.folder
    return partial(_thumbnail, str(folder), stamp(folder), selection.prompt, inks)


@lru_cache(maxsize=2000)
def _thumbnail(
    folder: str,
    stamp: tuple[float, ...],
    prompt: PromptSpec,
    inks: tuple[tuple[str, Ink], ...],
    sample_id: str,
    sample: Sample | None,
) -> bytes | None:
    names = [name for name, _ in inks]
    material = read_material(Path(folder), sample_id, prompt, names, sample, halved_size)
    size = halved_size(*material.size)
    case = case_of_material(material, names, size, against=material.truth is None)
    picture = thumbnail(case, dict(inks), OPACITY if case.photograph is not None else 1.0)
    return None if picture is None else jpeg(picture, QUALITY)
