"""The small pictures that show what an audit found: photographs with the shore of a mask drawn in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np

from floodeval.datasets.audit.findings import Audit, Issue
from floodeval.datasets.dataset import read_sample_reduced, read_truth
from floodeval.datasets.dataset_config import PhotographReading, Reading
from floodeval.datasets.images import Mask, Photograph, read_photograph
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.datasets.layouts import Listing, Sample, printable
from floodeval.datasets.reference_masks import Truth, read_stored
from floodeval.datasets.scenes import Link
from floodeval.datasets.scenes.geometry import rescaling
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say
from floodeval.viz.overlays import Layer, blend, outlined
from floodeval.viz.panels import data_url, jpeg, png
from floodeval.viz.style import IGNORED, ClassStyle, Rgb
from floodeval.viz.thumbnails import Coverage, averaged, coverage, shrink_photograph, shrunk_size

# Samples as small pictures: a photograph with the shore of its mask, and one with two annotations.

FIRST = ClassStyle("first_alone", "#CC8400", "/")
SECOND = ClassStyle("second_alone", "#0072B2", "x")
OPACITY = 0.5  # of what one annotation alone calls water


def labeled(sample: Sample, longest: int) -> Rgb | None:
    """A photograph with the shore of its mask drawn in, no side longer than `longest` pixels.

    Without the shore where the mask cannot be read or has another size; None without a photograph.
    """
    try:
        picture, size = _small(sample, longest)
    except FloodevalError:
        return None
    truth = _truth_of(sample)
    if truth is None or truth.water.shape != size:
        return picture
    if truth.ignored is not None:
        picture = blend(picture, [Layer(coverage(truth.ignored, longest), IGNORED)], OPACITY)
    return outlined(picture, coverage(truth.water, longest) > 127)


def two_annotations(a: Sample, b: Sample, link: Link, longest: int) -> Rgb | None:
    """The photograph of b with its own annotation, and with that of its copy a laid upon it.

    Args:
        a: the sample that `link` names first.
        b: the other.
        link: takes a's pixel coordinates to b's.
        longest: of the picture's sides, in pixels.

    Returns:
        Both shores, and tinted and hatched what one annotation alone calls water where both photographs see
        it; None where a file cannot be read.
    """
    truths = _truth_of(a), _truth_of(b)
    if truths[0] is None or truths[1] is None:
        return None
    first, second = truths[0].water, truths[1].water
    try:
        picture, _ = _small(b, longest)
    except FloodevalError:
        return None
    height, width = picture.shape[:2]
    transform = rescaling(second.shape, (height, width)) @ np.array(link.transform)
    water = first.astype(np.uint8) * 255
    laid = cv2.warpPerspective(water, transform, (width, height)) > 127
    counted = np.full_like(water, 255) if truths[0].ignored is None else _full(~truths[0].ignored)
    seen = cv2.warpPerspective(np.full_like(water, 255), transform, (width, height)) > 127
    nowhere = seen & (cv2.warpPerspective(counted, transform, (width, height)) <= 127)
    if truths[1].ignored is not None:
        nowhere |= coverage(truths[1].ignored, longest) > 127
    own, seen = coverage(second, longest) > 127, seen & ~nowhere
    layers = [Layer(_full(laid & ~own & seen), FIRST), Layer(_full(own & ~laid & seen), SECOND)]
    layers += [Layer(_full(nowhere), IGNORED)] if nowhere.any() else []
    tinted = blend(picture, layers, OPACITY)
    return outlined(outlined(tinted, laid, FIRST), own, SECOND)


def _small(sample: Sample, longest: int) -> tuple[Rgb, tuple[int, int]]:
    """A photograph at its shown size, and height and width on disk."""
    picture, size = read_sample_reduced(sample, partial(shrunk_size, longest=longest))
    return averaged(picture, shrunk_size(*size, longest)), size


def _truth_of(sample: Sample) -> Truth | None:
    try:
        return read_truth(sample)
    except FloodevalError:
        return None


def _full(mask: Mask) -> Rgb:
    return mask.astype(np.uint8) * np.uint8(255)


# The small pictures that show what an audit found: photographs with the shore of a mask drawn in.

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
        return data_url(self.encoded)


@dataclass(frozen=True)
class Row:
    """Figures that belong together; the heading is empty where they need none."""

    heading: str
    figures: tuple[Figure, ...]


class AuditPictures:
    """Draws the pictures of an audit's issues from the files of its data set."""

    def __init__(self, audit: Audit, listing: Listing) -> None:
        """Take the audit and where its files lie."""
        self._listing = listing
        self._reading = audit.reading.photographs
        self._labels = audit.reading.labels
        self._explained = {i for kind in ("swapped_masks", "foreign_mask") for i in _ids(audit, kind)}
        self._rows: dict[str, Callable[[Issue], list[Row]]] = {
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
        small = _small_photograph(path, self._reading) if path else None
        return (
            _figure(jpeg(small[0], 80), small[0], say("audit.photograph", id=sample_id), small[1])
            if small
            else None
        )

    def _mask(self, sample_id: str) -> Figure | None:
        path = self._listing.mask_of.get(sample_id)
        small = _small_mask(path, self._labels, self._reading.exif) if path else None
        caption = say("audit.mask", id=sample_id)
        return _figure(png(small.picture), small.picture, caption, small.size) if small else None

    def _outlined(self, sample_id: str, mask_id: str) -> Figure | None:
        """A photograph with the shore of a mask of its size drawn in."""
        paths = self._listing.photograph_of.get(sample_id), self._listing.mask_of.get(mask_id)
        photograph = _small_photograph(paths[0], self._reading) if paths[0] else None
        mask = _small_mask(paths[1], self._labels, self._reading.exif) if paths[1] else None
        if not photograph or not mask or photograph[1] != mask.size:
            return None
        drawn = outlined(_hatched(photograph[0], mask.ignored, OPACITY), mask.water)
        caption = say("audit.photograph_with", id=sample_id, mask=mask_id)
        return replace(_figure(jpeg(drawn, 80), drawn, caption, photograph[1]), has_shore=True)


Small = tuple[Photograph, tuple[int, int]]
"""A small picture, and the width and height that it has on disk."""


@lru_cache(maxsize=64)
def _small_photograph(path: Path, reading: PhotographReading) -> Small | None:
    try:
        return _shrunk(read_photograph(path, reading))
    except FloodevalError:
        return None


@dataclass(frozen=True)
class SmallMask:
    """A small mask: as a picture, the size it has on disk, where its water is, what of it is ignored."""

    picture: Photograph
    size: tuple[int, int]
    water: Mask
    ignored: Coverage | None = None


@lru_cache(maxsize=64)
def _small_mask(path: Path, labels: LabelScheme, exif: str) -> SmallMask | None:
    """A mask by its data set's scheme; as the file has it where none is declared, or it does not hold."""
    try:
        if labels.is_declared:
            return _decoded(path, labels, exif)
    except FloodevalError:
        pass  # what the scheme does not know is what the audit shows
    try:
        shown = read_stored(path, upright=exif == "apply").shown
    except FloodevalError:
        return None
    if shown is None:  # of values that have no black and white
        return None
    picture, size = _shrunk(np.repeat(shown[..., None], 3, axis=-1))
    return SmallMask(picture, size, picture[..., 0] > 127)


def _decoded(path: Path, labels: LabelScheme, exif: str) -> SmallMask:
    """A mask of declared values: white water, black land, and hatched gray what is ignored."""
    truth = read_truth(Sample("", path, path, Reading(labels, PhotographReading(exif=exif))))
    water = coverage(truth.water, LONGEST)
    ignored = None if truth.ignored is None else coverage(truth.ignored, LONGEST)
    picture = _hatched(np.repeat(water[..., None], 3, axis=-1), ignored, 1.0)
    height, width = truth.water.shape
    return SmallMask(picture, (width, height), water > 127, ignored)


def _hatched(picture: Photograph, ignored: Coverage | None, opacity: float) -> Photograph:
    return picture if ignored is None else blend(picture, [Layer(ignored, IGNORED)], opacity)


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
