"""Whether every variant contradicts the labels throughout, as where land and water are swapped in them."""

from math import comb

import pandas as pd

from floodeval.evaluation.run_info import CONTRADICTED
from floodeval.sam.prompts import parse_prompt

CHANCE = 0.05  # a variant contradicts the labels where chance would give so many photographs at most so often
LEAST = 3  # photographs: of so few, all have to contradict


def findings_of(metrics: pd.DataFrame) -> tuple[str, ...]:
    """What is doubtful about a run as a whole, by key.

    Args:
        metrics: the run's table.

    Returns:
        `CONTRADICTED` where every variant agrees better with the inverted than with the given labels, on more
        photographs than chance would explain (one-sided sign test at 5%), or on all of three or four. Prompts
        that know nothing of the labels are looked at where the run has some: others lead a model to what the
        labels call water.
    """
    prompts = list(metrics["prompt"].unique())
    field = [prompt for prompt in prompts if not parse_prompt(prompt).uses_ground_truth]
    rows = metrics[metrics["prompt"].isin(field or prompts)]
    contradicts = [_contradicts(of_variant) for _, of_variant in rows.groupby("variant")]
    return (CONTRADICTED,) if contradicts and all(contradicts) else ()


def _contradicts(rows: pd.DataFrame) -> bool:
    """Whether one variant's masks agree better with the inverted labels on most photographs.

    Agreement is the correlation of the two masks' pixels (Matthews 1975), the mean over prompts: its sign
    does not depend on how much water there is, and inverting the labels turns it.
    """
    tp, fp, fn, tn = (rows[name].astype(float) for name in ("tp", "fp", "fn", "tn"))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    spread = product.where(product > 0) ** 0.5
    agreement = ((tp * tn - fp * fn) / spread).groupby(rows["id"]).mean().dropna()
    n, against = len(agreement), int((agreement < 0).sum())
    if n < LEAST:
        return False
    return against == n or _chance(against, n) <= CHANCE


def _chance(k: int, n: int) -> float:
    """The probability of k or more heads among n fair coins."""
    return float(sum(comb(n, one) for one in range(k, n + 1)) / 2**n)
