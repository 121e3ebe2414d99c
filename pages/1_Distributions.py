"""How the metrics are spread over the images, for A and B; what is selected in a chart lists its images."""

import streamlit as st

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.distributions.page import draw_controls, draw_gap, draw_metric, draw_pairs
from floodeval.i18n.catalog import say

selection = begin_page("Distributions")
choice = draw_controls(selection)
if not choice.metrics:
    st.info(say("distributions.none"), icon=":material/info:")
with st.grid(2, min_column_width=320, gap=("small", "medium")):
    for metric in choice.metrics:
        with st.container(gap="xsmall"):
            draw_metric(selection, metric, choice)
    if selection.b:
        with st.container(gap="xsmall"):
            draw_gap(selection, choice)
        with st.container(gap="xsmall"):
            draw_pairs(selection, choice)
