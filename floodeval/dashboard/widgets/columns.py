"""Tables that sort: titles in the chosen language, numbers written as on every page, a dash for none."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

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
        """The column as Streamlit is given it."""
        return st.column_config.Column(self.title, width=self.width, pinned=self.pinned)


Columns = Mapping[str, Column]


def titled(names: Iterable[object], where: str) -> dict[str, Column]:
    """Every column's title.

    Args:
        names: of the columns.
        where: the catalogue's file that has them as `column_<name>`.
    """
    return {str(name): Column(say(f"{where}.column_{name}")) for name in names}


def draw_table(
    table: pd.DataFrame, columns: Columns, alt: str, height: Literal["auto", "content"] = "auto"
) -> None:
    """Draw a table that sorts by a click on a title.

    Args:
        table: numbers as numbers, so that they sort.
        columns: of the table, by name.
        alt: what the table is, for those who have it read out.
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
    """How a column is written: as it asks for, else whole numbers as counts and others with four digits."""
    if column.form or pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return column.form
    return formats.count if pd.api.types.is_integer_dtype(values) else partial(formats.significant, digits=4)


def configs(columns: Columns) -> dict[str, ColumnConfig]:
    """The columns as Streamlit is given them."""
    return {name: column.config for name, column in columns.items()}
