"""One image: photograph with its prompt, truth, each variant's mask and errors, the scores."""

from floodeval.ui.page import begin_page
from floodeval.ui.viewer import draw_pictures, draw_scores, draw_steps

selection = begin_page("Compare")
draw_steps(selection)
draw_pictures(selection)
draw_scores(selection)
