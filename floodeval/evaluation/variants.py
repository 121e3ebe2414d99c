"""Variants with their models loaded: those with the same image encoder share it and its work."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from floodeval.datasets.dataset import Dataset
from floodeval.evaluation.declared_training import DeclaredTraining
from floodeval.evaluation.plan import checkpoint_name, source_sha256
from floodeval.evaluation.run_info import Variant
from floodeval.progress import Progress, silent
from floodeval.sam.inference import EmbeddingStore, Encoder
from floodeval.sam.loading import Model, load_source
from floodeval.sam.preprocessing import AS_PUBLISHED
from floodeval.sam.sources import ModelSource


@dataclass(frozen=True)
class LoadedVariant:
    """A named model, its encoder shared with the other variants that have the same one.

    `declared` says what a checkpoint of another program was trained on, where a person knows.
    """

    name: str
    model: Model
    encoder: Encoder
    store: EmbeddingStore
    declared: DeclaredTraining | None = None

    @property
    def has_unknown_training(self) -> bool:
        """Whether nobody knows or declared all of the photographs that its model was trained on."""
        return self.model.has_unknown_training and self.declared is None

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that its checkpoint was trained on or chosen by."""
        provenance = self.model.provenance
        return provenance.seen if provenance else frozenset()


def load_variants(
    sources: Mapping[str, ModelSource], device: str = "cpu", progress: Progress = silent
) -> list[LoadedVariant]:
    """Load the model of every variant, in order.

    Args:
        sources: by variant name.
        device: a torch device.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: as `floodeval.sam.loading.load_source`.
    """
    loaded: list[LoadedVariant] = []
    for name, source in sources.items():
        model = load_source(source, device, progress)
        for other in loaded:
            if other.model.encoder_key == model.encoder_key:
                model.sam.image_encoder = other.model.sam.image_encoder
                encoder, store = other.encoder, other.store
                break
        else:
            encoder = Encoder(model.sam, model.preprocessing)
            encoder.encode(np.zeros((64, 64, 3), np.uint8))  # the first call is slow and would be timed
            store = EmbeddingStore(model.encoder_key, preprocessing=model.preprocessing)
        loaded.append(LoadedVariant(name, model, encoder, store))
    return loaded


def described(loaded: LoadedVariant, source: ModelSource, dataset: Dataset) -> Variant:
    """A variant as `run.json` names it.

    Args:
        loaded: its model.
        source: what it was loaded from.
        dataset: that it is evaluated on, whose samples a declaration lists.
    """
    model, provenance = loaded.model, loaded.model.provenance
    trained_on = provenance.trained_on if provenance else None
    if loaded.declared is not None:
        trained_on = loaded.declared.trained_on(dataset) | ({"init": provenance.init} if provenance else {})
    as_published = model.preprocessing == AS_PUBLISHED
    return Variant(
        loaded.name,
        model.model_type,
        checkpoint_name(source.checkpoint),
        model.sha256,
        model.encoder_sha256,
        trained_on,
        file_sha256=source_sha256(model.model_type, source.checkpoint),
        preprocessing=None if as_published else model.preprocessing.to_json(),
        base=model.base,
    )
