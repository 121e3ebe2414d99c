"""Long lists a page at a time."""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from floodeval.ui.ranking import page_count

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
