"""The history of a training: one row per epoch, the epoch that is kept, and TensorBoard event files."""

import math
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from floodeval.progress import Progress, Step

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

CHOSEN_BY = "val_iou"  # the column: mean IoU over the validation prompts
RETENTION = "val_retention"  # the column, if measured: mean IoU with the pretrained answers on dry land

NUMBER_FORMAT = "%.6g"  # of the numbers in history.csv
MISSING = "no event files are written; to write them, install tensorboard (`pip install 'floodeval[train]'`)"


def kept_epoch(history: pd.DataFrame, recorded: object = None) -> int:
    """The epoch whose weights are kept, 0 if none: the only place that decides it.

    It is the epoch, from 1, with the highest validation IoU as written in `history.csv`; the first of equal
    ones. In a training that retains, it is the one with the highest mean of validation IoU and retention.
    Epoch 0, the model that training started from, is never kept, and neither is an epoch without these.

    Args:
        history: a row per epoch, with the columns `epoch` and `val_iou`, and `val_retention` if measured.
        recorded: the epoch that was written next to the checkpoint (`best_epoch` of `config.json`). If the
            history has that epoch, it is returned, because the checkpoint has its weights.
    """
    if type(recorded) is int and recorded in set(history["epoch"]):
        return recorded
    best, score = 0, -math.inf
    columns = [CHOSEN_BY, RETENTION] if RETENTION in history else [CHOSEN_BY]
    for row in history.sort_values("epoch", kind="stable").to_dict("records"):
        found = sum(_as_written(row[name]) for name in columns) / len(columns)
        if row["epoch"] > 0 and found > score:
            best, score = int(row["epoch"]), found
    return best


def _as_written(value: object) -> float:
    """A score as `history.csv` has it, so that a training and its readers see the same ties."""
    number = float("nan") if value is None else float(str(value))
    return float(NUMBER_FORMAT % number) if math.isfinite(number) else -math.inf


def can_write_events(progress: Progress) -> bool:
    """Whether the package `tensorboard` is installed; if not, a note says how to install it."""
    if find_spec("tensorboard"):
        return True
    progress(Step(0, 0, "training", note=MISSING))
    return False


class EventFiles:
    """Writes every number of a history as a scalar, named by its column, at its epoch."""

    def __init__(self, folder: Path) -> None:
        """Write nothing yet; the first history replaces the content of the folder."""
        self.folder, self.n_written = folder, 0
        self.writer: SummaryWriter | None = None

    def write(self, history: pd.DataFrame) -> None:
        """Append the epochs that are not written yet.

        Args:
            history: one row per epoch, with the column `epoch`; missing values are left out.
        """
        if self.writer is None:
            self.writer = self._open()
        for row in history.iloc[self.n_written :].to_dict("records"):
            for name, value in row.items():
                if name != "epoch" and not math.isnan(value):
                    self.writer.add_scalar(str(name), float(value), int(row["epoch"]))
        self.writer.flush()
        self.n_written = len(history)

    def close(self) -> None:
        """Close the file."""
        if self.writer is not None:
            self.writer.close()

    def _open(self) -> "SummaryWriter":
        from torch.utils.tensorboard import SummaryWriter  # an optional package

        shutil.rmtree(self.folder, ignore_errors=True)  # a training that is continued writes its epochs again
        return SummaryWriter(self.folder)
