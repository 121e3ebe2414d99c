"""The former address of the page Subgroups: sends a link there with all its query parameters."""

import streamlit as st

from floodeval.dashboard.navigation import PAGES

params = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
st.switch_page(PAGES["Subgroups"].script, query_params=params)
