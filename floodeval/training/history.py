"""The history of a training, a row per epoch, and which epoch's weights are kept."""

import math

import pandas as pd

CHOSEN_BY = "val_iou"  # the column: mean IoU over the validation prompts
NUMBER_FORMAT = "%.6g"  # of the numbers in history.csv


def kept_epoch(history: pd.DataFrame, recorded: object = None) -> int:
    """The epoch whose weights are kept, or 0 where none is: the one place that decides it.

    It is the epoch from 1 with the highest validation IoU, as `history.csv` writes it; of equal ones the
    first. Epoch 0, the published model, is never kept, nor is an epoch without a validation IoU.

    Args:
        history: a row per epoch, with the columns `epoch` and `val_iou`.
        recorded: the epoch that was written next to the checkpoint (`best_epoch` of `config.json`). Where the
            history has that epoch, it is the answer, because the checkpoint holds its weights.
    """
    if type(recorded) is int and recorded in set(history["epoch"]):
        return recorded
    best, score = 0, -math.inf
    for row in history.sort_values("epoch", kind="stable").to_dict("records"):
        found = _as_written(row[CHOSEN_BY])
        if row["epoch"] > 0 and found > score:
            best, score = int(row["epoch"]), found
    return best


def _as_written(value: object) -> float:
    """A score as `history.csv` has it, so that a training and its readers see the same ties."""
    number = float("nan") if value is None else float(str(value))
    return float(NUMBER_FORMAT % number) if math.isfinite(number) else -math.inf
