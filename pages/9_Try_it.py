"""Click on a photograph and see the mask that each variant predicts."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.try_it.page import draw_try_it

selection = begin_page("Try it")
draw_try_it(selection)
