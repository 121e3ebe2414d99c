"""Fine-tuned checkpoints: only the tensors that training changed, bound to the model they came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.registry import PublishedModel
from floodeval.sam.tensors import read_tensors, write_tensors

FORMAT = "floodeval-1"


@dataclass(frozen=True)
class Provenance:
    """Where a checkpoint comes from: its base, and the photographs that it has seen.

    `photographs` holds the digests of those that it was trained on or chosen by, with spaces between.
    """

    model_type: str
    base_sha256: str
    dataset: str
    dataset_fingerprint: str
    split_sha256: str
    config: str  # the training's configuration, as JSON
    photographs: str = ""

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that it was trained on or chosen by."""
        return frozenset(self.photographs.split())

    @property
    def trained_on(self) -> dict[str, str]:
        """The data set and split, as a run keeps them."""
        fingerprint, split = self.dataset_fingerprint, self.split_sha256
        return {"dataset": self.dataset, "fingerprint": fingerprint, "split_sha256": split}


def write_checkpoint(
    path: Path,
    state: Mapping[str, torch.Tensor],
    base: Mapping[str, torch.Tensor],
    provenance: Provenance,
) -> None:
    """Write the tensors of `state` that differ from `base`, in half precision, with their provenance."""
    changed = {name: tensor.half() for name, tensor in state.items() if not torch.equal(tensor, base[name])}
    write_tensors(path, changed, {"format": FORMAT, **vars(provenance)})


def read_checkpoint(path: Path, model: PublishedModel) -> tuple[dict[str, torch.Tensor], Provenance]:
    """Read a checkpoint that was trained from that published model.

    Raises:
        FloodevalError: no such file, broken, not a floodeval checkpoint, or trained from another base.
    """
    tensors, metadata = read_tensors(path)
    if metadata.get("format") != FORMAT:
        raise FloodevalError(saying("models.foreign", path=path))
    provenance = Provenance(**{name: metadata.get(name, "") for name in Provenance.__dataclass_fields__})
    if provenance.model_type != model.model_type:
        types = {"trained": provenance.model_type, "given": model.model_type}
        raise FloodevalError(saying("models.other_type", path=path, **types))
    if provenance.base_sha256 != model.sha256:
        hashes = {"trained": provenance.base_sha256[:12], "given": model.sha256[:12]}
        raise FloodevalError(saying("models.other_base", path=path, **hashes))
    return {name: tensor.float() for name, tensor in tensors.items()}, provenance
