"""One training under way: the best checkpoint, the history and what is needed to go on, kept on disk."""

import copy
import io
import json
import math
import pickle
import shutil
import time
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import torch

from floodeval.datasets.dataset_config import Reading
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Parameter
from floodeval.progress import Progress, Step
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.devices import peak_memory_mb, reset_peak_memory
from floodeval.sam.loading import Model
from floodeval.storage.atomic import write_bytes, write_text
from floodeval.storage.paths import CHECKPOINT
from floodeval.training.config import TrainingConfig
from floodeval.training.examples import Views
from floodeval.training.trainer import Sums, Trainer

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

# The history of a training, a row per epoch, and which epoch's weights are kept.

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


# A training under way on disk: all that is needed to go on after a kill, in one file.

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


# The history of a training as TensorBoard event files, where the package `tensorboard` is installed.

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


# One training under way: the best checkpoint, the history and what is needed to go on, kept on disk.

KEEP_EVERY_S = 300.0  # how much work a kill may cost


class Recorder:
    """Trains from where `state` stands, and keeps everything on disk as it goes."""

    def __init__(
        self,
        folder: Path,
        config: TrainingConfig,
        model: Model,
        provenance: Provenance,
        reading: Reading,
        device: str,
        state: TrainingState,
        tensorboard: bool = False,
    ) -> None:
        self.folder, self.config, self.model, self.provenance = folder, config, model, provenance
        self.reading, self.device, self.state = reading, device, state
        self.events = EventFiles(folder / "tensorboard") if tensorboard else None
        self.base = copy.deepcopy(model.sam.state_dict())

    def train(self, train: Views, validation: Views, progress: Progress) -> pd.DataFrame:
        """Train to the last epoch, or until validation has not got better for long; return the history."""
        trainer = Trainer(self.model.sam, self.config, len(train))
        if self.state.trainer:
            trainer.restore(self.state.trainer)
        if not self.state.history:
            self._record({}, trainer.validate(validation), 0.0, 0.0)
            self._describe()
            self._keep(trainer)
        while self.state.epoch <= self.config.epochs and not self._is_stale():
            self._epoch(trainer, train, validation, progress)
        if self.events:
            self.events.close()
        return pd.DataFrame(self.state.history)

    def _epoch(self, trainer: Trainer, train: Views, validation: Views, progress: Progress) -> None:
        epoch, before = self.state.epoch, self.state.seconds
        total = self.config.epochs * len(train)
        began = kept = time.perf_counter()
        reset_peak_memory(self.device)

        def seen(done: int, sums: Sums) -> None:
            nonlocal kept
            progress(Step((epoch - 1) * len(train) + done, total, "training"))
            if time.perf_counter() - kept > KEEP_EVERY_S:
                kept = time.perf_counter()
                self._keep(trainer, done, before + kept - began, sums)

        trained = trainer.train(train, epoch, Sums(self.state.sums), self.state.done, seen)
        validated = trainer.validate(validation)
        self._record(trained, validated, trainer.rate, before + time.perf_counter() - began)
        with trainer.average.applied():
            if self.state.best_epoch == epoch:
                self._keep_checkpoint()
        self._keep(trainer)
        iou, best = formats.score(validated["iou"]), formats.score(self.state.best_iou)
        note = f"epoch {epoch}, validation IoU {iou} (best {best})"
        progress(Step(epoch * len(train), total, "training", note=note))

    def _is_stale(self) -> bool:
        waited = self.state.epoch - 1 - self.state.best_epoch
        return bool(self.config.patience) and waited >= self.config.patience

    def _record(
        self, trained: dict[str, float], validated: dict[str, float], rate: float, seconds: float
    ) -> None:
        unknown = {name: float("nan") for name in ("loss", "iou")}
        self.state.history.append(
            {"epoch": self.state.epoch}
            | {f"train_{name}": value for name, value in (unknown | trained).items()}
            | {f"val_{name}": value for name, value in validated.items()}
            | {"learning_rate": rate, "seconds": seconds, "peak_memory_mb": peak_memory_mb(self.device)}
        )
        history = pd.DataFrame(self.state.history)
        write_text(self.folder / "history.csv", history.to_csv(index=False, float_format=NUMBER_FORMAT))
        if self.events:
            self.events.write(history)

    def _keep(self, trainer: Trainer, done: int = 0, seconds: float = 0.0, sums: Sums | None = None) -> None:
        self.state.done, self.state.seconds = done, seconds
        self.state.sums = sums.values if sums else {}
        self.state.trainer = trainer.state()
        self.state.write(self.folder)

    def _keep_checkpoint(self) -> None:
        """Keep the checkpoint; the model holds the weights that were validated."""
        write_checkpoint(self.folder / CHECKPOINT, self.model.sam.state_dict(), self.base, self.provenance)
        self._describe()

    def _describe(self) -> None:
        """Write `config.json`: the recipe, the epoch kept so far (0: none), and what it comes from."""
        described = asdict(self.config) | {"best_epoch": self.state.best_epoch}
        if self.state.best_epoch:
            described["best_val_iou"] = round(self.state.best_iou, 6)
        origin = {k: v for k, v in vars(self.provenance).items() if k not in ("config", "photographs")}
        read = {
            "labels": self.reading.labels.to_json(),
            "photographs": self.reading.photographs.to_json(),
            "created": self.state.created,
        }
        write_text(self.folder / "config.json", json.dumps(described | origin | read, indent=2) + "\n")
