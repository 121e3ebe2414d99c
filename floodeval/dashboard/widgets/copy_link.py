"""The button that copies the link to the present view, and says so."""

from importlib.resources import files
from typing import Any

import streamlit as st

from floodeval.dashboard.state.url import permalink
from floodeval.i18n.catalog import say

_KEY = "copy_link"


def draw_copy_link() -> None:
    """Draw the button; the link has every parameter of the view, also those that the URL leaves out."""
    data = {
        "params": permalink(),
        "label": say("heading.copy_link"),
        "copied": say("heading.link_copied"),
        "shown": say("heading.link_shown"),
    }
    _component()(key=_KEY, data=data, width="content")


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    """Register the component, once."""
    html, css, js = (
        (files(__package__) / f"copy_link.{kind}").read_text(encoding="utf-8")
        for kind in ("html", "css", "js")
    )
    return st.components.v2.component("floodeval_copy_link", html=html, css=css, js=js)
