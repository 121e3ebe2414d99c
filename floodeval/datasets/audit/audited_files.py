"""The files that an audit checks: a data set's listing, with each of its files read once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from floodeval.datasets.audit.files import MaskFile, PhotographFile, look_at_masks, look_at_photographs
from floodeval.datasets.audit.shore_fit import Fits
from floodeval.datasets.dataset import reading_of
from floodeval.datasets.dataset_config import (
    AS_DECLARED,
    AS_STORED,
    PhotographReading,
    Reading,
    ReadingOptions,
    read_config,
)
from floodeval.datasets.label_scheme import BLACK_AND_WHITE
from floodeval.datasets.layouts import Listing, Sample
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying
from floodeval.progress import Progress, silent


@dataclass(frozen=True)
class AuditedFiles:
    """A listing and its files, read as `reading` says; a file without a partner is known by its own id.

    `refused` says why `load_dataset` refuses the photographs; None where it reads them.
    """

    listing: Listing
    photographs: Mapping[Path, PhotographFile]
    masks: Mapping[Path, MaskFile]
    reading: Reading = AS_STORED
    refused: Saying | None = None

    @cached_property
    def photograph_of(self) -> dict[str, PhotographFile]:
        """Every photograph by the id of its sample."""
        return {sample_id: self.photographs[path] for sample_id, path in self.listing.photograph_of.items()}

    @cached_property
    def mask_of(self) -> dict[str, MaskFile]:
        """Every mask by the id of its sample."""
        return {sample_id: self.masks[path] for sample_id, path in self.listing.mask_of.items()}

    @cached_property
    def readable_pairs(self) -> list[Sample]:
        """The pairs both of whose files could be decoded."""
        return [
            pair
            for pair in self.listing.pairs
            if not self.photographs[pair.photograph].error and not self.masks[pair.mask].error
        ]

    @cached_property
    def fits(self) -> Fits:
        """How well each mask fits each photograph."""
        photographs = {i: f.small for i, f in self.photograph_of.items() if f.small is not None}
        masks = {i: f.small for i, f in self.mask_of.items() if f.small is not None}
        ignored = {i: f.small_ignored for i, f in self.mask_of.items() if f.small_ignored is not None}
        return Fits(photographs, masks, ignored)


def look_at_files(
    listing: Listing,
    reading: Reading,
    refused: Saying | None = None,
    progress: Progress = silent,
) -> AuditedFiles:
    """Read every file of a listing once.

    Args:
        listing: of the data set.
        reading: how its files are read.
        refused: why `load_dataset` refuses the photographs, from `reading_or_refusal`.
        progress: called with how many files are done, and of how many.
    """
    photographs = tuple(dict.fromkeys([*listing.photographs, *(p.photograph for p in listing.pairs)]))
    masks = tuple(dict.fromkeys([*listing.masks, *(p.mask for p in listing.pairs)]))
    total = len(photographs) + len(masks)
    return AuditedFiles(
        listing,
        look_at_photographs(
            photographs, lambda step: progress(replace(step, total=total)), reading.photographs
        ),
        look_at_masks(
            masks,
            lambda step: progress(replace(step, done=len(photographs) + step.done, total=total)),
            reading,
        ),
        reading,
        refused,
    )


def reading_or_refusal(
    listing: Listing, options: ReadingOptions = AS_DECLARED
) -> tuple[Reading, Saying | None]:
    """How the files are read, and why `load_dataset` refuses the photographs; None where it reads them.

    Raises:
        FloodevalError: the data set's `dataset.toml` is broken.
    """
    declared = read_config(listing.folder, options.config)
    try:
        return reading_of(listing, options), None
    except FloodevalError as refusal:
        exif = options.exif or declared.exif
        photographs = PhotographReading(exif=exif or "apply", exif_stated=exif is not None)
        return Reading(options.labels or declared.labels or BLACK_AND_WHITE, photographs), refusal.args[0]
