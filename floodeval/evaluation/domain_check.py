"""The domain check: how unlike the training photographs of each variant the photographs are."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from floodeval.datasets.digests import file_sha256
from floodeval.errors import FloodevalError
from floodeval.evaluation.sam_variants import SamVariant, load_sams
from floodeval.evaluation.variants import Encoded, LoadedVariant, ReadSample
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, silent
from floodeval.sam.domain import DomainModel, PhotographDistance, domain_path, read_domain
from floodeval.sam.inference import Embedding
from floodeval.sam.photograph_features import pooled_features
from floodeval.sam.sources import FINETUNED, PUBLISHED, ModelSource


@dataclass(frozen=True)
class VariantDomain:
    """The domain model of a variant, with what it needs to measure a photograph.

    Attributes:
        model: the domain model.
        pretrained: the pretrained model of the variant's type, whose encoder the features come from.
        sha256: of the domain model's file.
        route: the percentile from which on the pretrained model answers; None without routing.
    """

    model: DomainModel
    pretrained: SamVariant
    sha256: str
    route: float | None = None

    def measure(self, embedding: Embedding) -> PhotographDistance:
        """The distance of a photograph, from its embedding by the pretrained encoder."""
        return self.model.measure(pooled_features(embedding))

    def routed_to(self, found: PhotographDistance) -> str | None:
        """Which model answers for a photograph, `pretrained` or `finetuned`; None without routing."""
        if self.route is None:
            return None
        return PUBLISHED if found.percentile >= self.route else FINETUNED


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
                "routed_to": domain.routed_to(found),
            }


def load_domain_check(
    loaded: Sequence[LoadedVariant],
    device: str = "cpu",
    *,
    only_routed: bool = False,
    keep_embeddings: bool = False,
    progress: Progress = silent,
) -> DomainCheck:
    """Read the domain model next to each SAM's checkpoint, and load the pretrained encoders that they need.

    A variant that has the pretrained encoder shares it. Variants that route have their domain models already.

    Args:
        loaded: the variants.
        device: a torch device.
        only_routed: leave out the variants that do not route.
        keep_embeddings: whether embeddings go through the cache.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: a domain model cannot be read, or was made for another encoder.
    """
    found: dict[str, VariantDomain] = {}
    at_hand = [one for one in loaded if isinstance(one, SamVariant)]
    for one in loaded:
        routed = getattr(one, "domain", None)
        if isinstance(routed, VariantDomain):
            found[one.name] = routed
        elif isinstance(one, SamVariant) and not only_routed and domain_path(one.source.checkpoint):
            found[one.name] = variant_domain(
                one, at_hand, device, keep_embeddings=keep_embeddings, progress=progress
            )
    return DomainCheck(found)


def variant_domain(
    variant: SamVariant,
    at_hand: list[SamVariant],
    device: str = "cpu",
    *,
    keep_embeddings: bool = False,
    progress: Progress = silent,
) -> VariantDomain:
    """Read the domain model of a variant.

    Args:
        variant: a fine-tuned SAM.
        at_hand: models to share, to which the pretrained one is added.
        device: a torch device.
        keep_embeddings: whether embeddings go through the cache.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: there is none, it cannot be read, or it was made for another encoder.
    """
    path = domain_path(variant.source.checkpoint)
    if path is None:
        raise FloodevalError(saying("domain.none", model=variant.name))
    model, sha256 = read_domain(path), file_sha256(path)
    for one in at_hand:
        if one.model.encoder_key == model.encoder_sha256:
            return VariantDomain(model, one, sha256)
    model_type = variant.model.model_type
    source = ModelSource(model_type, model_type=model_type)
    (pretrained,) = load_sams({PUBLISHED: source}, device, keep_embeddings=keep_embeddings, progress=progress)
    model.for_encoder(pretrained.model.encoder_sha256, path)
    at_hand.append(pretrained)
    return VariantDomain(model, pretrained, sha256)
