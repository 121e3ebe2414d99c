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

_METRIC, _SHOWN = "prompts_metric", "prompts_shown"
MANY = 6  # with more prompts than this, the first view shows one of each kind


def chosen_metric(selection: Selection) -> str:
    """The chosen metric, or the first of those that have values."""
    options, chosen = metrics_of(selection), st.session_state.get(_METRIC)
    return str(chosen) if chosen in options else options[0]


def chosen_prompts(selection: Selection) -> list[PromptSpec]:
    """The prompts to draw: one of each kind, or all."""
    kinds, prompts = kinds_of(selection), prompts_of(selection)
    if len(kinds) == len(prompts):
        return prompts
    chosen = st.session_state.get(_SHOWN) or _shown_first(prompts)
    return kinds if chosen == "kinds" else prompts


def draw_controls(selection: Selection) -> None:
    """Draw the choice of the metric and, where these differ, of one prompt of each kind or all prompts."""
    st.session_state[_METRIC] = chosen_metric(selection)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            say("prompts_page.metric"),
            metrics_of(selection),
            format_func=metric_label,
            key=_METRIC,
            width=220,
            persist_state="session",
        )
        prompts = prompts_of(selection)
        if len(kinds_of(selection)) < len(prompts):
            st.session_state.setdefault(_SHOWN, _shown_first(prompts))
            words = {
                "kinds": say("prompts_page.shown_kinds"),
                "all": say("prompts_page.shown_all", n=len(prompts)),
            }
            st.segmented_control(
                say("prompts_page.shown"),
                list(words),
                format_func=words.__getitem__,
                key=_SHOWN,
                required=True,
                persist_state="session",
            )


def _shown_first(prompts: list[PromptSpec]) -> str:
    return "kinds" if len(prompts) > MANY else "all"


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
