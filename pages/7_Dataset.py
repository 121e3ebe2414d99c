"""The data set of a run: gallery, balance, the audit's findings, scenes, the labels' agreement, stress."""

from floodeval.ui.dataset.page import draw_dataset
from floodeval.ui.page import begin_page

selection = begin_page("Dataset")
draw_dataset(selection)
