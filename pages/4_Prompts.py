"""What each variant makes of each kind of prompt, and how much the clicks matter."""

from floodeval.ui.page import begin_page
from floodeval.ui.prompts.answers import headline
from floodeval.ui.prompts.page import draw_prompts_page

selection = begin_page("Prompts", headline)
draw_prompts_page(selection)
