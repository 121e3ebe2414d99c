"""Fine-tunings in `results/models`, and recipes trained with several seeds.

A fine-tuning is its configuration, history, checkpoint and split, checked when read. Variants named
`RECIPE-s0`, `RECIPE-s1`, ... are trainings of one recipe: they show how much the seed moves the score. Any
other variant is a recipe alone.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.analysis.statistics import ANY, GAPS_OF_SHARES, SHARES, scene_intervals
from floodeval.analysis.verdicts import find
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS
from floodeval.sam.checkpoint_headers import SEGMENTER
from floodeval.storage.paths import CHECKPOINT, locate, model_folder, result_folders
from floodeval.training.history import CHOSEN_BY, RETENTION, kept_epoch

HISTORY, MODEL_CONFIG, SPLIT = "history.csv", "config.json", "split.csv"
NEEDED = ("epoch", "train_loss", "val_loss", CHOSEN_BY)
_SEEDED = re.compile(r"(?P<recipe>.+)-s\d+")


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
    def is_segmenter(self) -> bool:
        """Whether it is a plain segmentation network, whose decoder was untrained at epoch 0."""
        return bool(self.config.get("model_type") == SEGMENTER)

    @property
    def retains(self) -> bool:
        """Whether retention of the pretrained model's answers was measured in training."""
        return RETENTION in self.history

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


def _created(name: str) -> float:
    """When a training began, in seconds since 1970; minus infinity where its configuration does not say."""
    try:
        created = datetime.fromisoformat(_config(locate("models", name) / MODEL_CONFIG)["created"])
    except (FloodevalError, KeyError, TypeError, ValueError):
        return -math.inf
    return (created if created.tzinfo else created.replace(tzinfo=UTC)).timestamp()


def read_training(name: str) -> TrainingRecord:
    """Read a fine-tuning of the results folders.

    Raises:
        FloodevalError: it has no readable history or configuration.
    """
    folder = model_folder(name)
    return TrainingRecord(
        name,
        _config(folder / MODEL_CONFIG),
        _history(folder / HISTORY),
        _size_mb(folder),
        _subsets(folder / SPLIT),
    )


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FloodevalError(saying("training_files.no_config", path=path, why=error)) from error
    if not isinstance(config, dict):
        raise FloodevalError(saying("training_files.empty_config", path=path))
    return config


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


def _size_mb(folder: Path) -> float | None:
    path = folder / CHECKPOINT
    return path.stat().st_size / 2**20 if path.is_file() else None


def _subsets(path: Path) -> dict[str, int]:
    try:
        counts = pd.read_csv(path, dtype=str)["split"].value_counts()
    except (OSError, ValueError, KeyError):
        return {}
    return {str(name): int(n) for name, n in counts.items()}


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


def recipes_of(variants: Sequence[str]) -> dict[str, list[str]]:
    """The variants of every recipe, in the given order.

    Examples:
        >>> recipes_of(["plain-s0", "plain-s1", "pretrained"])
        {'plain': ['plain-s0', 'plain-s1'], 'pretrained': ['pretrained']}
    """
    found: dict[str, list[str]] = {}
    for variant in variants:
        seeded = _SEEDED.fullmatch(variant)
        found.setdefault(seeded["recipe"] if seeded else variant, []).append(variant)
    return found


def recipe_scores(run: Run, metric: str = "iou") -> pd.DataFrame:
    """The score of every recipe with every prompt.

    Args:
        run: an evaluation.
        metric: one of `floodeval.metrics.measures.METRICS` that the run has.

    Returns:
        One row per prompt and recipe with the columns prompt, recipe, n_seeds; least, mean and most of the
        trainings' means over photographs; spread, the standard deviation of these means (missing for one
        training); low and high, the 95% interval over scenes of the photographs' averages over trainings; n
        and n_scenes.

    Raises:
        FloodevalError: the run lacks the metric.
    """
    rows = []
    for prompt, table in _by_prompt(run, metric):
        scenes = _scenes(run, table)
        for recipe, variants in recipes_of(list(table.columns)).items():
            of = table[variants].dropna()
            means = of.mean()
            score = of.mean(axis=1).to_frame("score")
            ends = scene_intervals(score, scenes[of.index], _limits(metric))["score"]
            rows.append(
                {
                    "prompt": prompt,
                    "recipe": recipe,
                    "n_seeds": len(variants),
                    "least": means.min(),
                    "mean": means.mean(),
                    "most": means.max(),
                    "spread": means.std(),
                    "low": ends.low,
                    "high": ends.high,
                    "n": len(of),
                    "n_scenes": scenes[of.index].nunique(),
                }
            )
    return pd.DataFrame(rows)


