"""The findings and the chosen failure cases as files to send."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.report.page import draw_report

selection = begin_page("Report")
draw_report(selection)
