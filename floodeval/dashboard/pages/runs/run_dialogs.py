"""The dialogs that rename and delete a run."""

import streamlit as st

from floodeval.dashboard.state.interface_language import keep_language
from floodeval.dashboard.state.read_only import refuse_if_read_only
from floodeval.dashboard.widgets.markdown import code, error_text
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_folders import delete_run, rename_run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say

_PROBLEM = "_runs_problem"  # in the session state: the error of a callback


def ask_rename(name: str) -> None:
    """Open the form for a run's new name."""
    st.dialog(say("runs_page.rename"), icon=":material/edit:")(draw_rename)(name)


def draw_rename(name: str) -> None:
    """Draw the form: the new name and a button."""
    keep_language()
    new = st.text_input(say("runs_page.new_name"), name, max_chars=100, key=f"runs_new_name/{name}")
    st.caption(say("runs_page.rename_note"))
    if st.button(
        say("runs_page.rename_now"),
        type="primary",
        key="runs_rename_now",
        disabled=new == name,
        on_click=_rename,
        args=(name, new),
    ):
        _end()


def _rename(name: str, new: str) -> None:
    """Rename a run; A and B follow. A callback, because it changes what the sidebar chose."""
    try:
        refuse_if_read_only()
        rename_run(name, new)
    except FloodevalError as error:
        st.session_state[_PROBLEM] = error
        return
    for key in ("run", "run_b"):
        if st.session_state.get(key) == name:
            st.session_state[key] = new
    st.session_state["runs_side"] = None


def _end() -> None:
    """Close the dialog, or show in it why nothing was done."""
    problem = st.session_state.pop(_PROBLEM, None)
    if problem is None:
        st.rerun()
    st.error(error_text(problem), icon=":material/error:")


def ask_delete(name: str, size: int) -> None:
    """Ask whether a run is to be deleted."""
    st.dialog(say("runs_page.delete"), icon=":material/delete:")(draw_delete)(name, size)


def draw_delete(name: str, size: int) -> None:
    """Draw the question: what is deleted, and a button."""
    keep_language()
    st.markdown(say("runs_page.delete_what", run=code(name), size=formats.size(size)))
    if st.button(
        say("runs_page.delete_now"),
        type="primary",
        key="runs_delete_now",
        on_click=_delete,
        args=(name,),
    ):
        _end()


def _delete(name: str) -> None:
    try:
        refuse_if_read_only()
        delete_run(name)
    except FloodevalError as error:
        st.session_state[_PROBLEM] = error
