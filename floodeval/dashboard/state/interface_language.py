"""The language of the interface: chosen in the sidebar or by a link, else the browser's own."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from floodeval.i18n.catalog import say, speak_of_synthetic_scenes
from floodeval.i18n.language import DEFAULT, LANGUAGES, speak
from floodeval.i18n.parameters import set_surface

KEY = "lang"
_SYNTHETIC = "_synthetic"

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def settle_language() -> None:
    """Speak the chosen language from here on, in the dashboard's words; an unknown one is the browser's."""
    asked = st.session_state.get(KEY)
    chosen = asked if asked in LANGUAGES else _browser_language()
    st.session_state[KEY] = chosen  # even if it is that already: each page's widget is a new one
    speak(chosen)
    set_surface("dashboard")
    settle_noun(synthetic=False)  # until the page's run is known


def settle_noun(synthetic: bool) -> None:
    """Speak of synthetic scenes from here on, or of photographs."""
    st.session_state[_SYNTHETIC] = synthetic
    speak_of_synthetic_scenes(synthetic)


def keep_language() -> None:
    """Speak the page's language where a part of it, such as a dialog, runs again without the page."""
    set_surface("dashboard")
    chosen = st.session_state.get(KEY)
    if chosen in LANGUAGES:
        speak(chosen)
    speak_of_synthetic_scenes(bool(st.session_state.get(_SYNTHETIC)))


def fragment(draw: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """A Streamlit fragment that speaks the page's language when it runs again alone."""

    @wraps(draw)
    def speaking(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        keep_language()
        return draw(*args, **kwargs)

    return st.fragment(speaking)


def choose_language() -> None:
    """Draw the choice of the language."""
    st.segmented_control(
        say("sidebar.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=KEY,
        required=True,
        label_visibility="collapsed",
    )


def asked_language() -> str | None:
    """The language that a link carries: None for the browser's own, since the receiver's may differ."""
    chosen = st.session_state.get(KEY)
    return None if chosen == _browser_language() else chosen


def _browser_language() -> str:
    spoken = (st.context.locale or DEFAULT).partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else DEFAULT
