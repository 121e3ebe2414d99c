"""Checkpoints: state dicts as safetensors files, their hashes, and where a fine-tuned one comes from.

A fine-tuned checkpoint has only the tensors that differ from the published ones, and names its base model.
One that was trained from an imported model has every tensor, and no base model.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.checkpoint_headers import FORMAT, UNKNOWN_TRAINING
from floodeval.sam.registry import PublishedModel
from floodeval.storage.atomic import write_bytes

StateDict = dict[str, torch.Tensor]
ENCODER = "image_encoder."  # how the names of the image encoder's tensors begin


@dataclass(frozen=True)
class Provenance:
    """Where a checkpoint comes from: its base model and its training data.

    Attributes:
        model_type: of the base model.
        base_sha256: of the base model's published file; empty if the checkpoint has every tensor.
        dataset: name of the data set.
        dataset_fingerprint: of the data set's files.
        split_sha256: of the split.
        config: the training configuration as JSON.
        photographs: digests of the photographs that it was trained on or chosen by, separated by spaces; also
            those of the model that training started from.
        init: name of the model that training started from; empty if these were the published weights.
        init_sha256: of all tensors of that model.
        init_training: `UNKNOWN_TRAINING` if nobody knows what that model was trained on; else empty.
    """

    model_type: str
    base_sha256: str
    dataset: str
    dataset_fingerprint: str
    split_sha256: str
    config: str
    photographs: str = ""
    init: str = ""
    init_sha256: str = ""
    init_training: str = ""

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that it was trained on or chosen by."""
        return frozenset(self.photographs.split())

    @property
    def trained_on(self) -> dict[str, str]:
        """The data set and split, as a run stores them."""
        fingerprint, split = self.dataset_fingerprint, self.split_sha256
        known = {"dataset": self.dataset, "fingerprint": fingerprint, "split_sha256": split}
        before = {"init": self.init, "init_training": self.init_training}
        return known | {key: value for key, value in before.items() if value}

    @property
    def has_unknown_training(self) -> bool:
        """Whether the model that training started from may have seen photographs that nobody knows of."""
        return self.init_training == UNKNOWN_TRAINING


def write_checkpoint(
    path: Path,
    state: Mapping[str, torch.Tensor],
    base: Mapping[str, torch.Tensor],
    provenance: Provenance,
) -> None:
    """Write the tensors of `state` that differ from `base`, in half precision, with their provenance."""
    changed = {name: tensor.half() for name, tensor in state.items() if not torch.equal(tensor, base[name])}
    write_tensors(path, changed, {"format": FORMAT, **vars(provenance)})


def write_complete_checkpoint(
    path: Path,
    state: Mapping[str, torch.Tensor],
    start: Mapping[str, torch.Tensor],
    provenance: Provenance,
    preprocessing: str,
) -> None:
    """Write every tensor of `state`, those that training changed in half precision, with their provenance.

    Args:
        path: of the checkpoint.
        state: the trained tensors.
        start: the tensors that training started from.
        provenance: without a base model.
        preprocessing: of photographs, as JSON.
    """
    tensors = {name: one if torch.equal(one, start[name]) else one.half() for name, one in state.items()}
    write_tensors(path, tensors, {"format": FORMAT, **vars(provenance), "preprocessing": preprocessing})


def read_checkpoint(path: Path, model: PublishedModel) -> tuple[StateDict, Provenance]:
    """Read a checkpoint that was trained from this published model.

    Raises:
        FloodevalError: there is no such file, or it is damaged, not a floodeval checkpoint, or trained from
            another base model.
    """
    tensors, metadata = read_tensors(path)
    provenance = provenance_of(path, metadata, model)
    return {name: tensor.float() for name, tensor in tensors.items()}, provenance


def provenance_of(path: Path, metadata: Mapping[str, str], model: PublishedModel) -> Provenance:
    """Where a checkpoint comes from that was trained from this published model; raises as `read_checkpoint`.

    Args:
        path: of the checkpoint.
        metadata: of its safetensors file.
        model: its base model.
    """
    if metadata.get("format") != FORMAT:
        raise FloodevalError(saying("models.foreign", path=path))
    provenance = read_provenance(metadata)
    if provenance.model_type != model.model_type:
        types = {"trained": provenance.model_type, "given": model.model_type}
        raise FloodevalError(saying("models.other_type", path=path, **types))
    if provenance.base_sha256 != model.sha256:
        hashes = {"trained": provenance.base_sha256[:12], "given": model.sha256[:12]}
        raise FloodevalError(saying("models.other_base", path=path, **hashes))
    return provenance


def read_provenance(metadata: Mapping[str, str]) -> Provenance:
    """The provenance in a checkpoint's metadata, unchecked; what the metadata lacks is empty."""
    return Provenance(**{name: metadata.get(name, "") for name in Provenance.__dataclass_fields__})


def sha256_of_tensors(state: Mapping[str, torch.Tensor], prefix: str = "") -> str:
    """SHA-256 over the names, types, shapes and bytes of the tensors whose names begin with `prefix`."""
    digest = hashlib.sha256()
    for name in sorted(name for name in state if name.startswith(prefix)):
        tensor = state[name].detach().cpu().contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def write_tensors(path: Path, state: Mapping[str, torch.Tensor], metadata: Mapping[str, str]) -> None:
    """Write tensors and metadata as safetensors, completely or not at all."""
    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    write_bytes(path, save(contiguous, dict(metadata)))


def read_tensors(path: Path) -> tuple[StateDict, dict[str, str]]:
    """Read a safetensors file: its tensors and its metadata.

    Raises:
        FloodevalError: there is no such file, or it is damaged or not a safetensors file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except FileNotFoundError:
        raise FloodevalError(saying("models.absent", path=path)) from None
    except (SafetensorError, OSError) as error:
        raise FloodevalError(saying("models.broken", path=path, why=error)) from None
