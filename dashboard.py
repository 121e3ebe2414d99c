"""The home page: the comparison at a glance. Start it with `streamlit run dashboard.py`."""

import streamlit as st

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.home.cost_and_provenance import draw_doubts, draw_price, draw_provenance
from floodeval.dashboard.pages.home.page import (
    draw_averages,
    draw_numbers,
    draw_outcomes,
    draw_prompts,
    draw_verdict,
    headline,
)

selection = begin_page("Home", headline)
draw_verdict(selection)
scores, outcome = st.columns([3, 2], gap="medium")
with scores:
    draw_averages(selection)
with outcome:
    draw_outcomes(selection)
    draw_price(selection)
draw_doubts(selection)
draw_prompts(selection)
draw_numbers(selection)
draw_provenance(selection)
