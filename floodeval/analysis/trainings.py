"""Fine-tunings in `results/models`: their configuration, history, checkpoint and split, checked when read."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.paths import CHECKPOINT, locate, model_folder, result_folders
from floodeval.training.history import CHOSEN_BY, kept_epoch

HISTORY, CONFIG, SPLIT = "history.csv", "config.json", "split.csv"
NEEDED = ("epoch", "train_loss", "val_loss", CHOSEN_BY)


@dataclass(frozen=True)
class TrainingRecord:
    """A fine-tuning, read from its folder.

    Attributes:
        name: the model's name.
        config: the content of `config.json`.
        history: one row per epoch, where epoch 0 is the published weights; at least the columns `NEEDED`
            (losses without unit, IoU 0 to 1), and `seconds` and `peak_memory_mb` (MiB) where measured.
        checkpoint_mb: the size of the checkpoint, MiB; None where there is no checkpoint yet.
        subsets: the number of samples per subset of the split.
    """

    name: str
    config: dict[str, Any]
    history: pd.DataFrame
    checkpoint_mb: float | None
    subsets: dict[str, int]

    @property
    def best_epoch(self) -> int:
        """The epoch whose weights were kept; 0 where none were kept."""
        return kept_epoch(self.history, self.config.get("best_epoch"))

    @property
    def seconds(self) -> float | None:
        """The duration of all epochs, seconds; None where it was not measured."""
        known = self._known("seconds")
        return float(known.sum()) if len(known) else None

    @property
    def peak_memory_mb(self) -> float | None:
        """The peak memory of all epochs, MiB; None where it was not measured."""
        known = self._known("peak_memory_mb")
        return float(known.max()) if len(known) else None

    def at(self, epoch: int, column: str) -> float | None:
        """A value of the history at an epoch; None where it is missing."""
        found = self._known(column)[self.history["epoch"] == epoch]
        return float(found.iloc[0]) if len(found) else None

    def _known(self, column: str) -> "pd.Series[float]":
        """A column without its missing values; empty where the history has no such column."""
        return self.history.get(column, pd.Series(dtype=float)).dropna()


def list_trainings() -> list[str]:
    """The names of all fine-tunings with a history, the newest first; those without a date last, by name."""
    names = sorted(folder.name for folder in result_folders("models") if (folder / HISTORY).is_file())
    return sorted(names, key=_created, reverse=True)


def read_training(name: str) -> TrainingRecord:
    """Read a fine-tuning of the results folders.

    Raises:
        FloodevalError: it has no readable history or configuration.
    """
    folder = model_folder(name)
    return TrainingRecord(
        name, _config(folder / CONFIG), _history(folder / HISTORY), _size_mb(folder), _subsets(folder / SPLIT)
    )


def differences(first: TrainingRecord, second: TrainingRecord | None) -> pd.DataFrame:
    """The settings of two fine-tunings, one row each: setting, first, second, and differs (true or false)."""
    settings, other = dict(_settings(first.config)), dict(_settings(second.config if second else {}))
    rows = [
        (key, _text(settings.get(key)), _text(other.get(key)), settings.get(key) != other.get(key))
        for key in dict.fromkeys((*settings, *other))
    ]
    return pd.DataFrame(rows, columns=["setting", "first", "second", "differs"])


def _settings(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The settings of a configuration; the parts of a nested setting are named `setting.part`."""
    for key, value in config.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{part}", one) for part, one in _settings(value))
        else:
            yield key, value


def _text(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _history(path: Path) -> pd.DataFrame:
    try:
        read = pd.read_csv(path)
        history = pd.DataFrame({str(name): pd.to_numeric(read[name], errors="coerce") for name in read})
        if lacking := [name for name in NEEDED if name not in history]:
            raise ValueError(f"it has no column {', '.join(lacking)}")
        return history.dropna(subset=["epoch"]).reset_index(drop=True)
    except (OSError, ValueError) as error:
        columns = ", ".join(NEEDED)
        raise FloodevalError(
            saying("training_files.no_history", path=path, why=error, columns=columns)
        ) from error


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FloodevalError(saying("training_files.no_config", path=path, why=error)) from error
    if not isinstance(config, dict):
        raise FloodevalError(saying("training_files.empty_config", path=path))
    return config


def _created(name: str) -> float:
    """When a training began, in seconds since 1970; minus infinity where its configuration does not say."""
    try:
        created = datetime.fromisoformat(_config(locate("models", name) / CONFIG)["created"])
    except (FloodevalError, KeyError, TypeError, ValueError):
        return -math.inf
    return (created if created.tzinfo else created.replace(tzinfo=UTC)).timestamp()


def _size_mb(folder: Path) -> float | None:
    path = folder / CHECKPOINT
    return path.stat().st_size / 2**20 if path.is_file() else None


def _subsets(path: Path) -> dict[str, int]:
    try:
        counts = pd.read_csv(path, dtype=str)["split"].value_counts()
    except (OSError, ValueError, KeyError):
        return {}
    return {str(name): int(n) for name, n in counts.items()}
