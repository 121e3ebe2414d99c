"""Click on a photograph and see what each variant makes of it."""

from floodeval.ui.page import begin_page

begin_page("Try it")
