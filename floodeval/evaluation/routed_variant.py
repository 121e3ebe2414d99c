"""Variants that route: a fine-tuned SAM for photographs like those of its training, else the pretrained."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from floodeval.datasets.dataset import Dataset
from floodeval.evaluation.declared_training import DeclaredTraining
from floodeval.evaluation.domain_check import VariantDomain, variant_domain
from floodeval.evaluation.run_info import Variant
from floodeval.evaluation.sam_variants import SamVariant, load_sams
from floodeval.evaluation.sample_rows import Decoded
from floodeval.evaluation.variants import Encoded, LoadedVariant, ReadSample
from floodeval.progress import Progress, silent
from floodeval.sam.inference import Embedding
from floodeval.sam.prompts import PromptSpec
from floodeval.sam.sources import PUBLISHED, ModelSource, RoutedSource

_TUNED = "/tuned"  # after a variant's name, which has no slash


@dataclass(frozen=True)
class RoutedEmbedding:
    """A photograph as the model that answers for it sees it."""

    answering: SamVariant
    embedding: Embedding


@dataclass(frozen=True)
class RoutedVariant:
    """Decodes a photograph with the fine-tuned or, if it is unlike the training ones, the pretrained weights.

    Attributes:
        name: the variant's.
        source: what it was loaded from.
        tuned: the fine-tuned SAM.
        domain: its domain model, with the pretrained SAM.
        lacking: nothing, since a SAM can be asked about any photograph.
    """

    name: str
    source: RoutedSource
    tuned: SamVariant
    domain: VariantDomain
    lacking: Mapping[str, object] = field(default_factory=dict)

    @property
    def prompt_kinds(self) -> Collection[str]:
        """Those of a SAM."""
        return RoutedSource.prompt_kinds

    @property
    def encoder_id(self) -> Hashable:
        """Its own: the decision belongs to the variant."""
        return "route", self.name

    @property
    def has_unknown_training(self) -> bool:
        """Whether nobody knows or declared what the fine-tuned SAM was trained on."""
        return self.tuned.has_unknown_training

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that the fine-tuned SAM was trained on or chosen by."""
        return self.tuned.seen

    @property
    def resources(self) -> dict[str, Any]:
        """The number of parameters of both models together, and how many of them fine-tuning changed."""
        both = self.tuned.model.parameters + self.domain.pretrained.model.parameters
        return {"parameters": both, "trained_parameters": self.tuned.model.trained_parameters}

    def declaring(self, declared: DeclaredTraining | None) -> "RoutedVariant":
        """The same variant with what its fine-tuned SAM was trained on."""
        return replace(self, tuned=self.tuned.declaring(declared))

    def encode(self, read: ReadSample) -> Encoded:
        """As `encode_from`, without any work to share."""
        return self.encode_from(read, {})

    def encode_from(self, read: ReadSample, encoded: Mapping[Hashable, Encoded]) -> Encoded:
        """Encode by the pretrained encoder, decide, and encode by the fine-tuned one where that answers.

        Args:
            read: the photograph.
            encoded: what the encoders of other variants made of it, by `encoder_id`. The time that these took
                counts for this variant too: alone, it would take as long.

        Raises:
            LostDeviceError: the device cannot be used any more.
        """

        def by(variant: SamVariant) -> Encoded:
            known = encoded.get(variant.encoder_id)
            return variant.encode(read) if known is None else known

        pretrained = self.domain.pretrained
        first = by(pretrained)
        if self.domain.routed_to(self.domain.measure(first.state)) == PUBLISHED:
            return replace(first, state=RoutedEmbedding(pretrained, first.state))
        if self.tuned.encoder_id == pretrained.encoder_id:
            return replace(first, state=RoutedEmbedding(self.tuned, first.state))
        second = by(self.tuned)
        times = [one.took_ms for one in (first, second) if one.took_ms is not None]
        peaks = [one.peak_mb for one in (first, second) if one.peak_mb is not None]
        return Encoded(
            RoutedEmbedding(self.tuned, second.state),
            sum(times) if len(times) == 2 else None,
            max(peaks, default=None),
        )

    def decode(self, spec: PromptSpec, read: ReadSample, encoded: Encoded) -> Decoded:
        """Decode one prompt with the model that answers; raises LostDeviceError as `encode_from`."""
        routed: RoutedEmbedding = encoded.state
        found = routed.answering.decode(spec, read, replace(encoded, state=routed.embedding))
        return replace(found, variant=self.name)

    def described(self, dataset: Dataset) -> Variant:
        """The variant as `run.json` names it: the fine-tuned SAM, with the percentile."""
        return replace(self.tuned.described(dataset), name=self.name, route=self.source.percentile)


def load_routed(
    sams: Mapping[str, ModelSource],
    routed: Mapping[str, RoutedSource],
    device: str = "cpu",
    *,
    keep_embeddings: bool = False,
    progress: Progress = silent,
) -> list[LoadedVariant]:
    """Load SAMs and variants that route, so that all of them share their image encoders.

    Args:
        sams: by variant name.
        routed: by variant name.
        device: a torch device.
        keep_embeddings: whether embeddings go through the cache.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: as `load_sams`; or a domain model cannot be read, or was made for another encoder.
    """
    parts = dict(sams)
    for name, source in routed.items():
        parts[name + _TUNED] = source.model
    loaded = {
        one.name: one for one in load_sams(parts, device, keep_embeddings=keep_embeddings, progress=progress)
    }
    found: list[LoadedVariant] = [loaded[name] for name in sams]
    at_hand = list(loaded.values())
    for name, source in routed.items():
        tuned = loaded[name + _TUNED]
        domain = variant_domain(tuned, at_hand, device, keep_embeddings=keep_embeddings, progress=progress)
        found.append(RoutedVariant(name, source, tuned, replace(domain, route=source.percentile)))
    return found
