"""The page Distributions: how each metric is distributed over the images, for A and B."""

import streamlit as st

from floodeval.dashboard.pages.distributions.chart_settings import draw_settings
from floodeval.dashboard.pages.distributions.distribution_charts import draw_gap, draw_metric, draw_pairs
from floodeval.dashboard.state.selection import Selection
from floodeval.i18n.catalog import say


def draw_distributions(selection: Selection) -> None:
    """Draw the page below its heading."""
    settings = draw_settings(selection)
    if not settings.metrics:
        st.info(say("distributions.none"), icon=":material/info:")
    with st.grid(2, min_column_width=320, gap=("small", "medium")):
        for metric in settings.metrics:
            with st.container(gap="xsmall"):
                draw_metric(selection, metric, settings)
        if selection.b:
            with st.container(gap="xsmall"):
                draw_gap(selection, settings)
            with st.container(gap="xsmall"):
                draw_pairs(selection, settings)
