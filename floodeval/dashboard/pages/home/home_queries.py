"""The numbers of the home page: parts of the findings that the pages share."""

import pandas as pd

from floodeval.analysis.comparison import Comparison
from floodeval.dashboard.queries import findings_of, waiting
from floodeval.dashboard.state.selection import Selection


def comparison(selection: Selection) -> Comparison:
    """A compared with B, or with itself, with the chosen prompt."""
    with waiting("comparing"):
        return findings_of(selection).comparison


def means_of(selection: Selection) -> pd.DataFrame:
    """The mean of every metric for every variant with the chosen prompt (`mean_table`)."""
    return findings_of(selection).means


def prompts_of(selection: Selection) -> pd.DataFrame:
    """The mean IoU of A and B and their gap with every prompt (`prompt_table`)."""
    return findings_of(selection).prompts


def costs_of(selection: Selection) -> pd.DataFrame:
    """The cost of every variant with the chosen prompt (`cost_table`), indexed by variant."""
    costs = findings_of(selection).cost
    return costs[costs["prompt"] == selection.prompt.spec].set_index("variant")


def review_queue_of(selection: Selection) -> pd.DataFrame:
    """The images to review, with the reason, the most serious first."""
    return findings_of(selection).review_queue
