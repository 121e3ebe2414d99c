"""Long lists a page at a time."""

from collections.abc import Sequence
from typing import TypeVar

import pandas as pd
import streamlit as st

T = TypeVar("T")


def paged(items: Sequence[T], per_page: int, key: str) -> Sequence[T]:
    """The items of the page that the person chose; pages can be turned where there are several.

    Args:
        items: all of them.
        per_page: how many a page holds.
        key: names the list; with another one the pages begin anew.
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
    """How many pages the rows fill; at least one."""
    return max(1, -(-rows // per_page))
