"""What several sections of the page Prompts let a person choose: the metric, and which prompts to draw."""

import streamlit as st

from floodeval.dashboard.pages.prompts.numbers import kinds_of, metrics_of, prompts_of
from floodeval.dashboard.state.selection import Selection
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.metrics import metric_label

MANY = 6  # prompts; of more than so many one of each kind is drawn at first


def choose_metric(selection: Selection) -> str:
    """Let the person choose among the metrics that have values."""
    options = metrics_of(selection)
    if st.session_state.get("prompts_metric") not in options:
        st.session_state["prompts_metric"] = options[0]
    st.selectbox(
        say("prompting.metric"),
        options,
        format_func=metric_label,
        key="prompts_metric",
        width=220,
        persist_state="session",
    )
    return str(st.session_state["prompts_metric"])


def choose_prompts(selection: Selection) -> list[PromptSpec]:
    """Let the person choose between one prompt of each kind and all, where there are more."""
    kinds, prompts = kinds_of(selection), prompts_of(selection)
    if len(kinds) == len(prompts):
        return prompts
    st.session_state.setdefault("prompts_shown", "kinds" if len(prompts) > MANY else "all")
    words = {"kinds": say("prompting.shown_kinds"), "all": say("prompting.shown_all", n=len(prompts))}
    st.segmented_control(
        say("prompting.shown"),
        list(words),
        format_func=words.__getitem__,
        key="prompts_shown",
        required=True,
        persist_state="session",
    )
    return kinds if st.session_state["prompts_shown"] == "kinds" else prompts
