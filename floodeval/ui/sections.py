"""The sections of the pages that have several, by the word that a link carries, and the choice among them."""

import streamlit as st

SECTIONS = {
    "Slices": {
        "slices": "Slices",
        "weakest": "Weakest",
        "errors": "Errors",
        "suspects": "Suspects",
        "cost": "Cost",
    },
    "Dataset": {
        "gallery": "Gallery",
        "balance": "Balance",
        "findings": "Findings",
        "scenes": "Scenes",
        "agreement": "Agreement",
        "stress": "Stress",
    },
}


def choose_section(page: str) -> str:
    """Let the person choose one of a page's sections; only the chosen one is computed."""
    titles = SECTIONS[page]
    st.segmented_control(
        "Section",
        list(titles),
        format_func=titles.__getitem__,
        key="section",
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return str(st.session_state["section"])
