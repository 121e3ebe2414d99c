"""Where the gain comes from and where it is lost: slices, the weakest, errors by kind, suspects, cost."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.subgroups.page import draw_slices_page

selection = begin_page("Slices")
draw_slices_page(selection)
