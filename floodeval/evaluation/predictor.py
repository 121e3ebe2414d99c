"""A predictor: variants that answer prompts for single photographs, whatever kind of model they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from floodeval.datasets.images import Mask, Photograph
from floodeval.evaluation.domain_check import DomainCheck
from floodeval.evaluation.routed_variant import RoutedVariant, load_routed
from floodeval.evaluation.sam_variants import SamVariant
from floodeval.evaluation.segmenter_variants import SegmenterVariant, load_segmenters
from floodeval.progress import Progress, silent
from floodeval.sam.domain import PhotographDistance
from floodeval.sam.inference import Embedding, Prediction, decode
from floodeval.sam.marks import Marks
from floodeval.sam.sources import FINETUNED, PUBLISHED, ModelSource, RoutedSource, SegmenterSource

AnsweringVariant = SamVariant | RoutedVariant | SegmenterVariant
AnsweringSource = ModelSource | RoutedSource | SegmenterSource


@dataclass(frozen=True)
class Encodings:
    """A photograph as the variants see it: all that they need of it to answer any prompt.

    Attributes:
        size: its height and width.
        embeddings: by `Model.encoder_key`.
        masks: of segmenters, which take no prompt, by the variant's name; H x W.
    """

    size: tuple[int, int]
    embeddings: dict[str, Embedding] = field(default_factory=dict)
    masks: dict[str, Mask] = field(default_factory=dict)


@dataclass(frozen=True)
class Predictor:
    """Variants that answer prompts: one encoding a photograph and image encoder, one decoding a prompt.

    `domain` has the domain models of those variants that have one.
    """

    variants: Sequence[AnsweringVariant]
    domain: DomainCheck = field(default_factory=DomainCheck)

    @property
    def sha256(self) -> dict[str, str]:
        """The SHA-256 of each variant's tensors; of a variant that routes, of its fine-tuned SAM."""
        return {
            one.name: (one.tuned if isinstance(one, RoutedVariant) else one).model.sha256
            for one in self.variants
        }

    @property
    def encoding_keys(self) -> tuple[str, ...]:
        """What the encodings of a photograph depend on: image encoders, segmenters and domain models."""
        found: list[str] = []
        for one in self.variants:
            if isinstance(one, SegmenterVariant):
                found.append(f"{one.name}={one.model.sha256}")
            elif isinstance(one, SamVariant):
                found.append(one.model.encoder_key)
            else:
                found += [one.tuned.model.encoder_key, f"{one.name}={one.source.percentile}"]
        return tuple(dict.fromkeys([*found, *self.domain.record.values()]))

    def encode(self, photograph: Photograph, keep: bool = False) -> Encodings:
        """Encode an H x W x 3 photograph; with `keep` by way of the embeddings kept on disk."""
        found = Encodings((photograph.shape[0], photograph.shape[1]))
        for variant in self.variants:
            if isinstance(variant, SegmenterVariant):
                found.masks[variant.name] = variant.model.encode(photograph) > 0
            elif isinstance(variant, SamVariant):
                _add_embedding(found, variant, photograph, keep)
            else:
                _add_embedding(found, variant.domain.pretrained, photograph, keep)
                _add_embedding(found, _answering(variant, found), photograph, keep)
        return found

    def distances(
        self, photograph: Photograph, encodings: Encodings, keep: bool = False
    ) -> dict[str, PhotographDistance]:
        """How far an H x W x 3 photograph is from the training photographs of variants with a domain model.

        Args:
            photograph: the photograph.
            encodings: of it, from `encode`; where the pretrained encoder's is not among them, it is encoded.
            keep: as for `encode`.
        """
        known = replace(encodings, embeddings=dict(encodings.embeddings))
        found = {}
        for name, one in self.domain.of.items():
            _add_embedding(known, one.pretrained, photograph, keep)
            found[name] = one.measure(known.embeddings[one.pretrained.model.encoder_key])
        return found

    def routes(self, encodings: Encodings) -> dict[str, str]:
        """Which model answers for each variant that routes, `pretrained` or `finetuned`, by its name."""
        return {
            one.name: FINETUNED if _answering(one, encodings) is one.tuned else PUBLISHED
            for one in self.variants
            if isinstance(one, RoutedVariant)
        }

    def decode(self, encodings: Encodings, marks: Marks) -> dict[str, Prediction]:
        """Every variant's mask for a prompt, at the photograph's own size, by the variant's name.

        A segmenter's mask is the same for every prompt, and its score is NaN.
        """
        return dict(self._decoded(encodings, marks))

    def _decoded(self, encodings: Encodings, marks: Marks) -> Iterator[tuple[str, Prediction]]:
        prompt = marks.prompt(encodings.size)
        for variant in self.variants:
            if isinstance(variant, SegmenterVariant):
                yield variant.name, Prediction(encodings.masks[variant.name], float("nan"))
            else:
                model = _answering(variant, encodings).model
                answer = decode(model.sam, encodings.embeddings[model.encoder_key], prompt)
                yield variant.name, replace(answer, logits=None)  # which take memory


def load_answering(
    sources: Mapping[str, AnsweringSource], device: str = "cpu", *, progress: Progress = silent
) -> list[AnsweringVariant]:
    """Load the model or models of every variant, in order.

    Args:
        sources: by variant name.
        device: a torch device.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: as `load_routed` and `load_segmenters`.
    """
    sams = {name: one for name, one in sources.items() if isinstance(one, ModelSource)}
    routed = {name: one for name, one in sources.items() if isinstance(one, RoutedSource)}
    segmenters = {name: one for name, one in sources.items() if isinstance(one, SegmenterSource)}
    found: dict[str, AnsweringVariant] = {}
    if sams or routed:
        for one in load_routed(sams, routed, device, progress=progress):
            assert isinstance(one, SamVariant | RoutedVariant)
            found[one.name] = one
    found |= {one.name: one for one in load_segmenters(segmenters, device, progress=progress)}
    return [found[name] for name in sources]


def _add_embedding(found: Encodings, variant: SamVariant, photograph: Photograph, keep: bool) -> None:
    """Encode a photograph with the variant's image encoder, unless another variant's work can be used."""
    if (key := variant.model.encoder_key) in found.embeddings:
        return
    encoder = variant.encoder
    kept = variant.store.get_or_encode(photograph, encoder)[0] if keep else None
    found.embeddings[key] = kept or encoder.encode(photograph)


def _answering(variant: SamVariant | RoutedVariant, encodings: Encodings) -> SamVariant:
    """The SAM that answers for a photograph that was encoded with the pretrained encoder."""
    if isinstance(variant, SamVariant):
        return variant
    pretrained = variant.domain.pretrained
    found = variant.domain.measure(encodings.embeddings[pretrained.model.encoder_key])
    return pretrained if variant.domain.routed_to(found) == PUBLISHED else variant.tuned
