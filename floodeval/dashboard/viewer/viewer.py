"""The viewer as a Streamlit component."""

import base64
import zlib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from floodeval.dashboard.viewer.bundle import bundle
from floodeval.dashboard.viewer.message import ViewerMessage


def draw_viewer(message: ViewerMessage, key: str, on_marks_change: Callable[[], None] | None = None) -> None:
    """Draw the viewer.

    Args:
        message: what it shows.
        key: of the component in the session state.
        on_marks_change: for an editor, called before the page reruns with new marks. The component's state
            `marks` is then `{"photograph": id, "has": id or None, "box": ..., "clicks": ...}`, as
            `contract.md` says.
    """
    callbacks = {} if on_marks_change is None else {"on_marks_change": on_marks_change}
    _component()(key=key, data=message.to_json(), **callbacks)


def packed_bits(bits: npt.NDArray[np.uint8]) -> str:
    """An H x W map of masks, one bit each, deflated (zlib), in base64."""
    return base64.b64encode(zlib.compress(np.ascontiguousarray(bits).tobytes(), 6)).decode()


def script() -> str:
    """The viewer's JavaScript, all modules in one."""
    return bundle(files(__package__), "viewer.js")


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    """Register the component, once."""
    html, css = (
        (files(__package__) / f"viewer.{kind}").read_text(encoding="utf-8") for kind in ("html", "css")
    )
    return st.components.v2.component("floodeval_viewer", html=html, css=css, js=script())
