"""Click on a photograph and see what each variant makes of it."""

from floodeval.ui.page import begin_page
from floodeval.ui.tryit.page import draw_try_it

selection = begin_page("Try it")
draw_try_it(selection)
