"""The language of the interface: as chosen in the sidebar or by a link, else the browser's own."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from floodeval.i18n.catalog import say, speak_of_drawn_scenes
from floodeval.i18n.language import DEFAULT, LANGUAGES, speak
from floodeval.i18n.parameters import set_surface

KEY = "lang"
_DRAWN = "_drawn"

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def settle_language() -> None:
    """Speak the chosen language from here on, in the dashboard's words; an unknown one is the browser's."""
    asked = st.session_state.get(KEY)
    chosen = asked if asked in LANGUAGES else _of_browser()
    st.session_state[KEY] = chosen  # also where it is that already: a widget of another page is a new one
    speak(chosen)
    set_surface("dashboard")
    settle_noun(drawn=False)  # until it is known what the page is about


def keep_language() -> None:
    """Speak the chosen language where a part of a page, a dialog say, is run again without the page."""
    set_surface("dashboard")
    chosen = st.session_state.get(KEY)
    if chosen in LANGUAGES:  # elsewhere the page speaks it already
        speak(chosen)
    speak_of_drawn_scenes(bool(st.session_state.get(_DRAWN)))


def settle_noun(drawn: bool) -> None:
    """Speak of drawn scenes from here on, or of photographs."""
    st.session_state[_DRAWN] = drawn
    speak_of_drawn_scenes(drawn)


def choose_language() -> None:
    """Let the person choose the language."""
    st.segmented_control(
        say("choosing.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=KEY,
        required=True,
        label_visibility="collapsed",
    )


def asked_language() -> str | None:
    """The language for a link: None where it is the browser's own, which a receiver's may differ from."""
    chosen = st.session_state.get(KEY)
    return None if chosen == _of_browser() else chosen


def fragment(draw: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """A streamlit fragment that speaks the chosen language when it alone is run again."""

    @wraps(draw)
    def speaking(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        keep_language()
        return draw(*args, **kwargs)

    return st.fragment(speaking)


def _of_browser() -> str:
    spoken = (st.context.locale or DEFAULT).partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else DEFAULT
