"""Variants that are segmenters: behind the plugin protocol, with the provenance of a model trained here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.digests import file_sha256
from floodeval.evaluation.declared_training import DeclaredTraining
from floodeval.evaluation.plan import checkpoint_name
from floodeval.evaluation.sam_variants import on_device
from floodeval.evaluation.sample_rows import Decoded
from floodeval.evaluation.variant_record import PLUGIN, Variant
from floodeval.evaluation.variants import Encoded, ReadSample
from floodeval.metrics.logit_histograms import bins_of_logits
from floodeval.progress import Progress, silent
from floodeval.sam.checkpoint_headers import SEGMENTER
from floodeval.sam.prompts import PromptSpec
from floodeval.sam.segmenter_checkpoints import LoadedSegmenter, load_segmenter
from floodeval.sam.sources import SegmenterSource


@dataclass(frozen=True)
class SegmenterVariant:
    """A segmenter as a variant.

    Attributes:
        name: the variant's.
        source: what it was loaded from.
        model: the segmenter, a plugin that takes the prompt `none`.
        device: the torch device that it runs on.
        declared: nothing, since its checkpoint records what it was trained on.
        lacking: nothing, since a model can be asked about any photograph.
    """

    name: str
    source: SegmenterSource
    model: LoadedSegmenter
    device: str = "cpu"
    declared: DeclaredTraining | None = None
    lacking: Mapping[str, object] = field(default_factory=dict)

    @property
    def prompt_kinds(self) -> Collection[str]:
        """Only `none`."""
        return SegmenterSource.prompt_kinds

    @property
    def encoder_id(self) -> int:
        """Equal for variants of the same network, which share its work."""
        return id(self.model.network)

    @property
    def has_unknown_training(self) -> bool:
        """False: the checkpoint lists the photographs."""
        return False

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that it was trained on or chosen by."""
        return self.model.provenance.seen

    @property
    def resources(self) -> dict[str, Any]:
        """The number of its parameters, and how many of them training changed."""
        return {"parameters": self.model.parameters, "trained_parameters": self.model.trained_parameters}

    def declaring(self, declared: DeclaredTraining | None) -> "SegmenterVariant":
        """The same variant with what its model was trained on."""
        return replace(self, declared=declared)

    def encode(self, read: ReadSample) -> Encoded:
        """Predict the logits of the photograph, which is all of the network's work.

        Raises:
            LostDeviceError: the device cannot be used any more.
        """
        with on_device(self.device) as spent:
            logits = self.model.encode(read.pair.photograph)
        return Encoded(logits, spent.ms, spent.peak_mb)

    def decode(self, spec: PromptSpec, read: ReadSample, encoded: Encoded) -> Decoded:
        """The mask of the logits."""
        with on_device(self.device) as spent:
            mask, score = self.model.predict(encoded.state, read.prompts[spec.spec])
        return Decoded(
            self.name,
            spec.spec,
            mask,
            score,
            encoded.took_ms,
            spent.ms,
            encoded.peak_mb,
            logit_bins=bins_of_logits(encoded.state),
        )

    def described(self, dataset: Dataset) -> Variant:
        """The variant as `run.json` names it."""
        model = self.model
        return Variant(
            self.name,
            SEGMENTER,
            checkpoint_name(self.source.checkpoint),
            model.sha256,
            model.encoder_sha256,
            model.provenance.trained_on,
            PLUGIN,
            file_sha256=file_sha256(self.source.checkpoint),
        )


def load_segmenters(
    sources: Mapping[str, SegmenterSource], device: str = "cpu", *, progress: Progress = silent
) -> list[SegmenterVariant]:
    """Load the segmenter of every variant, in order.

    Args:
        sources: by variant name.
        device: a torch device.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: as `floodeval.sam.segmenter_checkpoints.load_segmenter`.
    """
    loaded = []
    for name, source in sources.items():
        model = load_segmenter(source.checkpoint, device, progress)
        model.encode(np.zeros((64, 64, 3), np.uint8))  # the first call is slow and would be timed
        loaded.append(SegmenterVariant(name, source, model, device))
    return loaded
