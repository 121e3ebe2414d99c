"""Where the gain comes from and where it is lost: slices, the weakest, errors by kind, suspects, cost."""

from floodeval.ui.page import begin_page
from floodeval.ui.slices.page import draw_slices_page

selection = begin_page("Slices")
draw_slices_page(selection)
