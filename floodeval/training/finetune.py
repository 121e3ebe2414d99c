"""Fine-tuning: from a split data set to `results/models/<name>` (checkpoint, configuration, history)."""

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import torch

from floodeval.datasets.dataset import Dataset, Skipped, digest_of
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.listing import Sample
from floodeval.datasets.splits import Split, write_split
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Parameter, say, saying
from floodeval.progress import Progress, Step, counter, silent
from floodeval.sam.checkpoints import Provenance
from floodeval.sam.devices import has_fast_bfloat16, keep_freed_memory
from floodeval.sam.loading import load_model
from floodeval.storage.locks import hold
from floodeval.storage.paths import is_packaged, model_folder, writable_model_folder
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import TrainingConfig
from floodeval.training.encoder_stages import StagedEncoder
from floodeval.training.examples import FRAME, KEPT_SIDE, FreshViews, KeptViews, Picture, Views, load_pictures
from floodeval.training.fitted_domain import add_domain
from floodeval.training.history import can_write_events
from floodeval.training.recorder import STATE, Recorder, TrainingState, read_state
from floodeval.training.starting_model import StartingModel, starting_from, starting_from_named
from floodeval.training.starting_segmenter import StartingSegmenter, starting_segmenter
from floodeval.training.taught_views import taught_views


@dataclass(frozen=True)
class Training:
    """A finished fine-tuning.

    Attributes:
        folder: of the model.
        history: one row per epoch.
        best_epoch: the epoch whose weights are kept.
        skipped: samples that could not be used.
        init: name of the model that training started from; empty if these were the published weights.
        is_segmenter: whether a plain segmentation network was trained, whose decoder was untrained.
    """

    folder: Path
    history: pd.DataFrame
    best_epoch: int
    skipped: tuple[Skipped, ...]
    init: str = ""
    is_segmenter: bool = False

    @property
    def summary(self) -> str:
        """One line: what training gained on the validation subset."""
        ious = (self.history["val_iou"].iloc[epoch] for epoch in (0, self.best_epoch))
        before, after = map(formats.score, ious)
        start = f"the weights of {self.init}" if self.init else "the published weights"
        start = "an untrained decoder" if self.is_segmenter else start
        return (
            f"validation IoU {before} with {start} -> {after} after epoch "
            f"{self.best_epoch} of {len(self.history) - 1} (on the logits' 256-pixel grid; see history.csv)"
        )


def finetune(
    dataset: Dataset,
    split: Split,
    name: str,
    config: TrainingConfig | None = None,
    *,
    init: str | None = None,
    device: str = "cpu",
    force: bool = False,
    tensorboard: bool = False,
    progress: Progress = silent,
) -> Training:
    """Fine-tune a SAM, or train a segmenter, on the training subset of a split.

    The validation subset determines the checkpoint; the test subset is not read. Epoch 0 of the history is
    the model that training starts from. If a training was stopped, the same call continues it; at most a few
    minutes of work are lost.

    Args:
        dataset: from `load_dataset`.
        split: its split; train and validation must not be empty.
        name: the model's name, one folder under `results/models`.
        config: the recipe, such as `preset("encoder")`; `preset("segmenter")` trains a plain segmentation
            network, which takes no prompt, as a reference.
        init: name of the model under `results/models` to start from, whose model type replaces that of the
            recipe; None for the published weights, the only choice for a segmenter. The checkpoint then also
            counts as trained on what that model was trained on.
        device: a torch device.
        force: replace a model of that name.
        tensorboard: also write the history as TensorBoard event files, if the package `tensorboard` is
            installed.
        progress: called with each step.

    Raises:
        FloodevalError: a name or split is wrong, the model exists or is being trained by another process,
            the model to start from is absent or needs photographs that training cannot prepare, masks have
            undeclared values, or the loss diverges.
    """
    if is_packaged(found := model_folder(name)) and not force:
        raise FloodevalError(f"model {found} exists; choose another --name, or --force to replace it")
    folder = writable_model_folder(name)
    if init is not None and init.rpartition(":")[2].partition("@")[0] == name:
        raise FloodevalError(saying("checkpoints.init_itself", name=name))
    with hold(folder, f"model {name}"):
        return _train(
            folder, dataset, split, config or TrainingConfig(), init, device, force, tensorboard, progress
        )


