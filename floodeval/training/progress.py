"""A training under way on disk: all that is needed to go on after a kill, in one file."""

import io
import math
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter
from floodeval.storage.atomic import write_bytes
from floodeval.training.history import CHOSEN_BY, kept_epoch

STATE = "training.pt"
_BROKEN = (EOFError, OSError, TypeError, ValueError, LookupError, AttributeError)  # what torn files raise


@dataclass
class TrainingState:
    """Where a training stands: `done` photographs into the epoch after the last row of `history`.

    `sums` holds what the interrupted epoch has measured so far, `seconds` what it took, and `trainer` the
    trainer's state. `created` is when the training began, in UTC.
    """

    asked: dict[str, str]
    history: list[dict[str, float]] = field(default_factory=list)
    done: int = 0
    seconds: float = 0.0
    created: str = ""
    sums: dict[str, list[float]] = field(default_factory=dict)
    trainer: dict[str, Any] | None = None

    @property
    def epoch(self) -> int:
        """The epoch under way, from 1; 0 before the published model was validated."""
        return len(self.history)

    @property
    def best_epoch(self) -> int:
        """The epoch whose weights are kept so far; 0 for none."""
        return kept_epoch(pd.DataFrame(self.history)) if self.history else 0

    @property
    def best_iou(self) -> float:
        """The validation IoU of that epoch; NaN where there is none."""
        return self.history[self.best_epoch][CHOSEN_BY] if self.best_epoch else math.nan

    def write(self, folder: Path) -> None:
        """Write the state, whole or not at all."""
        stream = io.BytesIO()
        torch.save(vars(self), stream)
        write_bytes(folder / STATE, stream.getvalue())


def read_state(folder: Path, asked: dict[str, str]) -> TrainingState | None:
    """Read a training that was stopped, or None where there is none.

    Args:
        folder: the model's.
        asked: what is trained on what, which must be the same.

    Raises:
        FloodevalError: the file is broken, or of another training.
    """
    path = folder / STATE
    if not path.is_file():
        return None
    try:
        found = TrainingState(**torch.load(path, map_location="cpu", weights_only=True))
    except (pickle.UnpicklingError, RuntimeError, *_BROKEN) as error:
        why = " ".join(str(error).split())[:100]
        raise FloodevalError(f"{path} cannot be read ({why}); start over with {Parameter('force')}") from None
    differing = sorted(name for name in asked if found.asked.get(name) != asked[name])
    if differing:
        raise FloodevalError(
            f"{folder} holds an unfinished training with another {', '.join(differing)}; continue it with "
            f"the same options, choose another name, or replace it with {Parameter('force')}"
        )
    return found
