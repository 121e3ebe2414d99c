"""The selection in the page's URL, so that a reload or a sent link shows the same.

The session state takes precedence. The URL is read when a session begins, and when it changed although
nothing was changed on the page: then the user followed a link or went back. It is written after every change.
"""

import time
from dataclasses import dataclass, field

import streamlit as st

OF_TRAINING = ("model", "other")
OF_GENERALIZATION = ("runs", "in_domain", "tolerance")
OF_COMPARE = ("grid",)
OF_WORST_CASES = ("size",)
OWN = (*OF_TRAINING, *OF_GENERALIZATION, *OF_COMPARE, *OF_WORST_CASES)  # choices of one page
KEYS = (
    "run",
    "a",
    "b",
    "prompt",
    "split",
    "flagged",
    "lang",
    "metric",
    "of",
    "order",
    "quadrant",
    "slice",
    "between",
    "marked",
    "id",
    "view",
    "section",
    *OF_TRAINING,
    "run_b",
    "prompt_b",
    "failure",
    *OF_GENERALIZATION,
    *OF_COMPARE,
    *OF_WORST_CASES,
    "reviewer",
    "find",
)
ON_ITS_WAY_S = 0.5  # how long the browser may need to take over a written URL
_STATE = "_address"


@dataclass(frozen=True)
class Address:
    """The URL parameters and the session state at the end of the page's last run.

    `before` are the parameters that were replaced at the time `written` (monotonic, seconds). `view` are all
    parameters of the view; the URL has fewer where a link that was followed left some out.
    """

    params: dict[str, str]
    state: dict[str, str | None]
    before: dict[str, str] = field(default_factory=dict)
    written: float = 0.0
    view: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """Result of reading the URL: which parameters were applied, and whether they overrode the session."""

    adopted: frozenset[str]
    followed: bool


def followed(params: dict[str, str], state: dict[str, str | None], last: Address, now: float) -> bool:
    """Whether the URL changed because the user followed a link or went back.

    False if something changed on the page, which is newer, and if the browser still sends the URL that was
    replaced a moment ago.
    """
    late = params == last.before and now - last.written < ON_ITS_WAY_S
    return params != last.params and state == last.state and not late


def read_address() -> Arrival:
    """Apply the URL to the session state if it is newer."""
    params, last = st.query_params.to_dict(), st.session_state.get(_STATE)
    _recall(last)
    led = last is None or followed(params, _state(), last, time.monotonic())
    known = last.params if last else {}
    news = {key: value for key, value in params.items() if key in KEYS and value != known.get(key) and led}
    for key, value in news.items():
        st.session_state[key] = value
    return Arrival(frozenset(news), followed=led and last is not None)


def write_address(params: dict[str, str], arrival: Arrival) -> None:
    """Write the selection into the URL; not after a link was followed, or the Back button would not work."""
    before = st.query_params.to_dict()
    if arrival.followed or before == params:
        keep_address(params)
        return
    st.query_params.from_dict(params)
    st.session_state[_STATE] = Address(params, _state(), before, time.monotonic(), params)


def kept_params() -> dict[str, str]:
    """The pages' own choices as URL parameters."""
    return {key: str(value) for key in OWN if (value := st.session_state.get(key))}


def permalink() -> dict[str, str]:
    """All parameters of the present view, for a link that shows the same to anyone."""
    last: Address | None = st.session_state.get(_STATE)
    return last.view if last else {}


def keep_address(view: dict[str, str] | None = None) -> None:
    """Remember the URL and the state as they are, to detect what differs at the next run.

    Args:
        view: all parameters of the view; by default those of the URL.
    """
    params = st.query_params.to_dict()
    st.session_state[_STATE] = Address(params, _state(), view=params if view is None else view)


def _recall(last: Address | None) -> None:
    """Restore what Streamlit forgets at a page change: the value of a widget that the last page lacked."""
    for key, value in (last.state if last else {}).items():
        if value is not None and key not in st.session_state:
            st.session_state[key] = value


def _state() -> dict[str, str | None]:
    return {key: st.session_state.get(key) for key in KEYS}
