"""Progress of a long operation as a bar on the page."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from floodeval.progress import Progress, Step


@contextmanager
def progress_bar(words: Callable[[Step, float | None], str]) -> Iterator[Progress]:
    """Show a bar until the operation ends.

    Args:
        words: returns the text above the bar for a step and the seconds that are left of its stage; None
            where that is not known, or where nothing is left.
    """
    bar, began, stage = st.progress(0.0), time.monotonic(), ""

    def show(step: Step) -> None:
        nonlocal began, stage
        if step.what != stage:
            began, stage = time.monotonic(), step.what
        share = step.done / step.total if step.total else 0.0
        passed = time.monotonic() - began
        bar.progress(share, words(step, passed * (1 - share) / share if 0 < share < 1 else None))

    try:
        yield show
    finally:
        bar.empty()
