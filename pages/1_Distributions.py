"""How the metrics are spread over the images, for A and B."""

import streamlit as st

from floodeval.ui.page import begin_page
from floodeval.ui.spread import METRICS, draw_gap, draw_histogram, draw_pairs

selection = begin_page("Distributions")
with st.grid(2, min_column_width=320, gap=("small", "medium")):
    for metric in METRICS:
        with st.container(gap="xsmall"):
            draw_histogram(selection, metric)
if selection.b:
    gap, pairs = st.columns(2, gap="medium")
    with gap:
        draw_gap(selection)
    with pairs:
        draw_pairs(selection)
