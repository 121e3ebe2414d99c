"""Where the gain comes from: scores by subgroup, the weakest subgroups, errors, label suspects."""

from floodeval.dashboard.heading import draw_sentence_heading
from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.subgroups.page import draw_subgroups_page, headline

selection = begin_page("Subgroups", headline, draw_sentence_heading)
draw_subgroups_page(selection)
