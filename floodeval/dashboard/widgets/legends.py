"""Legends next to pictures: a swatch and a word for each class of pixels."""

from collections.abc import Iterable

import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.i18n.catalog import say
from floodeval.viz.panels import IN_BOTH
from floodeval.viz.style import FALSE_ALARM, FOUND, IGNORED, MISSED, Style, swatch


def draw_error_legend(selection: Selection, note: str = "") -> None:
    """Draw the classes of an error map, with a note (Markdown) after them."""
    draw_legend((FOUND, FALSE_ALARM, MISSED, *ignored_styles(selection.run.info.labels)), note)


def draw_against_legend(selection: Selection) -> None:
    """Draw the classes of a map of A against B; of one variant its own."""
    if selection.b is None:
        draw_legend([selection.styles[selection.a]])
        return
    a, b = selection.styles[selection.a], selection.styles[selection.b]
    only = (Style(say("styles.alone", name=style.label), style.color, style.hatch) for style in (a, b))
    draw_legend([IN_BOTH, *only])


def draw_legend(styles: Iterable[Style], note: str = "") -> None:
    """Draw swatches with their words, in a line that wraps between entries and never within one."""
    entries = [f"![]({swatch(style)}) {plain(style.label)}" for style in styles]
    with st.container(horizontal=True, gap="small"):
        for entry in [*entries, *([note] if note else [])]:
            st.markdown(entry, width="content")


def ignored_styles(labels: LabelScheme) -> tuple[Style, ...]:
    """How ignored pixels are drawn, where a label scheme has any."""
    return (IGNORED,) if labels.ignore else ()
