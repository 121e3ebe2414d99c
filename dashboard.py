"""The home page: the decision at a glance. Start it with `streamlit run dashboard.py`."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.home.page import draw_heading, draw_home, headline

selection = begin_page("Home", headline, draw_heading)
draw_home(selection)
