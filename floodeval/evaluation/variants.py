"""Variants with their models loaded: those with the same image encoder share it and its work."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from floodeval.evaluation.plan import checkpoint_name, source_sha256
from floodeval.evaluation.run_info import Variant
from floodeval.sam.inference import EmbeddingStore, Encoder
from floodeval.sam.loading import Model, load_model


@dataclass(frozen=True)
class LoadedVariant:
    """A named model, its encoder shared with the other variants that have the same one."""

    name: str
    model: Model
    encoder: Encoder
    store: EmbeddingStore

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that its checkpoint was trained on or chosen by."""
        provenance = self.model.provenance
        return provenance.seen if provenance else frozenset()


def load_variants(
    checkpoints: Mapping[str, Path | None], model_type: str, device: str = "cpu"
) -> list[LoadedVariant]:
    """Load the model of every variant, in order.

    Args:
        checkpoints: by variant name; None for the published weights.
        model_type: vit_t, vit_b, vit_l or vit_h.
        device: a torch device.

    Raises:
        FloodevalError: as `floodeval.sam.loading.load_model`.
    """
    loaded: list[LoadedVariant] = []
    for name, checkpoint in checkpoints.items():
        model = load_model(model_type, checkpoint, device)
        for other in loaded:
            if other.model.encoder_sha256 == model.encoder_sha256:
                model.sam.image_encoder = other.model.sam.image_encoder
                encoder = other.encoder
                break
        else:
            encoder = Encoder(model.sam)
            encoder.encode(np.zeros((64, 64, 3), np.uint8))  # the first call is slow and would be timed
        loaded.append(LoadedVariant(name, model, encoder, EmbeddingStore(model.encoder_sha256)))
    return loaded


def described(loaded: LoadedVariant, checkpoint: Path | None) -> Variant:
    """A variant as `run.json` names it.

    Args:
        loaded: its model.
        checkpoint: the file that it was loaded from; None for the published weights.
    """
    model, provenance = loaded.model, loaded.model.provenance
    return Variant(
        loaded.name,
        model.model_type,
        checkpoint_name(checkpoint),
        model.sha256,
        model.encoder_sha256,
        provenance.trained_on if provenance else None,
        file_sha256=source_sha256(model.model_type, checkpoint),
    )