def _train(
    folder: Path,
    dataset: Dataset,
    split: Split,
    config: TrainingConfig,
    init: str | None,
    device: str,
    force: bool,
    tensorboard: bool,
    progress: Progress,
) -> Training:
    dataset = split.repaired(dataset)
    subsets = {subset: _members(dataset, split, subset) for subset in ("train", "validation")}
    if config.is_segmenter and init is not None:
        raise FloodevalError(saying("training_errors.segmenter_init"))
    named = starting_from_named(init, device, progress) if init is not None else None
    config = replace(config, model_type=named.model.model_type) if named else config
    config = replace(config, precision=_precision(config, device))
    asked = {
        "recipe": config.to_json(),
        "split": split.sha256,
        "data set": dataset.fingerprint,
        "label scheme": json.dumps(dataset.reading.labels.to_json()),
        "way to read photographs": json.dumps(dataset.reading.photographs.to_json()),
    } | ({"model to start from": named.model.sha256} if named else {})
    tensorboard = tensorboard and can_write_events(progress)
    begun = None if force else read_state(folder, asked)
    if folder.exists() and begun is None and not force:
        raise FloodevalError(
            f"model {folder} exists; choose another name, or replace it with {Parameter('force')}"
        )
    check_labels(dataset)
    start = named or _start(config, device, progress)
    pictures, skipped = _read(subsets, progress)
    torch.manual_seed(config.seed)
    if device == "cpu":
        keep_freed_memory()
    train, validation = _views(pictures, start, config, device, progress)
    if begun is None:
        shutil.rmtree(folder, ignore_errors=True)  # only after everything that training needs was read
        begun = TrainingState(asked, created=datetime.now(UTC).isoformat(timespec="milliseconds"))
        begun.write(folder)
        write_split(split, folder / "split.csv")
    digests = {name: {digest_of(one.photograph) for one in members} for name, members in subsets.items()}
    if n := len(digests["validation"] & start.seen):
        note = say("checkpoints.init_saw", name=start.name, n=n, total=len(digests["validation"]))
        progress(Step(0, 0, "training", note=note))
    seen = start.seen.union(*digests.values())
    provenance = _provenance(dataset, split, config, start, seen)
    recorder = Recorder(folder, config, start, provenance, dataset.reading, device, begun, tensorboard)
    history = recorder.train(train, validation, progress)
    (folder / STATE).unlink(missing_ok=True)
    if not config.is_segmenter:
        add_domain(folder, dataset, split, config.model_type, device, progress)
    known = split.column("split")
    unpaired = [one for one in dataset.skipped if known.get(one.id) in ("train", "validation")]
    skipped = [*unpaired, *skipped]
    kept = recorder.state.best_epoch
    return Training(folder, history, kept, tuple(skipped), start.name, config.is_segmenter)


def _start(config: TrainingConfig, device: str, progress: Progress) -> StartingModel | StartingSegmenter:
    """The published model of the recipe's type, or a segmenter on a published encoder."""
    if config.is_segmenter:
        return starting_segmenter(config.seed, device, progress)
    return starting_from(load_model(config.model_type, device=device, progress=progress))


def _members(dataset: Dataset, split: Split, subset: str) -> list[Sample]:
    wanted = split.ids(subset)
    members = [sample for sample in dataset.samples if sample.id in wanted]
    if not members:
        raise FloodevalError(
            f"{dataset.name} has none of the '{subset}' samples of {split.name}; split the data set again"
        )
    return members


def _read(
    subsets: dict[str, list[Sample]], progress: Progress
) -> tuple[dict[str, list[Picture]], list[Skipped]]:
    """Read both subsets; training photographs are larger, so that views can be cropped from them."""
    count = counter(progress, sum(map(len, subsets.values())), "reading")
    found: dict[str, list[Picture]] = {}
    skipped: list[Skipped] = []
    for subset, side in (("train", KEPT_SIDE), ("validation", FRAME)):
        found[subset], more = load_pictures(subsets[subset], side, count)
        skipped += more
        if not found[subset]:
            raise FloodevalError(f"no '{subset}' sample could be read (first: {skipped[0].reason})")
    return found, skipped


def _precision(config: TrainingConfig, device: str) -> str:
    """The precision that a recipe's `auto` means on a device."""
    if config.precision != "auto":
        return config.precision
    return "bfloat16" if has_fast_bfloat16(device) else "float32"


def _views(
    pictures: dict[str, list[Picture]],
    start: StartingModel | StartingSegmenter,
    config: TrainingConfig,
    device: str,
    progress: Progress,
) -> tuple[Views, Views]:
    """The views for training, and the unchanged photographs for validation."""
    if isinstance(start, StartingSegmenter):
        return start.views(pictures, config)
    model = start.model
    model.sam.image_encoder.to(memory_format=torch.channels_last)  # fastest for convolutions on a CPU
    if config.retains or (config.frozen_encoder and start.name):
        published = load_model(config.model_type, device=device, progress=progress)
        published.sam.image_encoder.to(memory_format=torch.channels_last)
        if config.retains:
            return taught_views(pictures, model, published, config)
        if config.frozen_weights == "published":
            first = StagedEncoder(published.sam, config.frozen_encoder)
            StagedEncoder(model.sam, config.frozen_encoder).share_stem(first)
    train, validation, plain = pictures["train"], pictures["validation"], Augmentation()
    if config.trains_encoder:
        return (
            FreshViews(train, model.sam, config.augmentation, config.precision, config.seed),
            FreshViews(validation, model.sam, plain, config.precision),
        )
    count = counter(progress, config.views * len(train) + len(validation), "encoding")
    encoder = model.encoder_key
    return (
        KeptViews(train, model.sam, config.augmentation, config.views, encoder, config.seed, count),
        KeptViews(validation, model.sam, plain, 1, encoder, count=count),
    )


def _provenance(
    dataset: Dataset,
    split: Split,
    config: TrainingConfig,
    start: StartingModel | StartingSegmenter,
    seen: frozenset[str],
) -> Provenance:
    return start.provenance(
        dataset=dataset.name,
        dataset_fingerprint=dataset.fingerprint,
        split_sha256=split.sha256,
        config=config.to_json(),
        photographs=" ".join(sorted(seen)),
    )
