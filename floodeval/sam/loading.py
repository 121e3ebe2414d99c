"""Models ready for use: a published SAM, or a fine-tuned checkpoint on top of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.architecture import Sam, build_architecture
from floodeval.sam.registry import PublishedModel
from floodeval.sam.weights import ENCODER, obtain_weights, read_tensors, sha256_of_tensors, write_tensors

# Fine-tuned checkpoints: only the tensors that training changed, bound to the model they came from.

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


# Models ready for use: a published SAM, or a fine-tuned checkpoint on top of it.


@dataclass(frozen=True)
class Model:
    """A SAM with its identity: `sha256` of all its tensors, `encoder_sha256` of its image encoder's.

    `trained_parameters` counts the numbers that fine-tuning changed.
    """

    sam: Sam
    model_type: str
    sha256: str
    encoder_sha256: str
    provenance: Provenance | None = None
    trained_parameters: int = 0

    @property
    def parameters(self) -> int:
        """How many numbers the model is made of."""
        return sum(parameter.numel() for parameter in self.sam.parameters())


def build_sam(model_type: str, checkpoint: str | Path | None = None) -> Sam:
    """Build a `segment_anything.modeling.Sam`, ready for `segment_anything.SamPredictor`.

    Args:
        model_type: vit_t, vit_b, vit_l or vit_h; its weights are fetched where they are not at hand.
        checkpoint: a fine-tuned checkpoint of `floodeval finetune`; None for the published model.

    Raises:
        FloodevalError: unknown model, weights that cannot be had, or a checkpoint of another base.
    """
    return load_model(model_type, checkpoint).sam


def load_model(model_type: str, checkpoint: str | Path | None = None, device: str = "cpu") -> Model:
    """Build a SAM as `build_sam` does, with its hashes and its checkpoint's provenance."""
    _check_device(device)
    weights = obtain_weights(model_type)
    state, provenance, n_trained = read_tensors(weights.path)[0], None, 0
    if checkpoint is not None:
        tuned, provenance = read_checkpoint(Path(checkpoint), weights.model)
        _check_fit(Path(checkpoint), tuned, state)
        state |= tuned
        n_trained = sum(tensor.numel() for tensor in tuned.values())
    sam = build_architecture(model_type)
    sam.load_state_dict(state)
    sam.requires_grad_(False).eval().to(device)
    hashes = sha256_of_tensors(state), sha256_of_tensors(state, ENCODER)
    return Model(sam, model_type, *hashes, provenance, n_trained)


def _check_device(device: str) -> None:
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch raises either, by how it was built
        why = str(error).splitlines()[0]
        raise FloodevalError(saying("models.no_device", device=device, why=why)) from None


def _check_fit(path: Path, tuned: dict[str, torch.Tensor], base: dict[str, torch.Tensor]) -> None:
    for name, tensor in tuned.items():
        if name not in base or base[name].shape != tensor.shape:
            raise FloodevalError(saying("models.misfit", path=path, tensor=name))
