"""What each variant makes of each kind of prompt, and how much the clicks matter."""

from floodeval.ui.page import begin_page

begin_page("Prompts")
