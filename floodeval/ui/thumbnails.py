"""Small pictures of the errors on images, drawn side by side on all cores and kept while the run stays."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

from floodeval.data.samples import Sample
from floodeval.pictures.case import case_of_material
from floodeval.pictures.encode import jpeg
from floodeval.pictures.material import read_material
from floodeval.pictures.palette import Ink
from floodeval.pictures.panels import thumbnail
from floodeval.sam.prompts import PromptSpec
from floodeval.ui.loading import Photographs, stamp
from floodeval.ui.selection import Selection

LONGEST_PX = 360  # of a half's sides
QUALITY = 75
OPACITY = 0.6
MOST_AHEAD = 300  # pictures: some ten seconds of one core
_AHEAD = ThreadPoolExecutor(1, "thumbnails-ahead")
_waiting: list[Future[bytes | None]] = []


def thumbnails(selection: Selection, found: Photographs, ids: Sequence[str]) -> list[bytes | None]:
    """The errors of A and B side by side on each image, as JPEG; None where its masks cannot be read."""
    _stop()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(_drawing(selection), ids, map(found.sample, ids)))


def draw_ahead(selection: Selection, found: Photographs, ids: Sequence[str]) -> None:
    """Begin to draw pictures that may be asked for next, while the person looks at those of now.

    The first `MOST_AHEAD`, one after the other, until pictures are asked for anew: what is seen comes first.
    """
    _stop()
    draw = _drawing(selection)
    _waiting[:] = [_AHEAD.submit(draw, one, found.sample(one)) for one in ids[:MOST_AHEAD]]


def _stop() -> None:
    """Draw none of those that wait; the one that is being drawn is finished."""
    for picture in _waiting:
        picture.cancel()


def _drawing(selection: Selection) -> Callable[[str, Sample | None], bytes | None]:
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
    material = read_material(Path(folder), sample_id, prompt, names, sample, LONGEST_PX * LONGEST_PX)
    case = case_of_material(material, names, LONGEST_PX, against=material.truth is None)
    picture = thumbnail(case, dict(inks), OPACITY if case.photograph is not None else 1.0)
    return None if picture is None else jpeg(picture, QUALITY)
