"""The domain check: how unlike the training photographs of each variant the photographs are."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from floodeval.datasets.digests import file_sha256
from floodeval.evaluation.sam_variants import SamVariant, load_sams
from floodeval.evaluation.variants import Encoded, LoadedVariant, ReadSample
from floodeval.progress import Progress, silent
from floodeval.sam.domain import DomainModel, PhotographDistance, domain_path, read_domain
from floodeval.sam.inference import Embedding
from floodeval.sam.photograph_features import pooled_features
from floodeval.sam.sources import ModelSource


@dataclass(frozen=True)
class VariantDomain:
    """The domain model of a variant, with what it needs to measure a photograph.

    Attributes:
        model: the domain model.
        pretrained: the pretrained model of the variant's type, whose encoder the features come from.
        sha256: of the domain model's file.
    """

    model: DomainModel
    pretrained: SamVariant
    sha256: str

    def measure(self, embedding: Embedding) -> PhotographDistance:
        """The distance of a photograph, from its embedding by the pretrained encoder."""
        return self.model.measure(pooled_features(embedding))


@dataclass(frozen=True)
class DomainCheck:
    """Measures photographs for every variant that has a domain model; `of` has these by variant name."""

    of: Mapping[str, VariantDomain] = field(default_factory=dict)

    @property
    def record(self) -> dict[str, str]:
        """The SHA-256 of each domain model's file, by the variant's name, as `run.json` keeps it."""
        return {name: one.sha256 for name, one in self.of.items()}

    def rows(self, read: ReadSample, encoded: Mapping[Hashable, Encoded]) -> Iterator[dict[str, Any]]:
        """The rows of `domain.parquet` of one photograph.

        Args:
            read: the photograph.
            encoded: what the variants' encoders made of it, by `encoder_id`. If the pretrained encoder is not
                among them, the photograph is encoded once more.
        """
        embeddings = {key: one.state for key, one in encoded.items()}
        for name, domain in self.of.items():
            key = domain.pretrained.encoder_id
            if key not in embeddings:
                embeddings[key] = domain.pretrained.encode(read).state
            found = domain.measure(embeddings[key])
            yield {
                "id": read.sample.id,
                "variant": name,
                "distance": found.distance,
                "percentile": found.percentile,
                "routed_to": None,
            }


def load_domain_check(
    loaded: Sequence[LoadedVariant],
    device: str = "cpu",
    *,
    keep_embeddings: bool = False,
    progress: Progress = silent,
) -> DomainCheck:
    """Read the domain model next to each SAM's checkpoint, and load the pretrained encoders that they need.

    A variant that has the pretrained encoder shares it.

    Args:
        loaded: the variants.
        device: a torch device.
        keep_embeddings: whether embeddings go through the cache.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: a domain model cannot be read, or was made for another encoder.
    """
    sams = [one for one in loaded if isinstance(one, SamVariant)]
    found: dict[str, VariantDomain] = {}
    at_hand = list(sams)
    for one in sams:
        if (path := domain_path(one.source.checkpoint)) is not None:
            model = read_domain(path)
            found[one.name] = _variant_domain(one, path, model, at_hand, device, keep_embeddings, progress)
    return DomainCheck(found)


def _variant_domain(
    variant: SamVariant,
    path: Path,
    model: DomainModel,
    at_hand: list[SamVariant],
    device: str,
    keep_embeddings: bool,
    progress: Progress,
) -> VariantDomain:
    """The domain of a variant; `at_hand` are models to share, to which the pretrained one is added."""
    for one in at_hand:
        if one.model.encoder_key == model.encoder_sha256:
            return VariantDomain(model, one, file_sha256(path))
    model_type = variant.model.model_type
    source = ModelSource(model_type, model_type=model_type)
    (pretrained,) = load_sams(
        {"pretrained": source}, device, keep_embeddings=keep_embeddings, progress=progress
    )
    model.for_encoder(pretrained.model.encoder_sha256, path)
    at_hand.append(pretrained)
    return VariantDomain(model, pretrained, file_sha256(path))
