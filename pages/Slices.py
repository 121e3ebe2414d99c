"""The former address of the page Subgroups: opens that page in its place, with all query parameters."""

import streamlit as st

from floodeval.dashboard.navigation import PAGES

# Not `st.switch_page`: it adds to the browser's history, and going back would lead here and forward again.
REPLACE = """<script>
location.replace(location.pathname.replace(/Slices\\/?$/, "Subgroups") + location.search);
</script>"""

page = PAGES["Subgroups"]
st.title(page.title)
st.page_link(page.script, label=page.title, icon=page.icon, query_params=st.query_params.to_dict())
st.html(REPLACE, unsafe_allow_javascript=True)
