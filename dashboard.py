"""The home page: the comparison at a glance. Start it with `streamlit run dashboard.py`."""

import streamlit as st

from floodeval.ui.home import (
    draw_averages,
    draw_cards,
    draw_numbers,
    draw_prompts,
    draw_provenance,
    draw_quadrants,
    draw_verdict,
    headline,
)
from floodeval.ui.page import begin_page

selection = begin_page("Home", headline)
draw_verdict(selection)
draw_cards(selection)
bars, groups = st.columns([3, 2], gap="medium")
with bars:
    draw_averages(selection)
with groups:
    draw_quadrants(selection)
    draw_prompts(selection)
draw_numbers(selection)
draw_provenance(selection)
