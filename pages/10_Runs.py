"""All runs with their variants and prompts: choose A and B, rename and delete."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.runs.page import draw_runs

selection = begin_page("Runs")
draw_runs(selection)
