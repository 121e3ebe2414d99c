"""The selection in the page's address, so that a reload or a sent link shows the same.

The session's own state leads. The address is read when a session begins, and when it changed although the
person changed nothing on the page: then they followed a link or went back. It is written after every change.
"""

import time
from dataclasses import dataclass, field

import streamlit as st

OWN = ("model", "other")  # what a page chooses for itself, beside the selection
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
    *OWN,
)
ON_ITS_WAY_S = 0.5  # so long may a written address take until the browser has it
_STATE = "_address"


@dataclass(frozen=True)
class Address:
    """The address and the session's state as a run of the page left them.

    `before` is the address that was replaced at the time `written` (monotonic, seconds).
    """

    params: dict[str, str]
    state: dict[str, str | None]
    before: dict[str, str] = field(default_factory=dict)
    written: float = 0.0


@dataclass(frozen=True)
class Arrival:
    """How a run of the page came about: which keys it took from the address, and whether that led."""

    adopted: frozenset[str]
    followed: bool


def followed(params: dict[str, str], state: dict[str, str | None], last: Address, now: float) -> bool:
    """Whether the address changed because the person followed a link or went back.

    Not where they changed something on the page, which is newer; and not where the browser still sends the
    address that was replaced a moment ago.
    """
    late = params == last.before and now - last.written < ON_ITS_WAY_S
    return params != last.params and state == last.state and not late


def read_address() -> Arrival:
    """Take the address over into the session's state where it leads."""
    params, last = st.query_params.to_dict(), st.session_state.get(_STATE)
    _recall(last)
    led = last is None or followed(params, _state(), last, time.monotonic())
    known = last.params if last else {}
    news = {key: value for key, value in params.items() if key in KEYS and value != known.get(key) and led}
    for key, value in news.items():
        st.session_state[key] = value
    return Arrival(frozenset(news), followed=led and last is not None)


def write_address(params: dict[str, str], arrival: Arrival) -> None:
    """Mirror the selection; not where the address led, or the browser's way back would be blocked."""
    before = st.query_params.to_dict()
    if arrival.followed or before == params:
        keep_address()
        return
    st.query_params.from_dict(params)
    st.session_state[_STATE] = Address(params, _state(), before, time.monotonic())


def kept_params() -> dict[str, str]:
    """What pages chose for themselves, as a link carries it."""
    return {key: str(value) for key in OWN if (value := st.session_state.get(key))}


def keep_address() -> None:
    """Remember the address and the state as they are: what differs at the next run is news."""
    st.session_state[_STATE] = Address(st.query_params.to_dict(), _state())


def _recall(last: Address | None) -> None:
    """Bring back what streamlit forgets at a page change: the value of a widget that the last page lacked."""
    for key, value in (last.state if last else {}).items():
        if value is not None and key not in st.session_state:
            st.session_state[key] = value


def _state() -> dict[str, str | None]:
    return {key: st.session_state.get(key) for key in KEYS}
