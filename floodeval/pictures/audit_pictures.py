"""The small pictures that show what an audit found: photographs with the shore of a mask drawn in."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from floodeval.data.audit.findings import Audit, Issue
from floodeval.data.label_scheme import LabelScheme
from floodeval.data.listing import Listing, printable
from floodeval.data.rasters import Photograph, read_photograph
from floodeval.data.reference_masks import read_reference
from floodeval.errors import FloodevalError
from floodeval.language.sentences import say
from floodeval.pictures.encode import jpeg, png
from floodeval.pictures.outlines import outlined
from floodeval.pictures.shrink import shrink_photograph

LONGEST = 420  # pixels of a small picture
MOST = 6  # pictures of one scene


@dataclass(frozen=True)
class Figure:
    """A picture as JPEG or PNG, what it shows, and its proportions (width to height)."""

    encoded: bytes
    caption: str
    ratio: float
    has_shore: bool = False  # whether a mask's shore is drawn on it

    @property
    def src(self) -> str:
        """The picture as a data URL."""
        kind = "png" if self.encoded.startswith(b"\x89PNG") else "jpeg"
        return f"data:image/{kind};base64,{b64encode(self.encoded).decode()}"


@dataclass(frozen=True)
class Row:
    """Figures that belong together; the heading is empty where they need none."""

    heading: str
    figures: tuple[Figure, ...]


class AuditPictures:
    """Draws the pictures of an audit's issues from the files of its data set."""

    def __init__(self, audit: Audit, listing: Listing) -> None:
        """Take the audit and where its files lie."""
        self._listing, self._labels = listing, audit.reading.labels
        self._explained = {i for kind in ("swapped_masks", "foreign_mask") for i in _ids(audit, kind)}
        self._rows: dict[str, Callable[[Issue], list[Row]]] = {
            "swapped_masks": self._swapped,
            "foreign_mask": self._foreign,
            "size_mismatch": self._unequal,
            "grey_mask": self._pair,
            "empty_mask": self._pair,
            "full_mask": self._pair,
            "missing_photograph": self._mask_alone,
            "missing_mask": self._photograph_alone,
            "duplicate_bytes": self._scene,
            "near_duplicate": self._scene,
            "leak": self._scene,
        }

    def rows(self, issue: Issue) -> list[Row]:
        """The pictures of an issue; none where there is nothing to see, or nothing that can be read."""
        draw = self._rows.get(issue.kind)
        return [row for row in draw(issue) if row.figures] if draw else []

    def _swapped(self, issue: Issue) -> list[Row]:
        a, b = issue.ids
        found = (self._photograph(a), self._mask(a), self._photograph(b), self._mask(b))
        return [
            _row(say("audit.as_found"), *found),
            _row(say("audit.as_repaired"), self._outlined(a, b), self._outlined(b, a)),
        ]

    def _foreign(self, issue: Issue) -> list[Row]:
        pair, owner = issue.ids
        return [
            _row(say("audit.as_found"), self._photograph(pair), self._mask(pair)),
            _row(say("audit.seems_of"), self._outlined(owner, pair)),
        ]

    def _unequal(self, issue: Issue) -> list[Row]:
        return [] if issue.ids[0] in self._explained else self._pair(issue)

    def _pair(self, issue: Issue) -> list[Row]:
        return [_row("", self._photograph(issue.ids[0]), self._mask(issue.ids[0]))]

    def _mask_alone(self, issue: Issue) -> list[Row]:
        return [_row("", self._mask(issue.ids[0]))]

    def _photograph_alone(self, issue: Issue) -> list[Row]:
        return [_row("", self._photograph(issue.ids[0]))]

    def _scene(self, issue: Issue) -> list[Row]:
        return [_row("", *(self._outlined(i, i) or self._photograph(i) for i in issue.ids[:MOST]))]

    def _photograph(self, sample_id: str) -> Figure | None:
        path = self._listing.photograph_of.get(sample_id)
        small = _small_photograph(path) if path else None
        return (
            _figure(jpeg(small[0], 80), small[0], say("audit.photograph", id=sample_id), small[1])
            if small
            else None
        )

    def _mask(self, sample_id: str) -> Figure | None:
        path = self._listing.mask_of.get(sample_id)
        small = _small_mask(path, self._labels) if path else None
        return _figure(png(small[0]), small[0], say("audit.mask", id=sample_id), small[1]) if small else None

    def _outlined(self, sample_id: str, mask_id: str) -> Figure | None:
        """A photograph with the shore of a mask of its size drawn in."""
        paths = self._listing.photograph_of.get(sample_id), self._listing.mask_of.get(mask_id)
        photograph = _small_photograph(paths[0]) if paths[0] else None
        mask = _small_mask(paths[1], self._labels) if paths[1] else None
        if not photograph or not mask or photograph[1] != mask[1]:
            return None
        drawn = outlined(photograph[0], mask[0][..., 0] > 127)
        caption = say("audit.photograph_with", id=sample_id, mask=mask_id)
        return replace(_figure(jpeg(drawn, 80), drawn, caption, photograph[1]), has_shore=True)


IGNORED = 127  # the gray of pixels that count nowhere

Small = tuple[Photograph, tuple[int, int]]
"""A small picture, and the width and height that it has on disk."""


@lru_cache(maxsize=64)
def _small_photograph(path: Path) -> Small | None:
    try:
        return _shrunk(read_photograph(path))
    except FloodevalError:
        return None


@lru_cache(maxsize=64)
def _small_mask(path: Path, labels: LabelScheme) -> Small | None:
    """A mask: white water, black land, and gray what counts nowhere."""
    try:
        truth = read_reference(path, labels)
        gray = truth.water.astype(np.uint8) * 255
        if truth.ignored is not None:
            gray[truth.ignored] = IGNORED
        return _shrunk(np.repeat(gray[..., None], 3, axis=-1))
    except FloodevalError:
        return None


def _shrunk(picture: Photograph) -> Small:
    return shrink_photograph(picture, LONGEST), (picture.shape[1], picture.shape[0])


def _figure(encoded: bytes, picture: Photograph, what: str, size: tuple[int, int]) -> Figure:
    caption = printable(f"{what} ({size[0]}x{size[1]})")
    return Figure(encoded, caption, picture.shape[1] / picture.shape[0])


def _row(heading: str, *figures: Figure | None) -> Row:
    return Row(heading, tuple(figure for figure in figures if figure))


def _ids(audit: Audit, kind: str) -> list[str]:
    return [sample_id for issue in audit.of_kind(kind) for sample_id in issue.ids]


def names_of(issue: Issue) -> str:
    """The samples of an issue in one phrase: `14 and 15`, `1061 with the mask of 1062`, `the data set`."""
    joints = {"swapped_masks": "audit.joint_swapped", "foreign_mask": "audit.joint_foreign"}
    joint = say(joints[issue.kind]) if issue.kind in joints else ", "
    return printable(joint.join(issue.ids)) or say("audit.whole_dataset")
