"""Changes of a run's cases made in this session, so that the last one can be undone."""

from collections.abc import Sequence

import streamlit as st

from floodeval.dashboard.state.read_only import refuse_if_read_only
from floodeval.dashboard.state.reviewer import current_reviewer
from floodeval.evaluation.cases import Change, WrittenChange, change_cases, undo_change
from floodeval.evaluation.run import Run

MOST_KEPT = 20  # changes that can be undone, one after the other
_CHANGES = "case_changes"


def write_change(run: Run, ids: Sequence[str], change: Change) -> int:
    """Change the current reviewer's entries for some images, and keep what is needed to undo it.

    Returns:
        How many entries were changed.

    Raises:
        FloodevalError: nothing may be written here, there are too many images, or the file cannot be read
            or written; nothing is changed then.
    """
    refuse_if_read_only()
    done = change_cases(run.folder, ids, change, current_reviewer())
    if done.after:
        st.session_state[_CHANGES] = (*st.session_state.get(_CHANGES, ()), done)[-MOST_KEPT:]
    return len(done.after)


def last_change(run: Run) -> WrittenChange | None:
    """The last change of a run in this session that was not undone."""
    return next((one for one in reversed(_of_session()) if one.run == run.folder), None)


def undo_last_change(run: Run) -> tuple[int, int]:
    """Undo the last change of a run.

    Returns:
        How many entries were restored, and how many were left because somebody changed them since then.

    Raises:
        FloodevalError: nothing may be written here, or the file cannot be read or written.
    """
    refuse_if_read_only()
    change = last_change(run)
    if change is None:
        return 0, 0
    restored = undo_change(change)
    st.session_state[_CHANGES] = tuple(one for one in _of_session() if one is not change)
    return restored, len(change.after) - restored


def _of_session() -> tuple[WrittenChange, ...]:
    found: tuple[WrittenChange, ...] = st.session_state.get(_CHANGES, ())
    return found
