"""Choices that are checked before they are drawn: a value from a link that does not exist is replaced."""

from collections.abc import Callable, Sequence

import streamlit as st

from floodeval.i18n.catalog import say

_RUNS = ("run", "run_b")


class SettledChoices:
    """Settles choices by their keys in the session state.

    Attributes:
        notices: which values of the URL are not available, and what is shown instead.
    """

    def __init__(self, adopted: frozenset[str]) -> None:
        """Prepare the choices; `adopted` are the keys whose values come from the URL."""
        self.notices: list[str] = []
        self.adopted = adopted

    def pick(
        self,
        key: str,
        label: str,
        options: Sequence[str],
        default: str | None = None,
        shown: Callable[[str], str] = str,
    ) -> str:
        """Draw a list to choose from, by default its first value, and return the choice."""
        self.settle(key, options, default or options[0])
        return str(st.selectbox(label, options, format_func=shown, key=key))

    def settle(self, key: str, options: Sequence[str], default: str, named: str | None = None) -> str:
        """Return the session's choice, else the default; add a notice if a link asked for another value.

        The notice names the default as `named`, where that is another word.
        """
        asked, shown = st.session_state.get(key), named or default
        if asked not in options and key in self.adopted:
            what = say(f"sidebar.noun_{key}")
            self.notices.append(say("sidebar.absent", what=what, asked=asked, shown=shown))
        elif asked and asked not in options and key in _RUNS:  # deleted or renamed while the page was open
            self.notices.append(say("sidebar.gone", run=asked, shown=shown))
        chosen = str(asked) if asked in options else default
        st.session_state[key] = chosen  # even if it is that already: each page's widget is a new one
        return chosen
