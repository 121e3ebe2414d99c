"""The home page: the comparison at a glance. Start it with `streamlit run dashboard.py`."""

import streamlit as st

from floodeval.ui.home.averages import draw_averages, draw_numbers, draw_prompts
from floodeval.ui.home.doubts import draw_doubts
from floodeval.ui.home.price import draw_price
from floodeval.ui.home.provenance import draw_provenance
from floodeval.ui.home.quadrants import draw_quadrants
from floodeval.ui.home.verdict import draw_verdict, headline
from floodeval.ui.page import begin_page

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
