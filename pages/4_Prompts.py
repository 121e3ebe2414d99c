"""What each variant makes of each kind of prompt, and how much the clicks matter."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.prompts.page import draw_prompts_page, headline

selection = begin_page("Prompts", headline)
draw_prompts_page(selection)
