"""The findings and the chosen failure cases as one file to send."""

from floodeval.ui.page import begin_page

begin_page("Report")
