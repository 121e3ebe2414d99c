"""Pictures of what an audit found: photographs with the outline of a mask, and masks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from floodeval.datasets.audit.findings import Audit, Issue
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.images import Mask, Photograph, read_photograph
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.datasets.listing import Listing
from floodeval.datasets.mask_sources import MaskSource
from floodeval.datasets.reference_masks import read_reference, read_stored
from floodeval.datasets.sample_names import printable
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say
from floodeval.i18n.formats import picture_size
from floodeval.viz.dataset_pictures import OPACITY
from floodeval.viz.overlays import Overlay, blend, outlined
from floodeval.viz.style import IGNORED
from floodeval.viz.thumbnails import Coverage, coverage, data_url, jpeg, png, shrink_photograph

LONGEST = 420  # pixels of a small picture
MOST = 6  # pictures of one scene


@dataclass(frozen=True)
class AuditPicture:
    """A picture with its caption.

    Attributes:
        encoded: JPEG or PNG.
        caption: what it shows.
        ratio: of width to height.
        has_shore: whether the outline of a mask is drawn on it.
    """

    encoded: bytes
    caption: str
    ratio: float
    has_shore: bool = False

    @property
    def src(self) -> str:
        """The picture as a data URL."""
        return data_url(self.encoded)


@dataclass(frozen=True)
class PictureRow:
    """Pictures that belong together; the heading is empty where they need none."""

    heading: str
    pictures: tuple[AuditPicture, ...]


class AuditPictures:
    """Draws the pictures of an audit's issues from the files of its data set."""

    def __init__(self, audit: Audit, listing: Listing) -> None:
        """Take an audit and the listing of its data set's files."""
        self._listing = listing
        self._reading = audit.reading.photographs
        self._labels = audit.reading.labels
        self._explained = {i for kind in ("swapped_masks", "foreign_mask") for i in _ids(audit, kind)}
        self._rows: dict[str, Callable[[Issue], list[PictureRow]]] = {
            "swapped_masks": self._swapped,
            "foreign_mask": self._foreign,
            "size_mismatch": self._unequal,
            "orientation": self._pair,
            "grey_mask": self._pair,
            "empty_mask": self._pair,
            "full_mask": self._pair,
            "black_photograph": self._pair,
            "white_photograph": self._pair,
            "constant_photograph": self._pair,
            "missing_photograph": self._mask_alone,
            "missing_mask": self._photograph_alone,
            "duplicate_bytes": self._scene,
            "near_duplicate": self._scene,
            "leak": self._scene,
        }

    def rows(self, issue: Issue) -> list[PictureRow]:
        """The pictures of an issue; empty where there is nothing to show, or no file can be read."""
        draw = self._rows.get(issue.kind)
        return [row for row in draw(issue) if row.pictures] if draw else []

    def _swapped(self, issue: Issue) -> list[PictureRow]:
        a, b = issue.ids
        found = (self._photograph(a), self._mask(a), self._photograph(b), self._mask(b))
        return [
            _row(say("audit.as_found"), *found),
            _row(say("audit.as_repaired"), self._outlined(a, b), self._outlined(b, a)),
        ]

    def _foreign(self, issue: Issue) -> list[PictureRow]:
        pair, owner = issue.ids
        return [
            _row(say("audit.as_found"), self._photograph(pair), self._mask(pair)),
            _row(say("audit.seems_of"), self._outlined(owner, pair)),
        ]

    def _unequal(self, issue: Issue) -> list[PictureRow]:
        return [] if issue.ids[0] in self._explained else self._pair(issue)

    def _pair(self, issue: Issue) -> list[PictureRow]:
        return [_row("", self._photograph(issue.ids[0]), self._mask(issue.ids[0]))]

    def _mask_alone(self, issue: Issue) -> list[PictureRow]:
        return [_row("", self._mask(issue.ids[0]))]

    def _photograph_alone(self, issue: Issue) -> list[PictureRow]:
        return [_row("", self._photograph(issue.ids[0]))]

    def _scene(self, issue: Issue) -> list[PictureRow]:
        return [_row("", *(self._outlined(i, i) or self._photograph(i) for i in issue.ids[:MOST]))]

    def _photograph(self, sample_id: str) -> AuditPicture | None:
        path = self._listing.photograph_of.get(sample_id)
        small = _small_photograph(path, self._reading) if path else None
        return (
            _picture(jpeg(small[0], 80), small[0], say("audit.photograph", id=sample_id), small[1])
            if small
            else None
        )

    def _mask(self, sample_id: str) -> AuditPicture | None:
        mask = self._listing.mask_of.get(sample_id)
        small = _small_mask(mask, self._labels, self._reading.exif) if mask else None
        caption = say("audit.mask", id=sample_id)
        return _picture(png(small.picture), small.picture, caption, small.size) if small else None

    def _outlined(self, sample_id: str, mask_id: str) -> AuditPicture | None:
        """A photograph with the outline of a mask of its size."""
        paths = self._listing.photograph_of.get(sample_id), self._listing.mask_of.get(mask_id)
        photograph = _small_photograph(paths[0], self._reading) if paths[0] else None
        mask = _small_mask(paths[1], self._labels, self._reading.exif) if paths[1] else None
        if not photograph or not mask or photograph[1] != mask.size:
            return None
        drawn = outlined(_hatched(photograph[0], mask.ignored, OPACITY), mask.water)
        caption = say("audit.photograph_with", id=sample_id, mask=mask_id)
        return replace(_picture(jpeg(drawn, 80), drawn, caption, photograph[1]), has_shore=True)


