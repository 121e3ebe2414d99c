"""The images that are selected on the page, as cards or as rows of the table: one selection for both."""

from collections.abc import Iterable

import streamlit as st

from floodeval.dashboard.state.selection import Selection

_PICKED, _TURN = "picked_cases", "picked_cases_turn"


def picked_ids(selection: Selection) -> list[str]:
    """The selected images of the run, in the order of their selection."""
    run, ids = st.session_state.get(_PICKED, ("", ()))
    if run != str(selection.run.folder):
        return []
    known = set(selection.table["id"])
    return [one for one in ids if one in known]


def pick_only(selection: Selection, ids: Iterable[str]) -> None:
    """Select these images and no other ones; a table is drawn with them."""
    keep_picked(selection, ids)
    st.session_state[_TURN] = picks_turn() + 1


def keep_picked(selection: Selection, ids: Iterable[str]) -> None:
    """Keep what was selected in the table, which shows it already."""
    st.session_state[_PICKED] = (str(selection.run.folder), tuple(dict.fromkeys(ids)))


def pick_one(selection: Selection, sample_id: str, is_picked: bool) -> None:
    """Select one image, or no longer."""
    others = [one for one in picked_ids(selection) if one != sample_id]
    pick_only(selection, [*others, sample_id] if is_picked else others)


def picks_turn() -> int:
    """A number that changes when anything but the table changes the selection."""
    return int(st.session_state.get(_TURN, 0))
