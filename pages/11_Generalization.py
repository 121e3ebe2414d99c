"""What a fine-tuning gains in domain and what it loses on other data sets."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.generalization.page import draw_generalization_page, draw_heading, headline

selection = begin_page("Generalization", headline, draw_heading)
draw_generalization_page(selection)
