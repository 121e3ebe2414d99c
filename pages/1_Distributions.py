"""The distribution of each metric over the images, for A and B; selecting in a chart lists its images."""

from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.distributions.page import draw_distributions

selection = begin_page("Distributions")
draw_distributions(selection)
