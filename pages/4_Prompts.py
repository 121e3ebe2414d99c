"""How much the prompt matters to each variant, and what field prompts reach."""

from floodeval.dashboard.heading import draw_sentence_heading
from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.prompts.page import draw_prompts_page, headline

selection = begin_page("Prompts", headline, draw_sentence_heading)
draw_prompts_page(selection)
