"""The sections of the pages that have several, by the word that a link carries, and the choice among them."""

import streamlit as st

from floodeval.i18n.catalog import say

SECTIONS = {
    "Prompts": ("every", "between", "sensitivity", "clicks", "images"),
    "Slices": ("slices", "weakest", "errors", "suspects", "cost"),
    "Dataset": ("gallery", "balance", "findings", "scenes", "agreement", "stress"),
}


def section_title(section: str) -> str:
    """What a section is called."""
    return say(f"sections.{section}")


def choose_section(page: str) -> str:
    """Let the person choose one of a page's sections; only the chosen one is computed."""
    st.segmented_control(
        say("sections.label"),
        SECTIONS[page],
        format_func=section_title,
        key="section",
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return str(st.session_state["section"])
