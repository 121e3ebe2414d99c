"""One training under way: the best checkpoint, the history and what is needed to go on, kept on disk."""

import copy
import json
import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from floodeval.datasets.reading import Reading
from floodeval.i18n import formats
from floodeval.progress import Progress, Step
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.memory import peak_memory_mb, reset_peak_memory
from floodeval.sam.models import Model
from floodeval.storage.atomic import write_text
from floodeval.storage.paths import CHECKPOINT
from floodeval.training.config import TrainingConfig
from floodeval.training.history import NUMBER_FORMAT
from floodeval.training.progress import TrainingState
from floodeval.training.tensorboard import EventFiles
from floodeval.training.training import Sums, Trainer
from floodeval.training.views import Views

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
