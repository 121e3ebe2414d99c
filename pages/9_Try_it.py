"""Click on a photograph and see what each variant makes of it."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.try_it.page import draw_try_it

selection = begin_page("Try it")
draw_try_it(selection)
