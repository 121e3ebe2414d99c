"""Legends beside pictures: swatch and word, for each class of pixels."""

from collections.abc import Iterable

import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.words import plain
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.i18n.catalog import say
from floodeval.viz.legend import swatch
from floodeval.viz.palette import FALSE_ALARM, FOUND, IGNORED, MISSED, Ink
from floodeval.viz.panels import IN_BOTH


def draw_error_legend(selection: Selection, note: str = "") -> None:
    """The classes of an error map, with a note (Markdown) after them."""
    draw_legend((FOUND, FALSE_ALARM, MISSED, *ignored_inks(selection.run.info.labels)), note)


def ignored_inks(labels: LabelScheme) -> tuple[Ink, ...]:
    """How ignored pixels are drawn, where a label scheme has any."""
    return (IGNORED,) if labels.ignore else ()


def draw_against_legend(selection: Selection) -> None:
    """The classes of a map of A against B."""
    if selection.b is None:
        draw_legend([selection.inks[selection.a]])
        return
    a, b = selection.inks[selection.a], selection.inks[selection.b]
    only = (Ink(say("inks.alone", name=ink.label), ink.colour, ink.hatch) for ink in (a, b))
    draw_legend([IN_BOTH, *only])


def draw_legend(inks: Iterable[Ink], note: str = "") -> None:
    """Swatches with their words, in a line that wraps between them and never within one."""
    entries = [f"![]({swatch(ink)}) {plain(ink.label)}" for ink in inks]
    with st.container(horizontal=True, gap="small"):
        for entry in [*entries, *([note] if note else [])]:
            st.markdown(entry, width="content")
