"""The data set of a run: gallery, balance, audit findings, scenes, label agreement, and the stress suite."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.dataset.page import draw_dataset

selection = begin_page("Dataset")
draw_dataset(selection)
