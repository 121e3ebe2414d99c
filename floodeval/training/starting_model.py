"""The model that a training starts from: the published weights, or a model of `results/models`."""

import copy
import json
from dataclasses import dataclass
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, silent
from floodeval.sam.architecture import IMAGE_SIZE
from floodeval.sam.checkpoint_headers import UNKNOWN_TRAINING
from floodeval.sam.checkpoints import (
    Provenance,
    StateDict,
    read_tensors,
    write_checkpoint,
    write_complete_checkpoint,
)
from floodeval.sam.loading import Model, load_source
from floodeval.sam.registry import published
from floodeval.sam.sources import parse_model
from floodeval.sam.weights import obtain_weights
from floodeval.storage.paths import known_models
from floodeval.training.config import TrainingConfig
from floodeval.training.lora import merged_state
from floodeval.training.trainer import Trainer


@dataclass(frozen=True)
class StartingModel:
    """The model that a training starts from, and what its checkpoints are stored relative to.

    Attributes:
        model: the model, which training then changes.
        base: the published tensors, where a checkpoint needs only those that differ; else the tensors that
            training starts from.
        needs_base: whether a checkpoint is completed with the published tensors.
        name: of the model in `results/models`; empty for the published weights.
    """

    model: Model
    base: StateDict
    needs_base: bool = True
    name: str = ""

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that it was trained on or chosen by, as far as they are known."""
        return self.model.provenance.seen if self.model.provenance else frozenset()

    @property
    def origin(self) -> dict[str, object]:
        """What `config.json` states about it; empty for the published weights."""
        if not self.name:
            return {}
        model, provenance = self.model, self.model.provenance
        about: dict[str, object] = {"model": self.name, "sha256": model.sha256}
        about["trained_on"] = provenance.trained_on if provenance else UNKNOWN_TRAINING
        return {"origin": about}

    def provenance(self, **trained: str) -> Provenance:
        """The provenance of a checkpoint that is trained from it.

        Args:
            **trained: the fields of `Provenance` that say what it is trained on, and how.
        """
        model_type = self.model.model_type
        return Provenance(
            model_type=model_type,
            base_sha256=published(model_type).sha256 if self.needs_base else "",
            init=self.name,
            init_sha256=self.model.sha256 if self.name else "",
            init_training=UNKNOWN_TRAINING if self.model.has_unknown_training else "",
            **trained,
        )

    def trainer(self, config: TrainingConfig, n_train: int) -> Trainer:
        """What trains the model on so many photographs."""
        return Trainer(self.model.sam, config, n_train)

    def write(self, path: Path, provenance: Provenance) -> None:
        """Write the model with its present tensors as a checkpoint."""
        state = merged_state(self.model.sam)
        if self.needs_base:
            return write_checkpoint(path, state, self.base, provenance)
        preprocessing = json.dumps(self.model.preprocessing.to_json())
        return write_complete_checkpoint(path, state, self.base, provenance, preprocessing)


def starting_from(model: Model) -> StartingModel:
    """Start from a model with published weights."""
    return StartingModel(model, copy.deepcopy(model.sam.state_dict()))


def starting_from_named(name: str, device: str = "cpu", progress: Progress = silent) -> StartingModel:
    """Start from a model of `results/models`, trained here or imported, or from a blend of one.

    Args:
        name: the model's name; `TYPE:NAME` also checks that it is of that model type, and `NAME@0.5` blends
            it with the published weights.
        device: a torch device.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: there is no such model, it cannot be loaded, or training cannot prepare photographs as
            it needs them.
    """
    plain, known = name.rpartition(":")[2], known_models()
    if plain not in known and plain.partition("@")[0] not in known:
        raise FloodevalError(saying("checkpoints.no_init", name=plain, known=", ".join(known) or "-"))
    source = parse_model(name, "vit_t")
    model = load_source(source, device, progress)
    preprocessing = model.preprocessing
    if (preprocessing.image_size, preprocessing.resize, preprocessing.scaling) != (
        IMAGE_SIZE,
        "longest",
        "fixed",
    ):
        raise FloodevalError(saying("checkpoints.init_input", name=plain, size=str(IMAGE_SIZE)))
    if model.provenance is None or not model.provenance.base_sha256:
        return StartingModel(model, copy.deepcopy(model.sam.state_dict()), needs_base=False, name=plain)
    base = read_tensors(obtain_weights(model.model_type).path)[0]
    return StartingModel(model, {key: one.to(device) for key, one in base.items()}, name=plain)
