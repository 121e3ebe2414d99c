"""The history of a training as TensorBoard event files, where the package `tensorboard` is installed."""

import math
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from floodeval.progress import Progress, Step

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

MISSING = "no event files are written; `pip install tensorboard` (floodeval's extra `train`) would write them"


def can_write_events(progress: Progress) -> bool:
    """Whether the package is installed; where it is not, a note says how to get it."""
    if find_spec("tensorboard"):
        return True
    progress(Step(0, 0, "training", note=MISSING))
    return False


class EventFiles:
    """Writes every number of a history as a scalar, named by its column, at its epoch."""

    def __init__(self, folder: Path) -> None:
        """Write nothing yet; the first history replaces what the folder holds."""
        self.folder, self.n_written = folder, 0
        self.writer: SummaryWriter | None = None

    def write(self, history: pd.DataFrame) -> None:
        """Write the epochs that are not written yet.

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
        from torch.utils.tensorboard import SummaryWriter  # its package is optional

        shutil.rmtree(self.folder, ignore_errors=True)  # a training that goes on writes its epochs again
        return SummaryWriter(self.folder)
