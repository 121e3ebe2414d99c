"""A fine-tuning from a split data set to `results/models/<name>`: checkpoint, configuration, history."""

import copy
import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
import torch

from floodeval.data.samples import Dataset, Sample, Skipped, digest_of
from floodeval.data.splits import Split, write_split
from floodeval.errors import FloodevalError
from floodeval.files import write_text
from floodeval.finetuning.config import TrainingConfig
from floodeval.finetuning.examples import Example, load_examples
from floodeval.finetuning.training import Trainer
from floodeval.results import CHECKPOINT, model_folder
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.embeddings import EmbeddingStore
from floodeval.sam.inference import Encoder
from floodeval.sam.memory import peak_memory_mb, reset_peak_memory
from floodeval.sam.models import Model, load_model
from floodeval.sam.registry import published

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Training:
    """A finished fine-tuning: its folder, its history (a row per epoch) and the epoch that was chosen."""

    folder: Path
    history: pd.DataFrame
    best_epoch: int
    skipped: tuple[Skipped, ...]

    @property
    def summary(self) -> str:
        """One line: what training gained on the validation subset."""
        before, after = (float(self.history["val_iou"].iloc[epoch]) for epoch in (0, self.best_epoch))
        return (
            f"validation IoU {before:.3f} as published -> {after:.3f} after epoch {self.best_epoch} of "
            f"{len(self.history) - 1} (on the logits' 256-pixel grid; see history.csv)"
        )


def finetune(
    dataset: Dataset,
    split: Split,
    name: str,
    config: TrainingConfig | None = None,
    *,
    device: str = "cpu",
    force: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> Training:
    """Fine-tune the mask decoder on the split's train subset; validation chooses the checkpoint.

    The test subset is not read. Epoch 0 of the history is the published model.

    Args:
        dataset: from `load_dataset`.
        split: its split; train and validation must not be empty.
        name: the model's name, one folder under `results/models`.
        config: the recipe.
        device: a torch device.
        force: replace a model of that name.
        progress: is told what is going on, how much is done, and of how much.

    Raises:
        FloodevalError: a name or split is wrong, the model exists, or the loss diverges.
    """
    config = config or TrainingConfig()
    folder = model_folder(name)
    dataset = split.repaired(dataset)
    subsets = {subset: _members(dataset, split, subset) for subset in ("train", "validation")}
    if folder.exists() and not force:
        raise FloodevalError(f"model {folder} exists; choose another --name, or --force to replace it")
    model = load_model(config.model_type, device=device)
    train, validation, skipped = _read(subsets, model, progress)
    shutil.rmtree(folder, ignore_errors=True)  # not before all that training needs is at hand
    write_split(split, folder / "split.csv")
    torch.manual_seed(config.seed)
    seen = [sample for members in subsets.values() for sample in members]
    run = _Run(folder, config, model, _provenance(dataset, split, config, seen), device)
    history = run.train(train, validation, progress)
    known = split.column("split")
    unpaired = [one for one in dataset.skipped if known.get(one.id) in ("train", "validation")]
    return Training(folder, history, run.best_epoch, (*unpaired, *skipped))


class _Run:
    """One training under way: keeps the best checkpoint and the history on disk after every epoch."""

    def __init__(
        self, folder: Path, config: TrainingConfig, model: Model, provenance: Provenance, device: str
    ) -> None:
        self.folder, self.config, self.model, self.provenance = folder, config, model, provenance
        self.device = device
        self.base = copy.deepcopy(model.sam.state_dict())
        self.best_epoch, self.best_iou = -1, -1.0
        self.history: list[dict[str, float]] = []

    def train(
        self, train: Sequence[Example], validation: Sequence[Example], progress: Progress
    ) -> pd.DataFrame:
        trainer = Trainer(self.model.sam, self.config, len(train))
        self._record(0, {}, trainer.validate(validation), 0.0, 0.0)
        for epoch in range(1, self.config.epochs + 1):
            began = time.perf_counter()
            reset_peak_memory(self.device)
            rate = float(trainer.schedule.get_last_lr()[0])
            trained = trainer.train(train, epoch)
            validated = trainer.validate(validation)
            self._record(epoch, trained, validated, rate, time.perf_counter() - began)
            self._keep_if_best(epoch, validated["iou"])
            what = (
                f"training: epoch {epoch}, validation IoU {validated['iou']:.3f} (best {self.best_iou:.3f})"
            )
            progress(what, epoch, self.config.epochs)
        return pd.DataFrame(self.history)

    def _record(
        self,
        epoch: int,
        trained: dict[str, float],
        validated: dict[str, float],
        rate: float,
        seconds: float,
    ) -> None:
        self.history.append(
            {"epoch": epoch}
            | {f"train_{name}": trained.get(name, float("nan")) for name in ("loss", "iou")}
            | {f"val_{name}": value for name, value in validated.items()}
            | {"learning_rate": rate, "seconds": seconds, "peak_memory_mb": peak_memory_mb(self.device)}
        )
        text = pd.DataFrame(self.history).to_csv(index=False, float_format="%.6g")
        write_text(self.folder / "history.csv", text)

    def _keep_if_best(self, epoch: int, iou: float) -> None:
        if iou <= self.best_iou:
            return
        self.best_epoch, self.best_iou = epoch, iou
        write_checkpoint(self.folder / CHECKPOINT, self.model.sam.state_dict(), self.base, self.provenance)
        described = asdict(self.config) | {"best_epoch": epoch, "best_val_iou": round(iou, 6)}
        origin = {k: v for k, v in vars(self.provenance).items() if k not in ("config", "photographs")}
        write_text(self.folder / "config.json", json.dumps(described | origin, indent=2) + "\n")


def _members(dataset: Dataset, split: Split, subset: str) -> list[Sample]:
    wanted = split.ids(subset)
    members = [sample for sample in dataset.samples if sample.id in wanted]
    if not members:
        raise FloodevalError(
            f"{dataset.name} has none of the '{subset}' samples of {split.name}; split it anew"
        )
    return members


def _read(
    subsets: dict[str, list[Sample]], model: Model, progress: Progress
) -> tuple[list[Example], list[Example], list[Skipped]]:
    encoder, store = Encoder(model.sam), EmbeddingStore(model.encoder_sha256)
    done, total = 0, sum(map(len, subsets.values()))

    def tick() -> None:
        nonlocal done
        done += 1
        progress("encoding", done, total)

    train, skipped = load_examples(subsets["train"], encoder, store, tick)
    validation, more = load_examples(subsets["validation"], encoder, store, tick)
    for subset, examples in (("train", train), ("validation", validation)):
        if not examples:
            raise FloodevalError(
                f"not one '{subset}' sample could be read (first: {(skipped + more)[0].reason})"
            )
    return train, validation, skipped + more


def _provenance(dataset: Dataset, split: Split, config: TrainingConfig, seen: Sequence[Sample]) -> Provenance:
    return Provenance(
        model_type=config.model_type,
        base_sha256=published(config.model_type).sha256,
        dataset=dataset.name,
        dataset_fingerprint=dataset.fingerprint,
        split_sha256=split.sha256,
        config=config.to_json(),
        photographs=" ".join(sorted({digest_of(sample.photograph) for sample in seen})),
    )
