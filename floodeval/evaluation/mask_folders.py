"""Folders of masks that another program made, as variants: one file per sample, all read by one scheme."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.images import read_header
from floodeval.datasets.listing import Sample
from floodeval.datasets.sample_names import printable
from floodeval.errors import FloodevalError
from floodeval.evaluation.declared_training import DeclaredTraining
from floodeval.evaluation.mask_files import read_predicted, read_size
from floodeval.evaluation.mask_listing import (
    digest_of_masks,
    is_inside,
    mask_sha256,
    match_masks,
    read_timings,
    shown_in,
)
from floodeval.evaluation.mask_scheme import ValueSummary, apply, decide
from floodeval.evaluation.sample_rows import Decoded
from floodeval.evaluation.variant_record import MASKS, MaskScheme, Variant
from floodeval.evaluation.variants import Encoded, ReadSample
from floodeval.i18n.catalog import saying
from floodeval.i18n.formats import picture_size
from floodeval.metrics.logit_histograms import bins_of_probabilities
from floodeval.sam.prompts import PromptSpec
from floodeval.sam.sources import MaskFolderSource
from floodeval.storage.pools import thread_pool

THREADS = 4


@dataclass(frozen=True)
class MaskFolderVariant:
    """A folder of masks as a variant; its one prompt is `none`.

    Attributes:
        name: the variant's.
        source: the folder with its options.
        scheme: what the values of its files mean.
        files: the masks that are used, by sample id.
        digests: SHA-256 of every file of a sample, by sample id, also of those that cannot be used.
        lacking: the samples without a mask that can be used, by id, with the reason.
        timings: milliseconds that a mask took, by sample id, where the folder's `timing.csv` says so.
        exif: `apply` or `ignore` the masks' orientation tags.
        declared: what the program's model was trained on, where a person knows.
        seen: nothing, since its training photographs are not known by their digests.
    """

    name: str
    source: MaskFolderSource
    scheme: MaskScheme
    files: Mapping[str, Path]
    digests: Mapping[str, str]
    lacking: Mapping[str, object]
    timings: Mapping[str, float] = field(default_factory=dict)
    exif: str = "apply"
    declared: DeclaredTraining | None = None
    seen: frozenset[str] = frozenset()

    @property
    def prompt_kinds(self) -> Collection[str]:
        """Only `none`."""
        return MaskFolderSource.prompt_kinds

    @property
    def encoder_id(self) -> int:
        """Shared with no other variant."""
        return id(self)

    @property
    def has_unknown_training(self) -> bool:
        """Whether nobody declared what the masks' model was trained on."""
        return self.declared is None

    @property
    def resources(self) -> dict[str, Any]:
        """Nothing is known of the model that made the masks."""
        return {"parameters": None, "trained_parameters": None}

    @property
    def sha256(self) -> str:
        """The digest of the contents of all files."""
        return digest_of_masks(self.source.folder, self.digests)

    def declaring(self, declared: DeclaredTraining | None) -> "MaskFolderVariant":
        """The same folder with what its model was trained on."""
        return replace(self, declared=declared)

    def encode(self, read: ReadSample) -> Encoded:
        """What the folder's timings say about the sample; there is nothing to encode."""
        return Encoded(None, self.timings.get(read.sample.id))

    def decode(self, spec: PromptSpec, read: ReadSample, encoded: Encoded) -> Decoded:
        """Read the sample's mask.

        Raises:
            FloodevalError: the file changed since the evaluation began, or has another size.
        """
        path, truth = self.files[read.sample.id], read.pair.truth
        if mask_sha256(self.source.folder, path) != self.digests[read.sample.id]:
            raise FloodevalError(saying("masks.changed", file=shown_in(self.source.folder, path)))
        mask, probability = apply(self.scheme, read_predicted(path, self.exif))
        if mask.shape != truth.shape:
            raise FloodevalError(_other_size(self.source.folder, path, mask.shape, truth.shape))
        decode_ms = None if encoded.took_ms is None else 0.0
        return Decoded(
            self.name,
            spec.spec,
            mask,
            encode_ms=encoded.took_ms,
            decode_ms=decode_ms,
            logit_bins=None if probability is None else bins_of_probabilities(probability),
        )

    def described(self, dataset: Dataset) -> Variant:
        """The variant as `run.json` names it."""
        trained_on = None if self.declared is None else self.declared.trained_on(dataset)
        digest = self.sha256
        return Variant(
            self.name, "", None, digest, "", trained_on, MASKS, file_sha256=digest, masks=self.scheme
        )


def open_mask_folder(name: str, source: MaskFolderSource, samples: Sequence[Sample]) -> MaskFolderVariant:
    """Match a folder's masks with samples, check them, and decide what their values mean.

    Args:
        name: of the variant.
        source: the folder with its options.
        samples: to be evaluated; one or more.

    Raises:
        FloodevalError: no file or more than one file belongs to a sample, the values do not say what they
            mean, no mask can be used, or `timing.csv` cannot be read.
    """
    matched = match_masks(source.folder, samples)
    exif = samples[0].reading.photographs.exif
    timings = read_timings(source.folder)
    lacking: dict[str, object] = {
        sample.id: saying("masks.absent", variant=name, folder=printable(source.folder.absolute().name))
        for sample in samples
        if sample.id not in matched
    }
    summaries: dict[Path, ValueSummary] = {}
    with thread_pool(THREADS) as pool:
        wanted = [sample for sample in samples if sample.id in matched]
        digests = dict(
            zip(
                matched,
                pool.map(lambda path: mask_sha256(source.folder, path), matched.values()),
                strict=True,
            )
        )  # before the values are read, so that a later change is noticed
        looked = pool.map(lambda one: _summary(source.folder, matched[one.id], one, exif), wanted)
        for sample, found in zip(wanted, looked, strict=True):
            if isinstance(found, ValueSummary):
                summaries[matched[sample.id]] = found
            else:
                lacking[sample.id] = saying("masks.unusable", variant=name, why=found)
    if not summaries:
        raise FloodevalError(
            saying("masks.none_usable", folder=source.folder, why=next(iter(lacking.values())))
        )
    scheme = decide(source, summaries)
    files = {sample_id: path for sample_id, path in matched.items() if sample_id not in lacking}
    return MaskFolderVariant(name, source, scheme, files, digests, lacking, timings, exif)


def _summary(folder: Path, path: Path, sample: Sample, exif: str) -> ValueSummary | object:
    """What a mask's values are like; the reason in one line where it cannot be used."""
    try:
        if not is_inside(folder, path):
            return saying("masks.outside", file=shown_in(folder, path))
        size, wanted = read_size(path, exif), _size_of(sample, exif)
        if wanted is not None and size != wanted:
            return _other_size(folder, path, size, wanted)
        return ValueSummary.of(read_predicted(path, exif))
    except FloodevalError as error:
        said: object = error.args[0]
        return said
    except (OSError, MemoryError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        return saying("masks.broken", path=shown_in(folder, path), why=why)


def _size_of(sample: Sample, exif: str) -> tuple[int, int] | None:
    """Height and width of a sample's photograph; None where the pipeline will find its file broken."""
    try:
        header = read_header(sample.photograph, exif)
    except FloodevalError:
        return None
    return header.height, header.width


def _other_size(folder: Path, path: Path, size: tuple[int, ...], wanted: tuple[int, ...]) -> object:
    (tall, wide), (height, width) = size, wanted
    sizes = {"size": picture_size(wide, tall), "wanted": picture_size(width, height)}
    return saying("masks.other_size", file=shown_in(folder, path), **sizes)
