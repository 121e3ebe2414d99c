"""The data set of a run: gallery, balance, the audit's findings, scenes, the labels' agreement, stress."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.dataset.page import draw_dataset

selection = begin_page("Dataset")
draw_dataset(selection)