def _by_prompt(run: Run, metric: str) -> list[tuple[str, pd.DataFrame]]:
    """Per prompt, a table of scores with a row per photograph and a column per variant.

    A variant that has other prompts only, as a folder of masks has, is left out.
    """
    if metric not in METRICS or metric not in run.metrics:
        known = ", ".join(name for name in METRICS if name in run.metrics)
        raise FloodevalError(f"run {run.folder} has no metric '{metric}'; expected one of {known}")
    tables = dict(list(run.metrics.groupby("prompt", sort=False)))
    present = [spec for spec in run.info.prompt_specs if spec in tables]
    other = {spec: set(run.metrics["variant"]) - set(tables[spec]["variant"]) for spec in present}
    return [
        (spec, _wide(tables[spec], metric, [one for one in run.info.variant_names if one not in other[spec]]))
        for spec in present
    ]


def _wide(rows: pd.DataFrame, metric: str, variants: Sequence[str]) -> pd.DataFrame:
    """Photographs in the run's order; a variant without rows has no values."""
    wide = rows.pivot(index="id", columns="variant", values=metric)
    return wide.reindex(index=rows["id"].unique(), columns=list(variants))


def _scenes(run: Run, table: pd.DataFrame) -> pd.Series:
    return run.metrics.drop_duplicates("id").set_index("id")["scene"].reindex(table.index)


def _limits(metric: str) -> tuple[float, float]:
    return (0.0, math.inf) if metric in LOWER_IS_BETTER else SHARES


def recipe_gaps(run: Run, metric: str = "iou") -> pd.DataFrame:
    """Compare every recipe with every earlier one, with every prompt.

    A photograph's score is its average over a recipe's trainings, so that no single seed is selected.

    Args:
        run: an evaluation.
        metric: as in `recipe_scores`.

    Returns:
        One row per prompt and pair with the columns prompt, a, b; gap, the mean of B - A; low and high, its
        95% interval; least and most, the smallest and the largest gap between the means of two trainings; n
        and n_scenes; n_effective, the effective number of scenes; p of the sign-flip test, corrected for the
        number of pairs; and the verdict on B. All of it holds for these trainings only, not for other seeds.

    Raises:
        FloodevalError: the run lacks the metric.
    """
    rows: list[dict[str, object]] = []
    lengths = metric in LOWER_IS_BETTER
    for prompt, table in _by_prompt(run, metric):
        recipes = recipes_of(list(table.columns))
        scenes, pairs = _scenes(run, table), list(combinations(recipes, 2))
        both = [table[[*recipes[a], *recipes[b]]].dropna() for a, b in pairs]
        gaps = {
            str(i): one[recipes[b]].mean(axis=1) - one[recipes[a]].mean(axis=1)
            for i, (one, (a, b)) in enumerate(zip(both, pairs, strict=True))
        }
        wide = pd.DataFrame(gaps, index=table.index)
        limits = ANY if lengths else GAPS_OF_SHARES
        found = find(wide, scenes, limits, lower_is_better=lengths)
        for (a, b), one, finding in zip(pairs, both, found.values(), strict=True):
            means, ends = one.mean(), finding.interval
            rows.append(
                {
                    "prompt": prompt,
                    "a": a,
                    "b": b,
                    "gap": means[recipes[b]].mean() - means[recipes[a]].mean(),
                    "low": ends.low,
                    "high": ends.high,
                    "least": means[recipes[b]].min() - means[recipes[a]].max(),
                    "most": means[recipes[b]].max() - means[recipes[a]].min(),
                    "n": len(one),
                    "n_scenes": ends.n_scenes,
                    "n_effective": ends.n_effective,
                    "p": finding.p_holm,
                    "verdict": finding.verdict.word,
                }
            )
    return pd.DataFrame(rows)
