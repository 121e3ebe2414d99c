"""The table by data set: scores of A and B, their difference as a bar with its interval, and retention."""

from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from floodeval.analysis.generalization import Generalization
from floodeval.analysis.set_changes import Change
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.dashboard.pages.generalization.generalization_queries import PageFindings
from floodeval.dashboard.widgets.tables import draw_words
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.generalization_words import prompt_words, retention_words, verdict_words
from floodeval.viz.svg.gap_bar import HEIGHT_PX, WIDTH_PX, gap_bar_svg, reach_of
from floodeval.viz.svg.svg_canvas import ON_PAGE, picture_html


def draw_set_table(shown: PageFindings) -> None:
    """Draw a row per data set for the variant that the page speaks of."""
    found = shown.found
    names = {"a": found.label(found.baseline.name), "b": found.label(shown.candidate)}
    st.markdown(f"#### {say('generalization.by_set')}")
    heads = [
        say("generalization.column_set"),
        say("generalization.column_scores"),
        say("generalization.column_gap"),
        say("generalization.column_retention"),
    ]
    draw_words(
        [escape(head) for head in heads],
        set_rows(found, shown.candidate),
        say("generalization.table_alt", **names),
    )
    st.caption(say("generalization.table_note", **names))


def set_rows(found: Generalization, variant: str) -> list[list[str]]:
    """The rows as HTML: data set with prompt and n, A and B, difference, retention."""
    changes = found.of(variant)
    reach = reach_of(changes)
    return [list(_cells(found, change, reach)) for change in changes]


def _cells(found: Generalization, change: Change, reach: float) -> Iterator[str]:
    about = found.set_of(change.run)
    counts = say(
        "generalization.counts",
        photographs=counted(change.n, "photograph"),
        scenes=counted(change.n_scenes, "scene"),
    )
    where = [f"<i>{escape(say('generalization.in_domain_set'))}</i>"] if about.in_domain else []
    yield _lines([f"<b>{escape(about.name)}</b>", *where, escape(prompt_words(about)), escape(counts)])
    yield escape(f"{formats.score(change.mean_baseline)}\N{NO-BREAK SPACE}→ {formats.score(change.mean)}")
    yield _gap_cell(change, reach)
    is_unknown = change.verdict == TOO_FEW_SCENES
    yield escape(formats.NO_VALUE if is_unknown else retention_words(change.retention))


def _gap_cell(change: Change, reach: float) -> str:
    words = say("generalization.gap", gap=formats.gap(change.gap), interval=_interval(change))
    bar = gap_bar_svg(change, reach, words, ON_PAGE)
    return _lines(
        [
            picture_html(bar, WIDTH_PX, HEIGHT_PX),
            escape(words),
            f"<b>{escape(verdict_words(change.verdict))}</b>",
        ]
    )


def _interval(change: Change) -> str:
    return formats.interval(change.low, change.high)


def _lines(parts: Sequence[str]) -> str:
    return "<br>".join(parts)
