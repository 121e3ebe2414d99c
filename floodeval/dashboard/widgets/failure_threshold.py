"""The control of the failure threshold: the IoU below which a variant fails on a photograph."""

import streamlit as st

from floodeval.dashboard.state.selection import Selection, threshold_text
from floodeval.i18n.catalog import say
from floodeval.metrics.overlap import FAILURE_LIMITS

_SHOWN = "failure_shown"  # the key of the control; "failure" is the choice, as in the URL
_STEP = 0.05


def draw_failure_threshold(selection: Selection) -> None:
    """Draw the control; a change moves photographs between outcomes on every page, and into every link."""
    low, high = FAILURE_LIMITS
    st.session_state[_SHOWN] = min(max(selection.threshold, low), high)
    st.number_input(
        say("outcomes.threshold"),
        min_value=low,
        max_value=high,
        step=_STEP,
        format="%.2f",
        key=_SHOWN,
        width=170,
        help=say("outcomes.threshold_help"),
        on_change=_keep,
        args=(selection.own_threshold,),
    )


def _keep(own: float) -> None:
    chosen = round(float(st.session_state[_SHOWN]), 6)
    st.session_state["failure"] = None if chosen == own else threshold_text(chosen)