Small = tuple[Photograph, tuple[int, int]]
"""A small picture, with its width and height on disk."""


@lru_cache(maxsize=64)
def _small_photograph(path: Path, reading: PhotographReading) -> Small | None:
    try:
        return _shrunk(read_photograph(path, reading))
    except FloodevalError:
        return None


@dataclass(frozen=True)
class SmallMask:
    """A small mask: as a picture, its width and height on disk, its water, and its ignored pixels."""

    picture: Photograph
    size: tuple[int, int]
    water: Mask
    ignored: Coverage | None = None


@lru_cache(maxsize=64)
def _small_mask(mask: MaskSource, labels: LabelScheme, exif: str) -> SmallMask | None:
    """A mask by its data set's label scheme; as stored where no scheme is declared, or it does not fit."""
    try:
        if labels.is_declared:
            return _decoded(mask, labels, exif)
    except FloodevalError:
        pass  # the audit shows values that the scheme does not know
    try:
        shown = read_stored(mask, upright=exif == "apply").shown
    except FloodevalError:
        return None
    if shown is None:  # of values that have no black and white
        return None
    picture, size = _shrunk(np.repeat(shown[..., None], 3, axis=-1))
    return SmallMask(picture, size, picture[..., 0] > 127)


def _decoded(mask: MaskSource, labels: LabelScheme, exif: str) -> SmallMask:
    """A mask of declared values: white water, black land, and ignored pixels hatched gray."""
    truth = read_reference(mask, labels, upright=exif == "apply")
    water = coverage(truth.water, LONGEST)
    ignored = None if truth.ignored is None else coverage(truth.ignored, LONGEST)
    picture = _hatched(np.repeat(water[..., None], 3, axis=-1), ignored, 1.0)
    height, width = truth.water.shape
    return SmallMask(picture, (width, height), water > 127, ignored)


def _hatched(picture: Photograph, ignored: Coverage | None, opacity: float) -> Photograph:
    return picture if ignored is None else blend(picture, [Overlay(ignored, IGNORED)], opacity)


def _shrunk(picture: Photograph) -> Small:
    return shrink_photograph(picture, LONGEST), (picture.shape[1], picture.shape[0])


def _picture(encoded: bytes, picture: Photograph, what: str, size: tuple[int, int]) -> AuditPicture:
    caption = printable(f"{what} ({picture_size(*size)})")
    return AuditPicture(encoded, caption, picture.shape[1] / picture.shape[0])


def _row(heading: str, *pictures: AuditPicture | None) -> PictureRow:
    return PictureRow(heading, tuple(picture for picture in pictures if picture))


def _ids(audit: Audit, kind: str) -> list[str]:
    return [sample_id for issue in audit.of_kind(kind) for sample_id in issue.ids]


def names_of(issue: Issue) -> str:
    """The samples of an issue in one phrase: `14 and 15`, `1061 with the mask of 1062`, `the data set`."""
    joints = {"swapped_masks": "audit.joint_swapped", "foreign_mask": "audit.joint_foreign"}
    joint = say(joints[issue.kind]) if issue.kind in joints else ", "
    return printable(joint.join(issue.ids)) or say("audit.whole_dataset")
