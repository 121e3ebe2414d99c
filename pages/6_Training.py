"""How a model was fine-tuned: curves, the chosen epoch, the configuration, the cost; two held together."""

from floodeval.analysis.trainings import list_trainings
from floodeval.ui.page import begin_page_without_run
from floodeval.ui.training.page import draw_training_page

draw_training_page(begin_page_without_run("Training", something=bool(list_trainings())))
