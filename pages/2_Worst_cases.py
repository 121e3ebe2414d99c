"""The images in order of the gap, of any metric or of the disagreement; a click opens one."""

import streamlit as st

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.worst_cases.case_table import draw_table
from floodeval.dashboard.pages.worst_cases.page import TABLE, draw_clearing, draw_filters, draw_order
from floodeval.dashboard.widgets.gallery import draw_pictures
from floodeval.i18n.catalog import say

selection = begin_page("Worst cases")
view = draw_order(selection)
draw_filters(selection)
if selection.listed.empty:
    st.info(say("worst_cases.none"), icon=":material/filter_alt:")
    draw_clearing("clear_empty")
elif view == TABLE:
    draw_table(selection)
else:
    draw_pictures(selection)
