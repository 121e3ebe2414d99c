"""Variants that are SAMs, loaded: those with the same image encoder share it and its work."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from floodeval.datasets.dataset import Dataset
from floodeval.evaluation.declared_training import DeclaredTraining
from floodeval.evaluation.plan import checkpoint_name, source_sha256
from floodeval.evaluation.run_info import Variant
from floodeval.evaluation.sample_rows import Decoded
from floodeval.evaluation.variants import Encoded, LostDeviceError, ReadSample
from floodeval.metrics.logit_histograms import bins_of_logits
from floodeval.metrics.overlap import count, overlap
from floodeval.progress import Progress, silent
from floodeval.sam.clicks import corrections
from floodeval.sam.devices import Spent, is_lost, measured, release
from floodeval.sam.inference import Embedding, EmbeddingStore, Encoder, Prediction, decode
from floodeval.sam.loading import Model, load_source
from floodeval.sam.preprocessing import AS_PUBLISHED
from floodeval.sam.prompts import Click, PromptSpec
from floodeval.sam.sources import ModelSource


@dataclass(frozen=True)
class SamVariant:
    """A named SAM, its encoder shared with the other variants that have the same one.

    Attributes:
        name: the variant's.
        source: what it was loaded from.
        model: the SAM.
        encoder: runs its image encoder.
        store: its embeddings in the cache.
        device: the torch device that it runs on.
        keep_embeddings: whether embeddings go through the cache.
        declared: what a checkpoint of another program was trained on, where a person knows.
        lacking: nothing, since a SAM can be asked about any photograph.
    """

    name: str
    source: ModelSource
    model: Model
    encoder: Encoder
    store: EmbeddingStore
    device: str = "cpu"
    keep_embeddings: bool = False
    declared: DeclaredTraining | None = None
    lacking: Mapping[str, object] = field(default_factory=dict)

    @property
    def prompt_kinds(self) -> Collection[str]:
        """All kinds but `none`: without a prompt SAM predicts nothing of use."""
        return ModelSource.prompt_kinds

    @property
    def encoder_id(self) -> int:
        """Equal for variants that share their encoder."""
        return id(self.encoder)

    @property
    def has_unknown_training(self) -> bool:
        """Whether nobody knows or declared all of the photographs that its model was trained on."""
        return self.model.has_unknown_training and self.declared is None

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that its checkpoint was trained on or chosen by."""
        provenance = self.model.provenance
        return provenance.seen if provenance else frozenset()

    @property
    def resources(self) -> dict[str, Any]:
        """The number of its parameters, and how many of them fine-tuning changed."""
        return {"parameters": self.model.parameters, "trained_parameters": self.model.trained_parameters}

    def declaring(self, declared: DeclaredTraining | None) -> "SamVariant":
        """The same variant with what its checkpoint was trained on."""
        return replace(self, declared=declared)

    def encode(self, read: ReadSample) -> Encoded:
        """Encode the photograph, or take its embedding from the cache.

        Raises:
            LostDeviceError: the device cannot be used any more.
        """
        photograph = read.pair.photograph
        with on_device(self.device) as spent:
            embedding, fresh = (
                self.store.get_or_encode(photograph, self.encoder)
                if self.keep_embeddings
                else (self.encoder.encode(photograph), True)
            )
        return Encoded(embedding, spent.ms if fresh else None, spent.peak_mb)

    def decode(self, spec: PromptSpec, read: ReadSample, encoded: Encoded) -> Decoded:
        """Decode one prompt; raises LostDeviceError as `encode`."""
        clicks: tuple[tuple[Click, float | None], ...] = ()
        with on_device(self.device) as spent:
            if spec.kind == "clicks":
                prediction, clicks = self._clicked(spec, read, encoded.state)
            else:
                prompt = read.prompts[spec.spec]
                prediction = decode(self.model.sam, encoded.state, prompt, spec.multimask)
        peaks = [peak for peak in (encoded.peak_mb, spent.peak_mb) if peak is not None]
        return Decoded(
            self.name,
            spec.spec,
            prediction.mask,
            prediction.score,
            encoded.took_ms,
            spent.ms,
            max(peaks, default=None),
            clicks,
            None if prediction.logits is None else bins_of_logits(prediction.logits.cpu().numpy()),
        )

    def _clicked(
        self, spec: PromptSpec, read: ReadSample, embedding: Embedding
    ) -> tuple[Prediction, tuple[tuple[Click, float | None], ...]]:
        """The prediction after the last click, and every click with the IoU after it."""
        truth, ignored, clicks = read.pair.truth, read.pair.ignored, []
        for step in corrections(self.model.sam, embedding, truth, spec, read.sample.id, ignored=ignored):
            clicks.append((step.click, overlap(count(truth, step.prediction.mask, ignored=ignored)).iou))
        return step.prediction, tuple(clicks)

    def described(self, dataset: Dataset) -> Variant:
        """The variant as `run.json` names it."""
        model, provenance = self.model, self.model.provenance
        trained_on = provenance.trained_on if provenance else None
        if self.declared is not None:
            init = {"init": provenance.init} if provenance else {}
            trained_on = self.declared.trained_on(dataset) | init
        as_published = model.preprocessing == AS_PUBLISHED
        return Variant(
            self.name,
            model.model_type,
            checkpoint_name(self.source.checkpoint),
            model.sha256,
            model.encoder_sha256,
            trained_on,
            file_sha256=source_sha256(model.model_type, self.source.checkpoint),
            preprocessing=None if as_published else model.preprocessing.to_json(),
            base=model.base,
            alpha=self.source.alpha,
        )


def load_sams(
    sources: Mapping[str, ModelSource],
    device: str = "cpu",
    *,
    keep_embeddings: bool = False,
    progress: Progress = silent,
    sharing: Sequence[SamVariant] = (),
) -> list[SamVariant]:
    """Load the model of every variant, in order.

    Args:
        sources: by variant name.
        device: a torch device.
        keep_embeddings: whether embeddings go through the cache.
        progress: called with the steps of a download of published weights.
        sharing: loaded before; those that have the same image encoder share it.

    Raises:
        FloodevalError: as `floodeval.sam.loading.load_source`.
    """
    loaded: list[SamVariant] = []
    for name, source in sources.items():
        model = load_source(source, device, progress)
        for other in (*sharing, *loaded):
            if other.model.encoder_key == model.encoder_key:
                model.sam.image_encoder = other.model.sam.image_encoder
                encoder, store = other.encoder, other.store
                break
        else:
            encoder = Encoder(model.sam, model.preprocessing)
            encoder.encode(np.zeros((64, 64, 3), np.uint8))  # the first call is slow and would be timed
            store = EmbeddingStore(model.encoder_key, preprocessing=model.preprocessing)
        loaded.append(SamVariant(name, source, model, encoder, store, device, keep_embeddings))
    return loaded


@contextmanager
def on_device(device: str) -> Iterator[Spent]:
    """Measure work on a device; after an error its memory is freed, or the device is reported as lost."""
    try:
        with measured(device) as spent:
            yield spent
    except Exception as error:
        if is_lost(error):
            why = next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")
            raise LostDeviceError(
                f"the device {device} failed ({why}); repeat the command to continue"
            ) from error
        release(device)
        raise
