"""Tables of data frames for the terminal."""

from collections.abc import Callable, Mapping

import pandas as pd
from rich.table import Table

from floodeval.cli.terminal import console
from floodeval.i18n import formats

Format = Callable[[float], str]


def empty_table(
    title: str, words: tuple[str, ...], numbers: tuple[str, ...], last: tuple[str, ...] = ()
) -> Table:
    """A table without rows: columns of words, of numbers (aligned to the right), and of words again."""
    table = Table(title=title, title_justify="left")
    for heading in words:
        table.add_column(heading)
    for heading in numbers:
        table.add_column(heading, justify="right")
    for heading in last:
        table.add_column(heading)
    return table


def show_table(
    rows: pd.DataFrame,
    title: str,
    words: tuple[str, ...],
    numbers: Mapping[str, Format],
    last: tuple[str, ...] = (),
) -> None:
    """Print columns of a table; missing numbers are shown as a dash.

    Args:
        rows: the table.
        title: the line above it.
        words: columns of texts.
        numbers: columns of numbers, each with its format.
        last: columns of texts, after the numbers.
    """
    table = empty_table(title, words, tuple(name.replace("_", " ") for name in numbers), last)
    for row in rows.to_dict("records"):
        cells = [_formatted(form, row[name]) for name, form in numbers.items()]
        table.add_row(*(str(row[name]) for name in words), *cells, *(str(row[name]) for name in last))
    console.print(table)


def _formatted(form: Format, value: float | None) -> str:
    return formats.NO_VALUE if value is None or pd.isna(value) else form(value)
