"""Tables: sortable ones, long ones in pages, small ones of words; numbers written as on every page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Literal, TypeVar

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from floodeval.i18n import formats
from floodeval.i18n.catalog import say

Form = Callable[[float], str]
"""How a column's numbers are written: a function of `floodeval.i18n.formats`, as a rule."""


@dataclass(frozen=True)
class Column:
    """A column's title, and how its numbers are written; text stays as it is.

    `width` is in pixels; a `pinned` column stays in view where the table is scrolled.
    """

    title: str
    form: Form | None = None
    width: int | None = None
    pinned: bool | None = None

    @property
    def config(self) -> ColumnConfig:
        """The column's configuration for Streamlit."""
        return st.column_config.Column(self.title, width=self.width, pinned=self.pinned)


Columns = Mapping[str, Column]

T = TypeVar("T")


@contextmanager
def folded(title: str, icon: str, key: str) -> Iterator[bool]:
    """An expander; yields whether it is open, so that closed content costs nothing."""
    with st.expander(title, icon=icon, key=key, on_change="rerun") as fold:
        yield bool(fold.open)


def titled(names: Iterable[object], where: str) -> dict[str, Column]:
    """The columns with their titles.

    Args:
        names: of the columns.
        where: the catalog's file that has them as `column_<name>`.
    """
    return {str(name): Column(say(f"{where}.column_{name}")) for name in names}


def draw_table(
    table: pd.DataFrame, columns: Columns, alt: str, height: Literal["auto", "content"] = "auto"
) -> None:
    """Draw a table that sorts by a click on a title.

    Args:
        table: numbers as numbers, so that they sort.
        columns: of the table, by name.
        alt: what the table is, for screen readers.
        height: "content" shows every row, "auto" scrolls through many.
    """
    st.dataframe(
        written(table, columns),
        hide_index=True,
        height=height,
        column_config=configs(columns),
        placeholder=formats.NO_VALUE,
        alt=alt,
    )


def written(table: pd.DataFrame, columns: Columns) -> Styler | pd.DataFrame:
    """The table with its numbers as they are shown; they still sort as numbers."""
    forms: dict[Any, Any] = {
        name: form
        for name, column in columns.items()
        if name in table and (form := _form(column, table[name]))
    }
    unique = table.reset_index(drop=True)
    return unique.style.format(forms, na_rep=formats.NO_VALUE, subset=list(forms)) if forms else unique


def _form(column: Column, values: pd.Series) -> Form | None:
    """A column's own form, else counts for whole numbers and four significant digits for others."""
    if column.form or pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return column.form
    return formats.count if pd.api.types.is_integer_dtype(values) else partial(formats.significant, digits=4)


def metric_form(metric: str) -> Form:
    """How values of a metric are written: distances in pixels with one decimal, scores with three."""
    return formats.distance if metric.endswith("_px") else formats.score


def gap_form(metric: str) -> Form:
    """How gaps of a metric are written."""
    return formats.distance_gap if metric.endswith("_px") else formats.gap


def configs(columns: Columns) -> dict[str, ColumnConfig]:
    """The columns' configuration for Streamlit."""
    return {name: column.config for name, column in columns.items()}


def paged(items: Sequence[T], per_page: int, key: str) -> Sequence[T]:
    """Draw the choice of a page, if there are several, and return its items.

    Args:
        items: all of them.
        per_page: how many a page holds.
        key: names the list; another list begins at its first page.
    """
    pages = page_count(len(items), per_page)
    if pages == 1:
        return items
    page = st.pagination(pages, key=f"page/{key}", persist_state="session")
    return items[(page - 1) * per_page : page * per_page]


def page_of(table: pd.DataFrame, page: int, per_page: int) -> pd.DataFrame:
    """The rows of one page, 1-based."""
    return table.iloc[(page - 1) * per_page : page * per_page]


def page_count(rows: int, per_page: int) -> int:
    """The number of pages that the rows fill; at least one."""
    return max(1, -(-rows // per_page))


# For small tables of words: HTML loads faster than what a sortable table needs.
WORDS_STYLE = """<style>
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
        alt: what the table is, for screen readers.
    """
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    table = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    st.html(f'<div><table class="words" aria-label="{escape(alt)}">{table}</table>{WORDS_STYLE}</div>')


def code_words(name: str) -> str:
    """A name that people type, as HTML."""
    return f"<code>{escape(name)}</code>"
