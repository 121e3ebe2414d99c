"""What a data set is recognized as: layout, files, label values, classes, subsets, and what is in doubt."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from floodeval.datasets.audit.audited_files import AuditedFiles
from floodeval.datasets.bands import Header
from floodeval.datasets.classes import Classes
from floodeval.datasets.dataset import (
    Dataset,
    labels_of,
    read_truth,
    reading_of,
    refuse_misfit,
    refuse_other_sizes,
)
from floodeval.datasets.dataset_config import AS_DECLARED, PhotographReading, Reading, ReadingOptions
from floodeval.datasets.images import read_header
from floodeval.datasets.label_check import KeptValues, check_values
from floodeval.datasets.label_scheme import BLACK_AND_WHITE, WATER_ABOVE, LabelScheme, StatedLabels
from floodeval.datasets.layouts import list_dataset
from floodeval.datasets.listing import Listing, Sample
from floodeval.datasets.mask_values import MaskValues
from floodeval.datasets.splits import SUBSETS
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying
from floodeval.progress import Progress, Step, silent

MOST_VALUES = 64  # that are described


@dataclass(frozen=True)
class LabelValue:
    """A value of the masks.

    Attributes:
        value: as masks store it.
        name: of its class; empty where it has none.
        share: of all pixels, 0..1.
        meaning: `water`, `land` or `ignored`; empty where nothing says it.
    """

    value: int
    name: str
    share: float
    meaning: str


@dataclass(frozen=True)
class Description:
    """What a data set is recognized as.

    Attributes:
        listing: its layout, pairs, gaps, classes and subsets.
        labels: what mask values mean; None where nothing says it.
        photographs: how photographs are read; None where their values do not determine it.
        formats: how many photographs have each format, by content.
        bands: how many photographs have each number of bands.
        smallest: width and height of the photograph with the fewest pixels; None where none can be read.
        largest: of the one with the most.
        values: those of the masks, the most frequent first.
        notes: on the values of the masks.
        doubts: what the data set is refused for, or what somebody should look at.
    """

    listing: Listing
    labels: LabelScheme | None
    photographs: PhotographReading | None
    formats: Mapping[str, int]
    bands: Mapping[int, int]
    smallest: tuple[int, int] | None
    largest: tuple[int, int] | None
    values: tuple[LabelValue, ...]
    notes: tuple[Saying, ...] = ()
    doubts: tuple[Saying, ...] = ()

    @property
    def classes(self) -> Classes:
        """The classes that the data set declares."""
        return self.listing.classes

    @property
    def subset_sizes(self) -> dict[str, int]:
        """How many samples each subset has; empty where the data set has no split of its own."""
        sizes = Counter(self.listing.subset_of.values())
        return {subset: sizes[subset] for subset in SUBSETS if subset in sizes}

    def to_json(self) -> str:
        """The description as a list of one entry."""
        return json.dumps([self.entry()], indent=2, ensure_ascii=False) + "\n"

    def entry(self) -> dict[str, Any]:
        """The description as JSON can hold it."""
        listing = self.listing
        return {
            "name": listing.name,
            "layout": listing.layout,
            "n_pairs": len(listing.pairs),
            "n_photographs": len(listing.photographs),
            "n_masks": len(listing.masks),
            "n_unpaired": len(listing.gaps),
            "formats": dict(self.formats),
            "bands": {str(n): count for n, count in self.bands.items()},
            "smallest": self.smallest,
            "largest": self.largest,
            "labels": None if self.labels is None else self.labels.to_json(),
            "photographs": None if self.photographs is None else self.photographs.to_json(),
            "classes": {name: list(values) for name, values in self.classes.values.items()},
            "values": [
                {"value": one.value, "class": one.name, "share": round(one.share, 6), "meaning": one.meaning}
                for one in self.values
            ],
            "split": self.subset_sizes,
            "notes": [str(note) for note in self.notes],
            "doubts": [str(doubt) for doubt in self.doubts],
        }


def describe_dataset(
    name: str | Path, options: ReadingOptions = AS_DECLARED, progress: Progress = silent
) -> Description:
    """Describe a data set: its layout, files and label values; what `load_dataset` would refuse is a doubt.

    Args:
        name: a folder, or a name under $FLOODEVAL_DATA or data/.
        options: how its files are read, as in `load_dataset`.
        progress: called with how many masks are done, and of how many.

    Raises:
        FloodevalError: no such folder, no layout or several, or a broken declaration or annotation.
    """
    listing = list_dataset(name, options.config)
    labels, photographs, doubts = _decided(listing, options)
    reading = Reading(labels or BLACK_AND_WHITE, photographs or PhotographReading())
    samples = tuple(replace(pair, reading=reading) for pair in listing.pairs)
    dataset = Dataset(listing.name, listing.folder, samples, reading=reading, listing=listing)
    try:
        refuse_other_sizes(samples)
    except FloodevalError as refusal:
        doubts.append(refusal.args[0])
    headers, masks = _headers(listing), _masks(dataset, progress)
    found = _described(dataset, [*headers.values()], masks, is_decided=labels is not None)
    doubts += _named_doubts(listing, options)
    doubts += [*found.doubts, *_unusable(dataset, headers, masks)]
    return replace(found, photographs=photographs, doubts=tuple(doubts))


def _unusable(
    dataset: Dataset, headers: Mapping[Path, Header], masks: Mapping[str, MaskValues]
) -> list[Saying]:
    """Masks that cannot be read, and pairs whose sizes differ."""
    broken, misfits = [], []
    for sample in dataset.samples:
        if sample.source.shown not in masks:
            broken += _refusals(read_truth, sample)
        elif sample.source.annotation is None and sample.photograph in headers:
            misfits += _refusals(refuse_misfit, sample)
    return [
        saying(key, n=len(found), why=found[0])
        for key, found in (("layouts.broken_masks", broken), ("layouts.misfits", misfits))
        if found
    ]


def _refusals(read: Callable[[Sample], object], sample: Sample) -> list[Saying]:
    try:
        read(sample)
    except FloodevalError as refusal:
        return [refusal.args[0]]
    return []


def describe_scanned(dataset: Dataset, audited: AuditedFiles) -> Description:
    """Describe a data set as it was loaded, from files that an audit has looked at."""
    headers = [file.header for file in audited.photographs.values() if file.header]
    masks = {file.shown: file.values for file in audited.masks.values() if file.values}
    return _described(dataset, headers, masks)


def _described(
    dataset: Dataset, headers: Sequence[Header], masks: Mapping[str, MaskValues], *, is_decided: bool = True
) -> Description:
    """Describe a data set by the headers of its photographs and the values of its masks."""
    listing = dataset.listing or list_dataset(dataset.folder)
    labels: LabelScheme | None = dataset.reading.labels if is_decided else None
    notes, doubts = tuple[Saying, ...](), list[Saying]()
    try:
        if labels is not None:
            notes = check_values(dataset, masks).notes
    except FloodevalError as refusal:
        doubts.append(refusal.args[0])
        labels = labels if labels and labels.is_declared else None
    sizes = sorted((one.width * one.height, one.width, one.height) for one in headers)
    return Description(
        listing,
        labels,
        dataset.reading.photographs,
        dict(Counter(one.format for one in headers).most_common()),
        dict(Counter(one.n_bands for one in headers).most_common()),
        sizes[0][1:] if sizes else None,
        sizes[-1][1:] if sizes else None,
        _values(masks.values(), labels, listing.classes),
        notes,
        tuple(doubts + _missing(listing, len(headers))),
    )


def _decided(
    listing: Listing, options: ReadingOptions
) -> tuple[LabelScheme | None, PhotographReading | None, list[Saying]]:
    """What labels mean and how photographs are read, and why where it cannot be decided."""
    labels, photographs, doubts = None, None, list[Saying]()
    try:
        labels = labels_of(listing, options)
    except FloodevalError as refusal:
        doubts.append(refusal.args[0])
    try:
        photographs = reading_of(listing, replace(options, labels=labels or BLACK_AND_WHITE)).photographs
    except FloodevalError as refusal:
        doubts.append(refusal.args[0])
    return labels, photographs, doubts


def _masks(dataset: Dataset, progress: Progress) -> dict[str, MaskValues]:
    """The values of every mask that can be read, by its name."""
    kept, masks = KeptValues.of(dataset), dict[str, MaskValues]()
    for done, sample in enumerate(dataset.samples, start=1):
        if found := kept.values(sample):
            masks[sample.source.shown] = found
        progress(Step(done, len(dataset.samples), "checking labels"))
    kept.write()
    return masks


def _headers(listing: Listing) -> dict[Path, Header]:
    """The header of every photograph that can be read."""
    headers = {}
    for pair in listing.pairs:
        with suppress(FloodevalError):  # the audit reports it
            headers[pair.photograph] = read_header(pair.photograph)
    return headers


def _values(
    masks: Iterable[MaskValues], labels: LabelScheme | None, classes: Classes
) -> tuple[LabelValue, ...]:
    """The values of all masks with their shares; gray edges of black and white masks count as the two."""
    is_plain = labels is not None and labels.water is None
    counts: Counter[int] = Counter()
    for mask in masks:
        for value, n in mask.counts.items():
            counts[_black_or_white(mask, value) if is_plain else value] += n
    total = sum(counts.values())
    return tuple(
        LabelValue(value, classes.name_of(value), n / total, _meaning(value, labels))
        for value, n in counts.most_common(MOST_VALUES)
    )


def _black_or_white(mask: MaskValues, value: int) -> int:
    """The pole that a value of a plain mask counts as; indices of a palette stay."""
    if mask.kind == "palette":
        return value
    return 255 if value > WATER_ABOVE or (mask.kind == "bilevel" and value) else 0


def _meaning(value: int, labels: LabelScheme | None) -> str:
    if labels is None:
        return ""
    if labels.water is None:
        return {0: "land", 255: "water"}.get(value, "")
    return "water" if value in labels.water else "ignored" if value in labels.ignore else "land"


def _named_doubts(listing: Listing, options: ReadingOptions) -> list[Saying]:
    """What is decided by a name alone."""
    doubts = []
    stated: Sequence[StatedLabels | LabelScheme | None] = (
        options.labels,
        listing.declared.labels,
        listing.labels,
    )
    is_stated = any(one is not None and one.water is not None for one in stated)
    if listing.classes and not is_stated and (word := listing.classes.water_by_name):
        doubts.append(saying("classes.taken", word=word))
    if listing.layout == "FloodNet" and not listing.declared.layout:
        doubts.append(saying("layouts.drone_classes"))
    return doubts


def _missing(listing: Listing, n_readable: int) -> list[Saying]:
    """What is left out."""
    doubts = []
    if listing.gaps:
        doubts.append(saying("layouts.unpaired", n=len(listing.gaps), why=listing.gaps[0].reason))
    if n_readable < len(listing.pairs):
        doubts.append(saying("layouts.unreadable", n=len(listing.pairs) - n_readable))
    n_outside = sum(pair.id not in listing.subset_of for pair in listing.pairs)
    if listing.subset_of and n_outside:
        doubts.append(saying("layouts.in_no_subset", n=n_outside))
    return doubts
