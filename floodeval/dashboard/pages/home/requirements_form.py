"""The form that states the requirements of a run; they are saved with the run, in `requirements.toml`."""

from typing import Any

import streamlit as st

from floodeval.analysis.requirements import (
    FAILURE_IOU,
    IOU,
    KEYS,
    REVIEWED,
    SCENES,
    SECONDS,
    Requirements,
)
from floodeval.analysis.requirements_file import write_requirements
from floodeval.dashboard.pages.home.home_queries import decided_run
from floodeval.dashboard.state.interface_language import keep_language
from floodeval.dashboard.state.read_only import refuse_if_read_only
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.overlap import FAILURE_LIMITS

_AS_STATED = (IOU, FAILURE_IOU, SECONDS, SCENES)  # the others are shares, which people state in percent


def ask_requirements(selection: Selection, requirements: Requirements) -> None:
    """Open the form with the requirements that are kept, also where an earlier edit was abandoned."""
    for name in KEYS:
        st.session_state.pop(_key(name), None)
    st.dialog(say("home.edit_requirements"), icon=":material/edit:")(draw_form)(selection, requirements)


def draw_form(selection: Selection, requirements: Requirements) -> None:
    """Draw a field per limit, where an empty one means that nothing is required, and the buttons."""
    keep_language()
    st.caption(say("home.edit_how"))
    stated: dict[str, Any] = {}
    columns = st.columns(2, gap="small")
    for place, name in enumerate(KEYS):
        with columns[place % 2]:
            stated[name] = _field(name, getattr(requirements, name))
    with st.container(horizontal=True):
        if st.button(say("home.edit_save"), type="primary", key="requirements_save"):
            _save(selection, stated)
        if st.button(say("home.edit_defaults"), key="requirements_defaults"):
            run = decided_run(selection)
            _save(selection, {FAILURE_IOU: run.info.failure_threshold})


def _field(name: str, value: float | None) -> float | None:
    """Draw a field and return its limit; None where it is empty."""
    unit = formats.percent_sign().strip() if _in_percent(name) else "s" if name == SECONDS else ""
    label = say(f"home.field_{name}") + (f" ({unit})" if unit else "")
    key, scale = _key(name), 100.0 if _in_percent(name) else 1.0
    if key not in st.session_state:  # and not as the field's default, to which an emptied field would return
        st.session_state[key] = _shown(name, value, scale)
    if name == SCENES:
        return st.number_input(label, min_value=1, value=None, key=key)
    shown = st.number_input(
        label,
        min_value=FAILURE_LIMITS[0] if name == FAILURE_IOU else 0.0,
        max_value=_highest(name),
        value=None,
        step=1.0 if _in_percent(name) else 0.5 if name == SECONDS else 0.05,
        format="%g",
        key=key,
    )
    return None if shown is None else round(shown / scale, 8)


def _highest(name: str) -> float | None:
    """The greatest number that a field takes."""
    if name == FAILURE_IOU:
        return FAILURE_LIMITS[1]
    return None if name == SECONDS else 1000.0 if _in_percent(name) else 1.0


def _key(name: str) -> str:
    return f"requirement_{name}"


def _shown(name: str, value: float | None, scale: float) -> float | None:
    """A limit as its field shows it."""
    if value is None:
        return None
    return int(value) if name == SCENES else round(scale * value, 6)


def _in_percent(name: str) -> bool:
    return name not in _AS_STATED


def _save(selection: Selection, stated: dict[str, Any]) -> None:
    """Keep the requirements and rerun the page; an error is shown in the form."""
    try:
        refuse_if_read_only()
        settings = {name: value for name, value in stated.items() if value is not None or name not in _KEPT}
        write_requirements(decided_run(selection), Requirements(**settings))
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    st.session_state["failure"] = None  # a threshold chosen before would hide the one that was just stated
    st.rerun()


_KEPT = (FAILURE_IOU, REVIEWED)  # an emptied field has its default
