"""The reviewer's name, kept for the browser's session: whose entries are made and shown in forms."""

import streamlit as st

from floodeval.evaluation.reviews import REVIEWER_LENGTH, reviewer_name
from floodeval.i18n.catalog import say

_NAME = "reviewer_name"


def current_reviewer() -> str:
    """The name of the person at the page; empty where none was given."""
    return reviewer_name(str(st.session_state.get(_NAME) or ""))


def ask_reviewer(place: str) -> None:
    """Draw the input of the name.

    Args:
        place: where it is drawn; several places of a page show the same name.
    """
    key = f"{place}_reviewer_name"
    st.session_state[key] = current_reviewer()
    st.text_input(
        say("cases.reviewer"),
        key=key,
        max_chars=REVIEWER_LENGTH,
        placeholder=say("cases.reviewer_placeholder"),
        help=say("cases.reviewer_help"),
        on_change=_keep,
        args=(key,),
    )


def _keep(key: str) -> None:
    st.session_state[_NAME] = reviewer_name(str(st.session_state[key] or ""))


def reviewer_words(name: str) -> str:
    """A reviewer's name, or what stands for it where none was given; not escaped."""
    return name or say("cases.unnamed")
