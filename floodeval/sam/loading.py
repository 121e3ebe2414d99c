"""Models ready for use: a published SAM, or a fine-tuned checkpoint on top of it."""

from dataclasses import dataclass
from pathlib import Path

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.architecture import Sam, build_architecture
from floodeval.sam.checkpoints import (
    ENCODER,
    Provenance,
    StateDict,
    read_checkpoint,
    read_tensors,
    sha256_of_tensors,
)
from floodeval.sam.weights import obtain_weights


@dataclass(frozen=True)
class Model:
    """A SAM with its identity.

    Attributes:
        sam: the model.
        model_type: vit_t, vit_b, vit_l or vit_h.
        sha256: of all its tensors.
        encoder_sha256: of the tensors of its image encoder.
        provenance: where its checkpoint comes from; None for a published model.
        trained_parameters: number of parameters that fine-tuning changed.
    """

    sam: Sam
    model_type: str
    sha256: str
    encoder_sha256: str
    provenance: Provenance | None = None
    trained_parameters: int = 0

    @property
    def parameters(self) -> int:
        """Number of parameters of the model."""
        return sum(parameter.numel() for parameter in self.sam.parameters())


def build_sam(model_type: str, checkpoint: str | Path | None = None) -> Sam:
    """Build a `segment_anything.modeling.Sam`, ready for `segment_anything.SamPredictor`.

    Args:
        model_type: vit_t, vit_b, vit_l or vit_h; its weights are downloaded if necessary.
        checkpoint: a fine-tuned checkpoint of `floodeval finetune`; None for the published model.

    Raises:
        FloodevalError: unknown model, weights that are not available, or a checkpoint of another base model.
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
    except (RuntimeError, AssertionError) as error:  # which one depends on how torch was built
        why = str(error).splitlines()[0]
        raise FloodevalError(saying("models.no_device", device=device, why=why)) from None


def _check_fit(path: Path, tuned: StateDict, base: StateDict) -> None:
    for name, tensor in tuned.items():
        if name not in base or base[name].shape != tensor.shape:
            raise FloodevalError(saying("models.misfit", path=path, tensor=name))
