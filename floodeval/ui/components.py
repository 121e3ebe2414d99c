"""Components of our own: parts of a page that the browser draws, from the files of one room."""

from importlib.resources import files
from typing import Any

import streamlit as st

GESTURES = "gestures.js"


def script(package: str, *names: str) -> str:
    """The scripts of a component as the one module that a browser takes; gestures come first."""
    gestures = (files(__package__) / GESTURES).read_text(encoding="utf-8")
    return "\n".join([gestures, *(_text(package, name) for name in names)])


@st.cache_resource(show_spinner=False)
def component(name: str, package: str, stem: str, *scripts: str) -> Any:
    """Register a component, once: `stem`.html, `stem`.css and the scripts of a package.

    Args:
        name: by which the browser knows it.
        package: where its files lie.
        stem: of the files of its markup and its looks.
        scripts: in the order in which they build on each other; the last exports the component.
    """
    html, css = (_text(package, f"{stem}.{kind}") for kind in ("html", "css"))
    return st.components.v2.component(f"floodeval_{name}", html=html, css=css, js=script(package, *scripts))


def _text(package: str, name: str) -> str:
    return (files(package) / name).read_text(encoding="utf-8")
