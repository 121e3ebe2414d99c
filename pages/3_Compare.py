"""One image: photograph, truth, each variant's mask and errors at one zoom, the scores, its neighbors."""

import streamlit as st

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.compare.page import draw_neighbors, draw_scores, draw_slices, draw_steps
from floodeval.dashboard.pages.compare.viewer_message import draw_viewer

selection = begin_page("Compare")
draw_steps(selection)
draw_viewer(selection)
draw_neighbors(selection)
scores, slices = st.columns([3, 2], gap="medium")
with scores:
    draw_scores(selection)
with slices:
    draw_slices(selection)
