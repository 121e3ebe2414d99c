"""Controls and table columns that the sections of the page Prompts share."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.prompts.prompt_queries import kinds_of, metrics_of, prompts_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.tables import Column
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.wording import metric_label

MANY = 6  # with more prompts than this, the first view shows one of each kind


def choose_metric(selection: Selection) -> str:
    """Let the person choose among the metrics that have values."""
    options = metrics_of(selection)
    if st.session_state.get("prompts_metric") not in options:
        st.session_state["prompts_metric"] = options[0]
    st.selectbox(
        say("prompts_page.metric"),
        options,
        format_func=metric_label,
        key="prompts_metric",
        width=220,
        persist_state="session",
    )
    return str(st.session_state["prompts_metric"])


def choose_prompts(selection: Selection) -> list[PromptSpec]:
    """Let the person choose between one prompt of each kind and all prompts, where these differ."""
    kinds, prompts = kinds_of(selection), prompts_of(selection)
    if len(kinds) == len(prompts):
        return prompts
    st.session_state.setdefault("prompts_shown", "kinds" if len(prompts) > MANY else "all")
    words = {"kinds": say("prompts_page.shown_kinds"), "all": say("prompts_page.shown_all", n=len(prompts))}
    st.segmented_control(
        say("prompts_page.shown"),
        list(words),
        format_func=words.__getitem__,
        key="prompts_shown",
        required=True,
        persist_state="session",
    )
    return kinds if st.session_state["prompts_shown"] == "kinds" else prompts


def number_columns(table: pd.DataFrame) -> dict[str, Column]:
    """The titles and number formats of a table's columns, for every table of this page."""
    return {name: _column(name) for name in map(str, table)}


def _column(name: str) -> Column:
    title = say(f"prompts_page.column_{name}")
    if name in ("gap", "change", "change_low", "change_high"):
        return Column(title, formats.gap)
    if name in ("mean", "low", "high", "spread", "best", "worst", "seed_low", "seed_high", "seed_range"):
        return Column(title, formats.score)
    return Column(title)
