"""A data set: its samples, how their files are read, and what could not be paired."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from floodeval.datasets.classes import chosen_labels
from floodeval.datasets.dataset_config import AS_DECLARED, AS_STORED, EXIF, Reading, ReadingOptions
from floodeval.datasets.image_files import Enough
from floodeval.datasets.images import Mask, Photograph, read_header, read_photograph, read_reduced
from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme, StatedLabels
from floodeval.datasets.layouts import EXPECTED, list_dataset
from floodeval.datasets.layouts import dataset_places as dataset_places
from floodeval.datasets.layouts import find_dataset as find_dataset
from floodeval.datasets.listing import Listing
from floodeval.datasets.listing import Sample as Sample
from floodeval.datasets.photograph_reading import decide
from floodeval.datasets.reference_masks import Truth as Truth
from floodeval.datasets.reference_masks import read_reference
from floodeval.datasets.sample_names import natural_key as natural_key
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.i18n.formats import picture_size

FINGERPRINT_BYTES = 65536  # read from either end of a file


@dataclass(frozen=True)
class Skipped:
    """A sample that could not be used: at which stage, and why, in one line."""

    id: str
    stage: str
    reason: str


@dataclass(frozen=True)
class Dataset:
    """The samples of one folder, in the order of their ids, and what was left out.

    Attributes:
        name: of the folder.
        folder: that holds it.
        samples: its photographs with their masks.
        skipped: what could not be paired.
        fingerprint: of ids and files.
        reading: how every file is read.
        listing: what its folder lists, with its layout, classes and subsets; None where it was not listed.
    """

    name: str
    folder: Path
    samples: tuple[Sample, ...]
    skipped: tuple[Skipped, ...] = ()
    fingerprint: str = field(default="", compare=False)
    reading: Reading = AS_STORED
    listing: Listing | None = field(default=None, compare=False, repr=False)

    def __getitem__(self, sample_id: str) -> Sample:
        """Return the sample of that id, or raise KeyError."""
        return self._by_id[sample_id]

    @cached_property
    def _by_id(self) -> dict[str, Sample]:
        return {sample.id: sample for sample in reversed(self.samples)}

    def repaired(self, repairs: Mapping[str, str]) -> Self:
        """Give samples the masks of others, as an audit found them swapped; the fingerprint stays.

        Args:
            repairs: for each sample to repair, the id of the sample whose mask fits.

        Raises:
            FloodevalError: the data set lacks one of these samples.
        """
        masks = {sample.id: sample.source for sample in self.samples}
        for sample_id in (*repairs, *repairs.values()):
            if sample_id not in masks:
                raise FloodevalError(saying("layouts.no_repair", name=self.name, id=sample_id))
        samples = (one.masked_by(masks[repairs.get(one.id, one.id)]) for one in self.samples)
        return replace(self, samples=tuple(samples))


@dataclass(frozen=True)
class Pair:
    """A photograph, H x W x 3 RGB 8-bit, and its truth, H x W, true where water stands.

    `ignored` is H x W, true where a pixel counts nowhere (truth is false there); None where every pixel
    counts.
    """

    photograph: Photograph
    truth: Mask
    ignored: Mask | None = None


def read_pair(sample: Sample) -> Pair:
    """Read a sample's photograph and mask.

    Raises:
        FloodevalError: a file cannot be read, or the two sizes disagree (nothing is resized silently).
    """
    photograph, reference = read_sample_photograph(sample), read_truth(sample)
    _refuse_sizes(sample, photograph.shape[:2], reference.water.shape)
    return Pair(photograph, reference.water, reference.ignored)


def refuse_misfit(sample: Sample) -> None:
    """Refuse a photograph and a mask whose sizes disagree, by their headers.

    Raises:
        FloodevalError: as `read_pair` refuses them.
    """
    reading = sample.reading.photographs
    photograph, mask = read_header(sample.photograph, reading.exif), sample.source.header(reading.exif)
    _refuse_sizes(sample, (photograph.height, photograph.width), (mask.height, mask.width))


def _refuse_sizes(sample: Sample, photograph: tuple[int, ...], mask: tuple[int, ...]) -> None:
    """Refuse a photograph and a mask whose sizes, height and width, disagree."""
    if photograph == mask:
        return
    (h, w), (mask_h, mask_w) = photograph, mask
    sizes = {"size": picture_size(w, h), "mask_size": picture_size(mask_w, mask_h)}
    names = {"photograph": sample.photograph.name, "mask": sample.mask.name}
    key = "images.other_orientation" if _fits_otherwise(sample) else "images.other_size"
    other = next(way for way in EXIF if way != sample.reading.photographs.exif)
    raise FloodevalError(saying(key, **names, **sizes, exif=other))


def _fits_otherwise(sample: Sample) -> bool:
    """Whether photograph and mask are of one size with the other treatment of their orientation tags."""
    photograph, mask = read_header(sample.photograph), sample.source.header()
    if sample.reading.photographs.exif == "apply":
        return photograph.stored_size == mask.stored_size
    return photograph.displayed_size == mask.displayed_size


def read_truth(sample: Sample) -> Truth:
    """Read a sample's reference mask by its data set's label scheme.

    Raises:
        FloodevalError: the file cannot be read, or has values that the scheme does not know.
    """
    reading = sample.reading
    return read_reference(sample.source, reading.labels, upright=reading.photographs.exif == "apply")


def read_sample_photograph(sample: Sample) -> Photograph:
    """Read a sample's photograph, H x W x 3, as its data set's photographs are read.

    Raises:
        FloodevalError: the file cannot be read.
    """
    return read_photograph(sample.photograph, sample.reading.photographs)


def read_sample_reduced(sample: Sample, enough: Enough) -> tuple[Photograph, tuple[int, int]]:
    """Read a sample's photograph where fewer pixels will do, and its size, as `read_reduced` does.

    Raises:
        FloodevalError: the file cannot be read.
    """
    return read_reduced(sample.photograph, enough, sample.reading.photographs)


def load_dataset(
    name: str | Path,
    options: ReadingOptions = AS_DECLARED,
    *,
    reading: Reading | None = None,
) -> Dataset:
    """Pair the photographs and masks of a data set, given by path or by name.

    The folder has a layout of the table in the documentation, or its `dataset.toml` says where the files are.

    Args:
        name: a folder, or a name under $FLOODEVAL_DATA or data/.
        options: how to read its files. By default as the folder's `dataset.toml` declares; without one,
            masks are black and white, or have the classes of its layout.
        reading: how to read every file, as a run recorded it; replaces `options` and `dataset.toml`.

    Raises:
        FloodevalError: no such folder, no layout or several, or no pair in it; a broken declaration or
            annotation; classes of which nothing says which are water; or photographs whose values do not
            determine how they are read.
    """
    listing = list_dataset(name, options.config)
    skipped = tuple(Skipped(gap.id, "pairing", str(gap.reason)) for gap in listing.gaps)
    if not listing.pairs:
        said = saying("layouts.no_pair", folder=listing.folder, layouts=EXPECTED)
        if listing.gaps:
            said = saying(
                "layouts.no_pair_because", **said.values, count=len(skipped), why=listing.gaps[0].reason
            )
        raise FloodevalError(said)
    reading = reading or reading_of(listing, options)
    samples = tuple(replace(pair, reading=reading) for pair in listing.pairs)
    refuse_other_sizes(samples)
    return Dataset(listing.name, listing.folder, samples, skipped, fingerprint(samples), reading, listing)


def reading_of(listing: Listing, options: ReadingOptions = AS_DECLARED) -> Reading:
    """Decide how every file is read: as the options state, else as `dataset.toml`, else as the layout does.

    Raises:
        FloodevalError: classes of which nothing says which are water, or photographs whose values do not
            determine how they are read.
    """
    declared = listing.declared
    labels = labels_of(listing, options)
    photographs = decide(
        (pair.photograph for pair in listing.pairs),
        options.exif or declared.exif,
        options.stretch or declared.stretch or listing.stretch,
        declared.bands or listing.bands,
    )
    return Reading(labels, photographs)


def labels_of(listing: Listing, options: ReadingOptions = AS_DECLARED) -> LabelScheme:
    """Decide what mask values mean: as the options state, else as `dataset.toml`, else as the layout does.

    Raises:
        FloodevalError: a name is no class, or nothing says which classes are water.
    """
    if isinstance(options.labels, LabelScheme):
        return options.labels
    stated: list[StatedLabels | None] = [options.labels, listing.declared.labels, listing.labels]
    return chosen_labels(listing.classes, stated, listing.name) or BLACK_AND_WHITE


def refuse_other_sizes(samples: Iterable[Sample]) -> None:
    """Refuse annotation files that state another size than a photograph has.

    Raises:
        FloodevalError: names the file, the photograph and both sizes.
    """
    for sample in samples:
        annotation = sample.source.annotation
        if annotation is None or annotation.size is None:
            continue
        try:
            header = read_header(sample.photograph, sample.reading.photographs.exif)
        except FloodevalError:  # reported when the sample is read
            continue
        if annotation.size != (header.width, header.height):
            sizes = {
                "size": picture_size(header.width, header.height),
                "stated": picture_size(*annotation.size),
            }
            raise FloodevalError(
                saying(
                    "annotations.other_size", path=sample.source.shown, file=sample.photograph.name, **sizes
                )
            )


def fingerprint(samples: Iterable[Sample]) -> str:
    """SHA-256 over every sample's id and its two files' sizes, first and last 64 KiB.

    Of an annotation file, only what it says about the sample counts. The same on every machine; a data set of
    tens of gigabytes takes seconds.
    """
    digest = hashlib.sha256()
    for sample in sorted(samples, key=lambda s: s.id):
        digest.update(sample.id.encode(errors="surrogateescape") + b"\0")
        annotation = sample.source.annotation
        if annotation:
            digest.update(annotation.digest.encode())
        for path in (sample.photograph, *([] if annotation else [sample.mask])):
            size = path.stat().st_size
            digest.update(size.to_bytes(8, "big"))
            with path.open("rb") as stream:
                digest.update(stream.read(FINGERPRINT_BYTES))
                stream.seek(max(FINGERPRINT_BYTES, size - FINGERPRINT_BYTES))
                digest.update(stream.read(FINGERPRINT_BYTES))
    return digest.hexdigest()


def digest_of(photograph: Path) -> str:
    """The first 16 hexadecimal digits of a file's SHA-256: enough to know a photograph again."""
    return hashlib.sha256(photograph.read_bytes()).hexdigest()[:16]
