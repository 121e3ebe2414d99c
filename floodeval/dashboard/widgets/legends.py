"""Parts of a page that are folded away, and not made before they are opened."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, say
from floodeval.viz.style import FALSE_ALARM, FOUND, IGNORED, IN_BOTH, MISSED, Style
from floodeval.viz.swatches import swatch
from floodeval.viz.wording import outcome_title

# Parts of a page that are folded away, and not made before they are opened.


@contextmanager
def folded(title: str, icon: str, key: str) -> Iterator[bool]:
    """An expander under this title; tells whether it is open, so that what is closed costs nothing."""
    with st.expander(title, icon=icon, key=key, on_change="rerun") as fold:
        yield bool(fold.open)


# Text for places that read Markdown: names from disk made harmless, outcomes as badges.

_BADGE_COLORS = {"fixed": "green", "regressed": "orange", "both_fail": "gray", "both_good": "blue"}

HERE = {  # what the command line says with options to give, and what a page says instead
    "runs.no_table": "runs.no_table_here",
    "runs.table_lacks": "runs.table_lacks_here",
    "runs.no_errors": "runs.no_errors_here",
    "runs.no_stress": "runs.no_stress_here",
    "models.no_checkpoint": "models.no_checkpoint_here",
    "models.none": "models.none_here",
    "models.other_type": "models.other_type_here",
    "models.absent": "models.absent_here",
    "models.no_device": "models.no_device_here",
}


def plain(text: object) -> str:
    """A text from outside for places that read Markdown: shown letter by letter, on one line."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(str(text).split()))


def here(said: object) -> str:
    """An error, or a saying, for a page, as `plain`: in the words of `HERE` where it has any."""
    saying = said.args[0] if isinstance(said, FloodevalError) and said.args else said
    if isinstance(saying, Saying) and saying.key in HERE:
        return plain(replace(saying, key=HERE[saying.key]))
    return plain(said)


def code(text: object) -> str:
    """A name from outside as a Markdown code span, whatever backticks it holds."""
    name = " ".join(str(text).split()) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", name)), default=0))
    pad = " " if name.startswith("`") or name.endswith("`") else ""
    return f"{fence}{pad}{name}{pad}{fence}"


def outcome_badge(outcome: object, single: bool) -> str:
    """An outcome's name as a badge, in Markdown."""
    return f":{_BADGE_COLORS.get(str(outcome), 'gray')}-badge[{outcome_title(outcome, single)}]"


# Legends beside pictures: swatch and word, for each class of pixels.


def draw_error_legend(selection: Selection, note: str = "") -> None:
    """The classes of an error map, with a note (Markdown) after them."""
    draw_legend((FOUND, FALSE_ALARM, MISSED, *ignored_styles(selection.run.info.labels)), note)


def ignored_styles(labels: LabelScheme) -> tuple[Style, ...]:
    """How ignored pixels are drawn, where a label scheme has any."""
    return (IGNORED,) if labels.ignore else ()


def draw_against_legend(selection: Selection) -> None:
    """The classes of a map of A against B."""
    if selection.b is None:
        draw_legend([selection.styles[selection.a]])
        return
    a, b = selection.styles[selection.a], selection.styles[selection.b]
    only = (Style(say("styles.alone", name=style.label), style.color, style.hatch) for style in (a, b))
    draw_legend([IN_BOTH, *only])


def draw_legend(styles: Iterable[Style], note: str = "") -> None:
    """Swatches with their words, in a line that wraps between them and never within one."""
    entries = [f"![]({swatch(style)}) {plain(style.label)}" for style in styles]
    with st.container(horizontal=True, gap="small"):
        for entry in [*entries, *([note] if note else [])]:
            st.markdown(entry, width="content")
