"""The titles of a table's columns, in the language of the moment."""

from collections.abc import Iterable

from streamlit.elements.lib.column_types import ColumnConfig

from floodeval.language.sentences import say

Columns = dict[str, ColumnConfig | str | None]


def titled(names: Iterable[object], where: str) -> Columns:
    """Every column's title, for `st.dataframe`.

    Args:
        names: of the columns.
        where: the catalogue's file that has them as `column_<name>`.
    """
    return {str(name): say(f"{where}.column_{name}") for name in names}
