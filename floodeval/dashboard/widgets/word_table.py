"""Small tables of words: the browser shows them without loading what a table that sorts would need."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

STYLE = """<style>
.words {width: 100%; border-collapse: collapse; font-size: .875rem; line-height: 1.35}
.words th, .words td {padding: .45rem .5rem; text-align: start; font-weight: inherit;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent)}
.words thead th, .words tbody th {color: color-mix(in srgb, currentColor 72%, transparent)}
.words img {width: 16px; height: 16px; vertical-align: -3px; margin-inline-end: .3rem}
.words code {font-size: .8em; padding: .1em .35em; border-radius: .25rem;
  background: color-mix(in srgb, currentColor 8%, transparent)}
</style>"""


def draw_words(heads: Sequence[str], rows: Iterable[Sequence[str]], alt: str) -> None:
    """Draw a table whose first column names the rows.

    Args:
        heads: of the columns, HTML.
        rows: a cell a column, HTML.
        alt: what the table is, for who has it read out.
    """
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    table = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    st.html(f'<div><table class="words" aria-label="{escape(alt)}">{table}</table>{STYLE}</div>')


def code_words(name: str) -> str:
    """A name from outside that one types, as HTML."""
    return f"<code>{escape(name)}</code>"
