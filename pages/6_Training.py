"""How a model was fine-tuned: curves, the chosen epoch, the configuration, the cost."""

from floodeval.ui.page import begin_page

begin_page("Training")
