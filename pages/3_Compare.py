"""One image: photograph, reference mask, each variant's mask and errors, the scores and the neighbors."""

from floodeval.dashboard.heading import draw_compact_heading
from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.compare.page import draw_compare

selection = begin_page("Compare", draw=draw_compact_heading)
draw_compare(selection)
