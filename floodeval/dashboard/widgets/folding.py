"""Parts of a page that are folded away, and not made before they are opened."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def folded(title: str, icon: str, key: str) -> Iterator[bool]:
    """An expander under this title; tells whether it is open, so that what is closed costs nothing."""
    with st.expander(title, icon=icon, key=key, on_change="rerun") as fold:
        yield bool(fold.open)
