"""The home page: the comparison at a glance."""

import streamlit as st

from floodeval.dashboard.pages.home.averages_view import draw_averages, draw_mean_table, draw_prompts
from floodeval.dashboard.pages.home.cost_and_provenance import draw_cost, draw_provenance
from floodeval.dashboard.pages.home.review_queue_view import draw_review_queue
from floodeval.dashboard.pages.home.verdict import draw_outcomes, draw_verdict
from floodeval.dashboard.state.selection import Selection


def draw_home(selection: Selection) -> None:
    """Draw the page below its heading."""
    draw_verdict(selection)
    scores, outcomes = st.columns([3, 2], gap="medium")
    with scores:
        draw_averages(selection)
    with outcomes:
        draw_outcomes(selection)
        draw_cost(selection)
    draw_review_queue(selection)
    draw_prompts(selection)
    draw_mean_table(selection)
    draw_provenance(selection)
