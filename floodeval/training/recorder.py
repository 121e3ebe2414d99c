"""A training in progress: it is recorded on disk, so that it can be continued after it was stopped."""

import io
import json
import math
import pickle
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from floodeval.datasets.dataset_config import Reading
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Parameter
from floodeval.progress import Progress, Step
from floodeval.sam.checkpoints import Provenance
from floodeval.sam.devices import peak_memory_mb, reset_peak_memory
from floodeval.storage.atomic import write_bytes, write_text
from floodeval.storage.paths import CHECKPOINT
from floodeval.training.config import TrainingConfig
from floodeval.training.epoch_sums import Sums
from floodeval.training.examples import Views
from floodeval.training.history import CHOSEN_BY, NUMBER_FORMAT, EventFiles, kept_epoch
from floodeval.training.segmenter_trainer import SegmenterTrainer
from floodeval.training.starting_model import StartingModel
from floodeval.training.starting_segmenter import StartingSegmenter
from floodeval.training.trainer import Trainer

STATE = "training.pt"
AnyTrainer = Trainer | SegmenterTrainer
SAVE_EVERY_S = 300.0  # time between two saved states: the work that is lost if the process is killed
_BROKEN = (EOFError, OSError, TypeError, ValueError, LookupError, AttributeError)  # raised for damaged files


@dataclass
class TrainingState:
    """The state of an unfinished training, from which it can be continued.

    Attributes:
        asked: the recipe and the data, as text by name; the same for the same training.
        history: one row per finished epoch.
        done: number of views seen in the epoch after the last row of `history`.
        seconds: time that this epoch has taken so far.
        created: when the training began, in UTC.
        sums: what this epoch has measured so far.
        trainer: the trainer's state.
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
        """The current epoch, from 1; 0 before the published model was validated."""
        return len(self.history)

    @property
    def best_epoch(self) -> int:
        """The epoch whose weights are kept so far; 0 if none."""
        return kept_epoch(pd.DataFrame(self.history)) if self.history else 0

    @property
    def best_iou(self) -> float:
        """The validation IoU of that epoch; NaN if there is none."""
        return self.history[self.best_epoch][CHOSEN_BY] if self.best_epoch else math.nan

    def write(self, folder: Path) -> None:
        """Write the state, completely or not at all."""
        stream = io.BytesIO()
        torch.save(vars(self), stream)
        write_bytes(folder / STATE, stream.getvalue())


def read_state(folder: Path, asked: dict[str, str]) -> TrainingState | None:
    """Read the state of a stopped training; None if there is none.

    Args:
        folder: of the model.
        asked: the recipe and the data, which must be the same.

    Raises:
        FloodevalError: the file is damaged, or of another training.
    """
    path = folder / STATE
    if not path.is_file():
        return None
    try:
        found = TrainingState(**torch.load(path, map_location="cpu", weights_only=True))
    except (pickle.UnpicklingError, RuntimeError, *_BROKEN) as error:
        why = " ".join(str(error).split())[:100]
        raise FloodevalError(f"{path} cannot be read ({why}); start over with {Parameter('force')}") from None
    differing = sorted(name for name in {*asked, *found.asked} if found.asked.get(name) != asked.get(name))
    if differing:
        raise FloodevalError(
            f"{folder} holds an unfinished training with another {', '.join(differing)}; continue it with "
            f"the same options, choose another name, or replace it with {Parameter('force')}"
        )
    return found


class Recorder:
    """Trains from a state on, and writes checkpoint, history and state to disk."""

    def __init__(
        self,
        folder: Path,
        config: TrainingConfig,
        start: StartingModel | StartingSegmenter,
        provenance: Provenance,
        reading: Reading,
        device: str,
        state: TrainingState,
        tensorboard: bool = False,
    ) -> None:
        self.folder, self.config, self.start, self.provenance = folder, config, start, provenance
        self.reading, self.device, self.state = reading, device, state
        self.events = EventFiles(folder / "tensorboard") if tensorboard else None

    def train(self, train: Views, validation: Views, progress: Progress) -> pd.DataFrame:
        """Train to the last epoch, or until validation stops improving (`patience`); returns the history."""
        trainer = self.start.trainer(self.config, len(train))
        if self.state.trainer:
            trainer.restore(self.state.trainer)
        if not self.state.history:
            self._record({}, trainer.validate(validation), 0.0, 0.0)
            self._describe()
            self._save(trainer)
        while self.state.epoch <= self.config.epochs and not self._is_stale():
            self._epoch(trainer, train, validation, progress)
        if self.events:
            self.events.close()
        return pd.DataFrame(self.state.history)

    def _epoch(self, trainer: AnyTrainer, train: Views, validation: Views, progress: Progress) -> None:
        epoch, before = self.state.epoch, self.state.seconds
        total = self.config.epochs * len(train)
        began = saved = time.perf_counter()
        reset_peak_memory(self.device)

        def seen(done: int, sums: Sums) -> None:
            nonlocal saved
            progress(Step((epoch - 1) * len(train) + done, total, "training"))
            if time.perf_counter() - saved > SAVE_EVERY_S:
                saved = time.perf_counter()
                self._save(trainer, done, before + saved - began, sums)

        trained = trainer.train(train, epoch, Sums(self.state.sums), self.state.done, seen)
        validated = trainer.validate(validation)
        self._record(trained, validated, trainer.rate, before + time.perf_counter() - began)
        with trainer.average.applied():
            if self.state.best_epoch == epoch:
                self._write_checkpoint()
        self._save(trainer)
        iou, best = formats.score(validated["iou"]), formats.score(self.state.best_iou)
        note = f"epoch {epoch}, validation IoU {iou} (best {best})"
        if "retention" in validated:
            note += f", retention {formats.score(validated['retention'])}"
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
            | {"precision_bits": 16.0 if self.config.precision == "bfloat16" else 32.0}
        )
        history = pd.DataFrame(self.state.history)
        write_text(self.folder / "history.csv", history.to_csv(index=False, float_format=NUMBER_FORMAT))
        if self.events:
            self.events.write(history)

    def _save(
        self, trainer: AnyTrainer, done: int = 0, seconds: float = 0.0, sums: Sums | None = None
    ) -> None:
        self.state.done, self.state.seconds = done, seconds
        self.state.sums = sums.values if sums else {}
        self.state.trainer = trainer.state()
        self.state.write(self.folder)

    def _write_checkpoint(self) -> None:
        """Write the checkpoint; the model has the weights that were validated."""
        self.start.write(self.folder / CHECKPOINT, self.provenance)
        self._describe()

    def _describe(self) -> None:
        """Write `config.json`: the recipe, the epoch kept so far (0: none), and the base model and data."""
        described = asdict(self.config) | {"best_epoch": self.state.best_epoch}
        if self.state.best_epoch:
            described["best_val_iou"] = round(self.state.best_iou, 6)
        unlisted = ("config", "photographs", "init", "init_sha256", "init_training")
        origin = {k: v for k, v in vars(self.provenance).items() if k not in unlisted} | self.start.origin
        read = {
            "labels": self.reading.labels.to_json(),
            "photographs": self.reading.photographs.to_json(),
            "created": self.state.created,
        }
        write_text(self.folder / "config.json", json.dumps(described | origin | read, indent=2) + "\n")
