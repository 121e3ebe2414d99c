"""The files that an audit checks, each read once; how well a mask's shore fits its photograph."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from floodeval.datasets.audit.files import MaskFile, PhotographFile, look_at_masks, look_at_photographs
from floodeval.datasets.dataset import labels_of, reading_of
from floodeval.datasets.dataset_config import (
    AS_DECLARED,
    AS_STORED,
    PhotographReading,
    Reading,
    ReadingOptions,
)
from floodeval.datasets.images import Mask, Photograph
from floodeval.datasets.label_scheme import BLACK_AND_WHITE
from floodeval.datasets.listing import Listing, Sample
from floodeval.datasets.mask_sources import MaskSource
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying
from floodeval.progress import Progress, silent

BAND_PX = 9  # across the shore, of a mask SMALL pixels wide
COLORS = 16  # of the photograph, by median cut
N_STRANGERS = 40  # masks that are mirrored, three ways each
FEWEST_STRANGERS = 8  # below that many different masks there is nothing to compare with

Floats = npt.NDArray[np.float32]


class Fits:
    """The fits of a data set's masks to its photographs, each computed when it is asked for."""

    def __init__(
        self,
        photographs: Mapping[str, Photograph],
        masks: Mapping[str, Mask],
        ignored: Mapping[str, Mask] | None = None,
    ) -> None:
        """Take photographs, each S x S x 3, and masks, each S x S, by their ids; and what masks ignore."""
        self._photographs, ignored = photographs, ignored or {}
        self._shores = {i: shore(mask, ignored.get(i)) for i, mask in masks.items() if 0 < mask.mean() < 1}
        self._distinct = list({m.tobytes(): m for i, m in masks.items() if i in self._shores}.values())
        self._fits: dict[str, dict[str, float]] = {}

    @property
    def possible(self) -> bool:
        """Whether there are enough masks to distinguish a fit from chance."""
        return len(self._distinct) >= FEWEST_STRANGERS

    def of(self, mask_id: str, photograph_id: str) -> float | None:
        """The fit in standard deviations above chance; None where it cannot be computed."""
        if not self.possible or mask_id not in self._shores or photograph_id not in self._photographs:
            return None
        return self._above_chance(self._photographs[photograph_id], self._shores[mask_id])

    def between(self, photograph: Photograph, mask: Mask) -> float | None:
        """The fit of any S x S mask to any S x S x 3 photograph; None where it cannot be computed."""
        if not self.possible or not 0 < mask.mean() < 1:
            return None
        return self._above_chance(photograph, shore(mask))

    def everywhere(self, mask_id: str) -> dict[str, float]:
        """The fit of one mask to every photograph; empty where it cannot be computed."""
        if mask_id not in self._fits:
            fits = {photograph_id: self.of(mask_id, photograph_id) for photograph_id in self._photographs}
            self._fits[mask_id] = {photo: fit for photo, fit in fits.items() if fit is not None}
        return self._fits[mask_id]

    def _above_chance(self, photograph: Photograph, shore_of_mask: Floats) -> float:
        fits = explained(photograph, [shore_of_mask, *self._strangers])
        return float((fits[0] - fits[1:].mean()) / max(fits[1:].std(), 1e-6))

    @cached_property
    def _strangers(self) -> list[Floats]:
        chosen = self._distinct[:: -(-len(self._distinct) // N_STRANGERS)]
        return [shore(mirrored) for m in chosen for mirrored in (m[:, ::-1], m[::-1], m[::-1, ::-1])]


@dataclass(frozen=True)
class AuditedFiles:
    """A listing and its files, read as `reading` says; a file without a partner is known by its own id.

    `refused` says why `load_dataset` refuses the photographs; None where it reads them.
    """

    listing: Listing
    photographs: Mapping[Path, PhotographFile]
    masks: Mapping[MaskSource, MaskFile]
    reading: Reading = AS_STORED
    refused: Saying | None = None

    @cached_property
    def photograph_of(self) -> dict[str, PhotographFile]:
        """Every photograph by the id of its sample."""
        return {sample_id: self.photographs[path] for sample_id, path in self.listing.photograph_of.items()}

    @cached_property
    def mask_of(self) -> dict[str, MaskFile]:
        """Every mask by the id of its sample."""
        return {sample_id: self.masks[mask] for sample_id, mask in self.listing.mask_of.items()}

    @cached_property
    def readable_pairs(self) -> list[Sample]:
        """The pairs both of whose files could be decoded."""
        return [
            pair
            for pair in self.listing.pairs
            if not self.photographs[pair.photograph].error and not self.masks[pair.source].error
        ]

    @cached_property
    def fits(self) -> Fits:
        """How well each mask fits each photograph."""
        photographs = {i: f.small for i, f in self.photograph_of.items() if f.small is not None}
        masks = {i: f.small for i, f in self.mask_of.items() if f.small is not None}
        ignored = {i: f.small_ignored for i, f in self.mask_of.items() if f.small_ignored is not None}
        return Fits(photographs, masks, ignored)


def reading_or_refusal(
    listing: Listing, options: ReadingOptions = AS_DECLARED
) -> tuple[Reading, Saying | None]:
    """How the files are read, and why `load_dataset` refuses the photographs; None where it reads them.

    Where nothing says which classes are water, masks are taken for black and white; the audit says so.

    Raises:
        FloodevalError: a class that is stated is none of the data set's.
    """
    try:
        labels = labels_of(listing, options)
    except FloodevalError:
        if options.labels or listing.declared.labels:
            raise
        labels = BLACK_AND_WHITE
    try:
        return reading_of(listing, replace(options, labels=labels)), None
    except FloodevalError as refusal:
        exif = options.exif or listing.declared.exif
        photographs = PhotographReading(exif=exif or "apply", exif_stated=exif is not None)
        return Reading(labels, photographs), refusal.args[0]


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
    masks = tuple(dict.fromkeys([*listing.masks, *(p.source for p in listing.pairs)]))
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


def shore(mask: Mask, ignored: Mask | None = None) -> Floats:
    """The band along a mask's shore, of an S x S mask: 2 x S*S, 1 on its wet side, then on its dry side.

    Pixels that count nowhere are on neither.
    """
    water, brush = np.ascontiguousarray(mask, np.uint8), np.ones((BAND_PX, BAND_PX), np.uint8)
    band = cv2.dilate(water, brush) != cv2.erode(water, brush)
    if ignored is not None:
        band &= ~ignored
    return np.stack([band & mask, band & ~mask]).reshape(2, -1).astype(np.float32)


def explained(photograph: Photograph, shores: list[Floats]) -> npt.NDArray[np.float64]:
    """The share of each shore's entropy that the colors of an S x S x 3 photograph explain."""
    colors = np.asarray(Image.fromarray(photograph).quantize(COLORS)).ravel()
    counts = np.stack(shores) @ np.eye(COLORS, dtype=np.float32)[colors]  # shores x 2 sides x colors
    joint = (counts + 1e-6) / (counts + 1e-6).sum((1, 2), keepdims=True)
    of_sides, of_colors = _entropy(joint.sum(2)), _entropy(joint.sum(1))
    shared = of_sides + of_colors - _entropy(joint.reshape(len(joint), -1))
    return np.asarray(shared / np.maximum(of_sides, 1e-9), np.float64)


def _entropy(shares: Floats) -> Floats:
    return np.asarray(-(shares * np.log(shares)).sum(-1), np.float32)
