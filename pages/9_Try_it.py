"""Click on photographs and see the masks that two models predict, side by side."""

from floodeval.dashboard.heading import draw_compact_title
from floodeval.dashboard.page import begin_page_without_run
from floodeval.dashboard.pages.try_it.page import draw_try_it

selection = begin_page_without_run("Try it", something=True, draw=draw_compact_title)
draw_try_it(selection)
