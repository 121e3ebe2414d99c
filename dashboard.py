"""The home page: the comparison at a glance. Start it with `streamlit run dashboard.py`."""

import streamlit as st

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.home.averages import draw_averages, draw_numbers, draw_prompts
from floodeval.dashboard.pages.home.doubts import draw_doubts
from floodeval.dashboard.pages.home.price import draw_price
from floodeval.dashboard.pages.home.provenance import draw_provenance
from floodeval.dashboard.pages.home.quadrants import draw_quadrants
from floodeval.dashboard.pages.home.verdict import draw_verdict, headline

selection = begin_page("Home", headline)
draw_verdict(selection)
scores, outcome = st.columns([3, 2], gap="medium")
with scores:
    draw_averages(selection)
with outcome:
    draw_quadrants(selection)
    draw_price(selection)
draw_doubts(selection)
draw_prompts(selection)
draw_numbers(selection)
draw_provenance(selection)
