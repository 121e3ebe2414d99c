"""Thumbnails of single images: the errors of A and B side by side."""

from pathlib import Path

import streamlit as st

from floodeval.data.samples import Sample
from floodeval.pictures.case import read_case
from floodeval.pictures.encode import jpeg
from floodeval.pictures.palette import Ink
from floodeval.pictures.panels import thumbnail
from floodeval.sam.prompts import PromptSpec
from floodeval.ui.loading import photographs, stamp
from floodeval.ui.selection import Selection

LONGEST_PX = 240  # of a half's sides
QUALITY = 75
OPACITY = 0.6


def thumbnail_of(selection: Selection, sample_id: str) -> bytes | None:
    """The errors of A and of B on an image as a JPEG; None where its masks cannot be read."""
    chosen = [(name, ink) for name, ink in selection.inks.items() if name in (selection.a, selection.b)]
    run = selection.run
    sample = photographs(run).sample(sample_id)
    return _thumbnail(str(run.folder), stamp(run.folder), sample_id, selection.prompt, tuple(chosen), sample)


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
    case = read_case(Path(folder), sample_id, prompt, list(chosen), sample, LONGEST_PX)
    picture = thumbnail(case, chosen, OPACITY if case.photograph is not None else 1.0)
    return None if picture is None else jpeg(picture, QUALITY)
