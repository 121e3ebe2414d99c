"""The line above the images: how many are listed and selected, and the buttons for the selected ones."""

import streamlit as st

from floodeval.analysis.ranking import ALL
from floodeval.dashboard.navigation import go_to
from floodeval.dashboard.pages.worst_cases.list_filters import draw_clearing
from floodeval.dashboard.state.case_changes import last_change, undo_last_change
from floodeval.dashboard.state.picked_cases import pick_only, picked_ids
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.reviewer import ask_reviewer, current_reviewer, reviewer_words
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.dashboard.widgets.marking import (
    ask_mark,
    own_entry,
    removing,
    say_after_rerun,
    write_and_rerun,
)
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MOST_AT_ONCE
from floodeval.i18n.catalog import counted, say


def draw_selection_bar(selection: Selection) -> None:
    """Draw how many images are listed and selected, and the buttons for them, into a horizontal container."""
    picked = picked_ids(selection)
    st.markdown(_words(selection, picked), width="content")
    if selection.filters.any or selection.ranking.outcome != ALL:
        draw_clearing("clear_filters")
    _draw_selecting(selection, picked)
    _draw_opening(selection, picked)
    if is_read_only():
        return
    _draw_writing(selection, picked)
    name = plain(reviewer_words(current_reviewer()))
    with st.popover(say("worst_cases.as_reviewer", name=name), icon=":material/person:", type="tertiary"):
        ask_reviewer("page")


def _words(selection: Selection, picked: list[str]) -> str:
    n_listed, of = len(selection.listed), counted(len(selection.table), "image")
    words = say("worst_cases.listed", n=n_listed, of=of)
    if not picked:
        return words
    n_hidden = len(set(picked) - set(selection.listed["id"]))
    key = "worst_cases.picked_hidden" if n_hidden else "worst_cases.picked"
    return f"{words} {say(key, n=len(picked), hidden=n_hidden)}"


def _draw_selecting(selection: Selection, picked: list[str]) -> None:
    """Draw the buttons that select what is listed, up to the limit of one change, and nothing."""
    listed = selection.listed["id"].tolist()
    first = listed[:MOST_AT_ONCE]
    label = say(
        "worst_cases.pick_first" if len(listed) > len(first) else "worst_cases.pick_all", n=len(first)
    )
    st.button(
        label,
        icon=":material/select_all:",
        type="tertiary",
        key="pick_all",
        help=say("worst_cases.pick_help", most=MOST_AT_ONCE),
        disabled=not first or set(first) == set(picked),
        on_click=pick_only,
        args=(selection, first),
    )
    if picked:
        st.button(
            say("worst_cases.pick_none"),
            icon=":material/deselect:",
            type="tertiary",
            key="pick_none",
            on_click=pick_only,
            args=(selection, ()),
        )


def _draw_opening(selection: Selection, picked: list[str]) -> None:
    if len(picked) != 1:
        return
    label = say("worst_cases.open_in_compare", id=code(picked[0]))
    if st.button(label, icon=":material/open_in_full:", key="open_ticked"):
        go_to("Compare", selection.params | {"id": picked[0]})


def _draw_writing(selection: Selection, picked: list[str]) -> None:
    """Draw the buttons that mark the selected images, remove marks, and undo the last change."""
    too_many = len(picked) > MOST_AT_ONCE
    limit = say("worst_cases.pick_help", most=MOST_AT_ONCE) if too_many else None
    if picked:
        label = say("worst_cases.mark_ticked", images=counted(len(picked), "image"))
        if st.button(
            label, icon=":material/flag:", type="primary", key="mark_ticked", disabled=too_many, help=limit
        ):
            ask_mark(selection, picked)
    own = [one for one in picked if own_entry(selection, one)]
    if own:
        label = say("worst_cases.unmark_ticked", n=len(own))
        if st.button(label, icon=":material/delete:", key="unmark_ticked", disabled=too_many, help=limit):
            write_and_rerun(selection, own, removing)
    if change := last_change(selection.run):
        label = say("worst_cases.undo", images=counted(len(change.after), "image"))
        if st.button(label, icon=":material/undo:", type="tertiary", key="undo_marks"):
            _undo(selection)


def _undo(selection: Selection) -> None:
    try:
        restored, left = undo_last_change(selection.run)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    words = say("cases.restored", images=counted(restored, "image"))
    say_after_rerun(f"{words} {say('cases.left', images=counted(left, 'image'))}" if left else words)
    st.rerun()
