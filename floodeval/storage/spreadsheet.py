"""CSV files that people open in a spreadsheet: accents are read right, and no text runs as a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from pandas.api.types import is_numeric_dtype

from floodeval.storage.atomic import write_bytes

ENCODING = "utf-8-sig"
"""UTF-8 with the byte order mark without which a spreadsheet takes it for another encoding. Reads both."""

LINE_END = "\r\n"  # with any other, a carriage return within a text would end its line
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CONTROLS = ("\t", "\r", "\n")
_QUOTE = "'"


def csv_bytes(table: pd.DataFrame, float_format: str | None = None) -> bytes:
    """A table as CSV: texts and headings harmless, numbers as they are, negative ones too.

    Args:
        table: its index is left out.
        float_format: as in `%.4f`; None writes every digit.
    """
    columns = {name: one if is_numeric_dtype(one) else one.map(_cell) for name, one in table.items()}
    written = pd.DataFrame(columns, columns=table.columns).rename(columns=_cell)
    text = written.to_csv(index=False, lineterminator=LINE_END, float_format=float_format)
    return text.encode(ENCODING)


def write_csv(path: Path, table: pd.DataFrame, float_format: str | None = None) -> None:
    """Write a table as `csv_bytes` makes it, whole or not at all.

    Raises:
        FloodevalError: `path` cannot be written.
    """
    write_bytes(path, csv_bytes(table, float_format))


def csv_of_texts(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows of text as CSV, every text harmless; `texts_of_csv` gives them back."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns)
    writer.writeheader()
    writer.writerows({name: harmless(row[name]) for name in columns} for row in rows)
    return stream.getvalue().encode(ENCODING)


def texts_of_csv(content: bytes) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The columns and the rows of a CSV of texts, with or without the byte order mark.

    Raises:
        ValueError: it is not UTF-8, no CSV, or has no columns.
    """
    rows = csv.DictReader(io.StringIO(content.decode(ENCODING), newline=""))
    try:
        columns = tuple(rows.fieldnames or ())
        texts = [{name: as_meant(str(row[name] or "")) for name in columns} for row in rows]
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if not columns:
        raise ValueError("no columns")
    return columns, texts


def read_texts(path: Path) -> pd.DataFrame:
    """A table of texts as it was before `write_csv`; raises OSError or ValueError."""
    columns, rows = texts_of_csv(path.read_bytes())
    return pd.DataFrame(rows, columns=list(columns), dtype=str)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that looks like it begins with an apostrophe.

    So does one that could be taken for the result; `as_meant` takes the apostrophe away again.

    >>> harmless("=1+1"), harmless("a=1")
    ("'=1+1", 'a=1')
    """
    return f"{_QUOTE}{text}" if _is_like_a_formula(text.lstrip(_QUOTE)) else text


def as_meant(text: str) -> str:
    """The text that `harmless` was given."""
    quoted = text.startswith(_QUOTE) and _is_like_a_formula(text.lstrip(_QUOTE))
    return text[1:] if quoted else text


def _is_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet may run it; some leave out spaces and control characters at its beginning."""
    bare = text.lstrip("".join(map(chr, range(33))) + "\x7f\xa0\ufeff\u200b")
    return text.startswith(_CONTROLS) or bare.startswith(_FORMULA)


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value
