"""Models ready for use: a published SAM, or a fine-tuned checkpoint on top of it."""

from dataclasses import dataclass
from pathlib import Path

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.architecture import Sam, build_architecture
from floodeval.sam.checkpoints import Provenance, read_checkpoint
from floodeval.sam.tensors import ENCODER, read_tensors, sha256_of_tensors
from floodeval.sam.weights import obtain_weights


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
