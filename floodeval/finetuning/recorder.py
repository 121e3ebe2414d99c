"""One training under way: the best checkpoint, the history and what is needed to go on, kept on disk."""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from floodeval.data.reading import Reading
from floodeval.files import write_text
from floodeval.finetuning.config import TrainingConfig
from floodeval.finetuning.history import NUMBER_FORMAT
from floodeval.finetuning.progress import Progress
from floodeval.finetuning.tensorboard import write_events
from floodeval.finetuning.training import Sums, Trainer
from floodeval.finetuning.views import Views
from floodeval.language import formats
from floodeval.results import CHECKPOINT
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.memory import peak_memory_mb, reset_peak_memory
from floodeval.sam.models import Model

Tell = Callable[[str, int, int], None]
KEEP_EVERY_S = 300.0  # how much work a kill may cost


class Recorder:
    """Trains from where `progress` stands, and keeps everything on disk as it goes."""

    def __init__(
        self,
        folder: Path,
        config: TrainingConfig,
        model: Model,
        provenance: Provenance,
        reading: Reading,
        device: str,
        progress: Progress,
        tensorboard: bool = False,
    ) -> None:
        self.folder, self.config, self.model, self.provenance = folder, config, model, provenance
        self.reading, self.device, self.progress, self.tensorboard = reading, device, progress, tensorboard
        self.base = copy.deepcopy(model.sam.state_dict())

    def train(self, train: Views, validation: Views, tell: Tell) -> pd.DataFrame:
        """Train to the last epoch, or until validation has not got better for long; return the history."""
        trainer = Trainer(self.model.sam, self.config, len(train))
        if self.progress.trainer:
            trainer.restore(self.progress.trainer)
        if not self.progress.history:
            self._record({}, trainer.validate(validation), 0.0, 0.0)
            self._describe()
            self._keep(trainer)
        while self.progress.epoch <= self.config.epochs and not self._is_stale():
            self._epoch(trainer, train, validation, tell)
        return pd.DataFrame(self.progress.history)

    def _epoch(self, trainer: Trainer, train: Views, validation: Views, tell: Tell) -> None:
        epoch, before = self.progress.epoch, self.progress.seconds
        total = self.config.epochs * len(train)
        began = kept = time.perf_counter()
        reset_peak_memory(self.device)

        def tick(done: int, sums: Sums) -> None:
            nonlocal kept
            tell("training", (epoch - 1) * len(train) + done, total)
            if time.perf_counter() - kept > KEEP_EVERY_S:
                kept = time.perf_counter()
                self._keep(trainer, done, before + kept - began, sums)

        trained = trainer.train(train, epoch, Sums(self.progress.sums), self.progress.done, tick)
        validated = trainer.validate(validation)
        self._record(trained, validated, trainer.rate, before + time.perf_counter() - began)
        with trainer.average.applied():
            if self.progress.best_epoch == epoch:
                self._keep_checkpoint()
        self._keep(trainer)
        iou, best = formats.score(validated["iou"]), formats.score(self.progress.best_iou)
        note = f"training: epoch {epoch}, validation IoU {iou} (best {best})"
        tell(note, epoch * len(train), total)

    def _is_stale(self) -> bool:
        waited = self.progress.epoch - 1 - self.progress.best_epoch
        return bool(self.config.patience) and waited >= self.config.patience

    def _record(
        self, trained: dict[str, float], validated: dict[str, float], rate: float, seconds: float
    ) -> None:
        unknown = {name: float("nan") for name in ("loss", "iou")}
        self.progress.history.append(
            {"epoch": self.progress.epoch}
            | {f"train_{name}": value for name, value in (unknown | trained).items()}
            | {f"val_{name}": value for name, value in validated.items()}
            | {"learning_rate": rate, "seconds": seconds, "peak_memory_mb": peak_memory_mb(self.device)}
        )
        history = pd.DataFrame(self.progress.history)
        write_text(self.folder / "history.csv", history.to_csv(index=False, float_format=NUMBER_FORMAT))
        if self.tensorboard:
            write_events(self.folder / "tensorboard", history)

    def _keep(self, trainer: Trainer, done: int = 0, seconds: float = 0.0, sums: Sums | None = None) -> None:
        self.progress.done, self.progress.seconds = done, seconds
        self.progress.sums = sums.values if sums else {}
        self.progress.trainer = trainer.state()
        self.progress.write(self.folder)

    def _keep_checkpoint(self) -> None:
        """Keep the checkpoint; the model holds the weights that were validated."""
        write_checkpoint(self.folder / CHECKPOINT, self.model.sam.state_dict(), self.base, self.provenance)
        self._describe()

    def _describe(self) -> None:
        """Write `config.json`: the recipe, the epoch kept so far (0: none), and what it comes from."""
        described = asdict(self.config) | {"best_epoch": self.progress.best_epoch}
        if self.progress.best_epoch:
            described["best_val_iou"] = round(self.progress.best_iou, 6)
        origin = {k: v for k, v in vars(self.provenance).items() if k not in ("config", "photographs")}
        read = {
            "labels": self.reading.labels.to_json(),
            "photographs": self.reading.photographs.to_json(),
            "created": self.progress.created,
        }
        write_text(self.folder / "config.json", json.dumps(described | origin | read, indent=2) + "\n")
