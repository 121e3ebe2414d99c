"""Where the gain comes from: scores by subgroup, the weakest subgroups, errors, label suspects, cost."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.subgroups.page import draw_subgroups_page

selection = begin_page("Subgroups")
draw_subgroups_page(selection)
