"""How a model was fine-tuned: curves, the kept epoch, the configuration, the cost; or two compared."""

from floodeval.analysis.trainings import list_trainings
from floodeval.dashboard.page import begin_page_without_run
from floodeval.dashboard.pages.training.page import draw_training_page

draw_training_page(begin_page_without_run("Training", something=bool(list_trainings())))
