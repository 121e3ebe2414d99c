"""A data set: its samples, how their files are read, and what could not be paired."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from floodeval.datasets.dataset_config import (
    AS_DECLARED,
    AS_STORED,
    EXIF,
    Reading,
    ReadingOptions,
    read_config,
)
from floodeval.datasets.image_files import Enough
from floodeval.datasets.images import Mask, Photograph, read_header, read_photograph, read_reduced
from floodeval.datasets.label_scheme import BLACK_AND_WHITE
from floodeval.datasets.layouts import LAYOUTS, Listing, list_dataset
from floodeval.datasets.layouts import Sample as Sample
from floodeval.datasets.layouts import dataset_places as dataset_places
from floodeval.datasets.layouts import find_dataset as find_dataset
from floodeval.datasets.layouts import natural_key as natural_key
from floodeval.datasets.photograph_reading import decide
from floodeval.datasets.reference_masks import Truth as Truth
from floodeval.datasets.reference_masks import read_reference
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
    """The samples of one folder, in the order of their ids, and what was left out."""

    name: str
    folder: Path
    samples: tuple[Sample, ...]
    skipped: tuple[Skipped, ...] = ()
    fingerprint: str = field(default="", compare=False)
    reading: Reading = AS_STORED

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
        masks = {sample.id: sample.mask for sample in self.samples}
        for sample_id in (*repairs, *repairs.values()):
            if sample_id not in masks:
                raise FloodevalError(saying("layouts.no_repair", name=self.name, id=sample_id))
        samples = (replace(one, mask=masks[repairs.get(one.id, one.id)]) for one in self.samples)
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
    truth = reference.water
    if photograph.shape[:2] != truth.shape:
        (h, w), (mask_h, mask_w) = photograph.shape[:2], truth.shape
        sizes = {"size": picture_size(w, h), "mask_size": picture_size(mask_w, mask_h)}
        names = {"photograph": sample.photograph.name, "mask": sample.mask.name}
        key = "images.other_orientation" if _fits_otherwise(sample) else "images.other_size"
        other = next(way for way in EXIF if way != sample.reading.photographs.exif)
        raise FloodevalError(saying(key, **names, **sizes, exif=other))
    return Pair(photograph, truth, reference.ignored)


def _fits_otherwise(sample: Sample) -> bool:
    """Whether photograph and mask are of one size with the other treatment of their orientation tags."""
    photograph, mask = read_header(sample.photograph), read_header(sample.mask)
    if sample.reading.photographs.exif == "apply":
        return photograph.stored_size == mask.stored_size
    return photograph.displayed_size == mask.displayed_size


def read_truth(sample: Sample) -> Truth:
    """Read a sample's reference mask by its data set's label scheme.

    Raises:
        FloodevalError: the file cannot be read, or has values that the scheme does not know.
    """
    reading = sample.reading
    return read_reference(sample.mask, reading.labels, upright=reading.photographs.exif == "apply")


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

    Two layouts are recognized: Kaggle's (`Image/`, `Mask/`, `metadata.csv`), and `images/` with `masks/`,
    paired by file name.

    Args:
        name: a folder, or a name under $FLOODEVAL_DATA or data/.
        options: how to read its files. By default as the folder's `dataset.toml` declares; without one,
            masks are black and white.
        reading: how to read every file, as a run recorded it; replaces `options` and `dataset.toml`.

    Raises:
        FloodevalError: no such folder, another layout, or no pair in it; a broken declaration; or
            photographs whose values do not determine how they are read.
    """
    listing = list_dataset(name)
    skipped = tuple(Skipped(gap.id, "pairing", str(gap.reason)) for gap in listing.gaps)
    if not listing.pairs:
        said = saying("layouts.no_pair", folder=listing.folder, layouts=LAYOUTS)
        if listing.gaps:
            said = saying(
                "layouts.no_pair_because", **said.values, count=len(skipped), why=listing.gaps[0].reason
            )
        raise FloodevalError(said)
    reading = reading or reading_of(listing, options)
    samples = tuple(replace(pair, reading=reading) for pair in listing.pairs)
    return Dataset(listing.name, listing.folder, samples, skipped, fingerprint(samples), reading)


def reading_of(listing: Listing, options: ReadingOptions = AS_DECLARED) -> Reading:
    """Decide how every file of a data set is read: as the options state, else as `dataset.toml` declares.

    Raises:
        FloodevalError: a broken declaration, or photographs whose values do not determine how they are read.
    """
    declared = read_config(listing.folder, options.config)
    photographs = decide(
        (pair.photograph for pair in listing.pairs),
        options.exif or declared.exif,
        options.stretch or declared.stretch,
        declared.bands,
    )
    return Reading(options.labels or declared.labels or BLACK_AND_WHITE, photographs)


def fingerprint(samples: Iterable[Sample]) -> str:
    """SHA-256 over every sample's id and its two files' sizes, first and last 64 KiB.

    The same on every machine; a data set of tens of gigabytes takes seconds.
    """
    digest = hashlib.sha256()
    for sample in sorted(samples, key=lambda s: s.id):
        digest.update(sample.id.encode(errors="surrogateescape") + b"\0")
        for path in (sample.photograph, sample.mask):
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
