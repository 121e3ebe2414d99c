"""The values that masks store: which grays are smooth edges, and what to declare where values are unclear."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.i18n import formats
from floodeval.i18n.catalog import Joined, Parameter, Saying, saying

SPECIAL = (-1, 255, 65535)  # what programs write where a pixel has no label
MOST_LISTED = 12  # values in a message
MIDDLE = range(120, 137)  # a gray between black and white that more likely means uncertain than a class
IDS = range(1, 64)  # values that more likely are class ids than grays
NEIGHBORS = 8  # values that compression has made of one are not farther apart
EDGE_PX = 2  # a gray pixel of a smooth edge has both black and white this near
DARK, FEW = 63, 8  # more gray pixels than a few, none lighter than dark, are class ids, not edges
MOST_FLAT = 0.0002  # of all pixels: grays that equal all their neighbors
MOST_OFF = 0.03  # of all pixels: grays away from edges
MOST_GRAY = 0.10  # of all pixels
NOISE = 32  # levels that near black or white may come from compression
NOISY = 16  # so many different levels near black and white show compression
MOST_SECOND = 0.01  # of all pixels: a second level near black, or near white

Levels = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class MaskValues:
    """The values that one mask stores.

    Attributes:
        kind: `bilevel`, `gray`, `palette`, `color` or `classes`.
        counts: how many pixels have each value.
        areas: the values that fill areas; empty where the mask is plain.
        is_plain: whether it is black and white, and needs no declared scheme.
        is_lossy: whether its format may have changed values a little.
        nodata: the value that the file declares as no data, where a pixel has it.
    """

    kind: str
    counts: Mapping[int, int]
    areas: Sequence[int]
    is_plain: bool
    is_lossy: bool = False
    nodata: int | None = None

    @property
    def telling(self) -> Sequence[int]:
        """The values to name: all, or those that fill areas where there are many."""
        if self.is_plain:
            return [value for value in (0, 255) if value in self.counts] if self.kind != "bilevel" else [0, 1]
        if self.is_lossy:
            return _apart(self.areas, self.counts)
        return sorted(self.counts) if len(self.counts) <= MOST_LISTED else self.areas

    def are_told_apart(self, named: Iterable[int]) -> bool:
        """Whether the values that a scheme names differ enough from each other, and from black and white."""
        poles = np.array(sorted({0, 255, *named}))
        strays = (value for value in self.areas if np.abs(poles - value).min() > NOISE)
        return not self.is_lossy or (bool(np.diff(poles).min() > 2 * NOISE) and not any(strays))


def _apart(areas: Sequence[int], counts: Mapping[int, int]) -> list[int]:
    """Of values that compression has spread, the most frequent one; all of them where they become two."""
    groups: list[list[int]] = []
    for value in areas:
        if groups and value - groups[-1][-1] <= NEIGHBORS:
            groups[-1].append(value)
        else:
            groups.append([value])
    found = [max(group, key=lambda value: counts[value]) for group in groups]
    return found if {*found} - {0, 255} else list(areas)


def count_values(values: npt.NDArray[Any]) -> dict[int, int]:
    """How many pixels have each value.

    >>> count_values(np.array([[0, 0], [1, 255]], np.uint8))
    {0: 2, 1: 1, 255: 1}
    """
    if values.dtype == np.uint8:
        counts = histogram(np.ascontiguousarray(values))
        return {int(value): int(counts[value]) for value in np.flatnonzero(counts)}
    found, n = np.unique(values, return_counts=True)
    return {int(value): int(count) for value, count in zip(found, n, strict=True)}


def histogram(levels: Levels) -> npt.NDArray[np.int64]:
    """How many pixels have each of the 256 levels."""
    return np.asarray(cv2.calcHist([levels], [0], None, [256], [0, 256]), np.int64).ravel()


def area_values(values: npt.NDArray[Any]) -> list[int]:
    """The values that fill areas: those of pixels that equal all their neighbors."""
    inner = np.pad(values, 1, mode="edge")
    height, width = values.shape
    steps = [(down, right) for down in range(3) for right in range(3)]
    shifted = (inner[down : down + height, right : right + width] for down, right in steps)
    flat = np.ones(values.shape, bool)
    for neighbor in shifted:
        flat &= neighbor == values
    found, n = np.unique(values[flat], return_counts=True)
    return [int(value) for value in found[n > MOST_FLAT * values.size]]


def is_black_and_white(levels: Levels, is_lossy: bool = False) -> bool:
    """Whether H x W levels, 0 black to 255 white, are black and white but for smooth edges and noise."""
    counts = histogram(levels)
    if not counts[1:255].any():
        return True
    if not counts[128:].any():  # nothing is white: what is gray cannot be an edge of water
        return False
    if not is_lossy and counts[1:255].sum() > FEW and not counts[DARK + 1 : 255].any():
        return False
    near = np.r_[1 : NOISE + 1, 255 - NOISE : 255]
    if not is_lossy and np.count_nonzero(counts[near]) < NOISY:
        return _is_only_edges(levels, levels)
    clean = without_noise(levels)
    return not _has_classes(levels, clean) and _is_only_edges(levels, clean)


def without_noise(levels: Levels) -> Levels:
    """The levels with those near black and white made black and white."""
    table = np.arange(256, dtype=np.uint8)
    table[: NOISE + 1], table[255 - NOISE :] = 0, 255
    return np.asarray(cv2.LUT(levels, table), np.uint8)


def _has_classes(levels: Levels, clean: Levels) -> bool:
    """Whether several levels near black, or near white, cover areas."""
    noise = np.flatnonzero((levels != clean).ravel())
    areas = np.bincount(levels.ravel()[noise[_flat(levels, noise)]], minlength=256)
    for pole, side in ((0, areas[: NOISE + 1]), (255, areas[255 - NOISE :])):
        if side.max() > MOST_SECOND * levels.size:
            window = np.ones((3, 3), np.uint8)
            areas[pole] = np.count_nonzero(cv2.erode((levels == pole).astype(np.uint8), window))
            if np.sort(side)[-2] > MOST_SECOND * levels.size:
                return True
    return False


def _is_only_edges(levels: Levels, clean: Levels) -> bool:
    gray = np.flatnonzero(((clean != 0) & (clean != 255)).ravel())
    if len(gray) > MOST_GRAY * levels.size:
        return False
    if np.count_nonzero(_flat(levels, gray)) > MOST_FLAT * levels.size:
        return False
    around = _around(clean, gray, EDGE_PX)
    is_edge = (around == 0).any(axis=0) & (around == 255).any(axis=0)
    return bool(np.count_nonzero(~is_edge) <= MOST_OFF * levels.size)


def _flat(levels: Levels, pixels: Indices) -> npt.NDArray[np.bool_]:
    """Which of the pixels, by their flat indices, equal all their neighbors."""
    return np.asarray((_around(levels, pixels, 1) == levels.ravel()[pixels]).all(axis=0))


def _around(levels: Levels, pixels: Indices, reach: int) -> Levels:
    """The levels around each pixel: one row per neighbor in a square, continued beyond the border."""
    width = levels.shape[1]
    rows, columns = np.divmod(pixels, width)
    padded = np.pad(levels, reach, mode="edge").ravel()
    stride = width + 2 * reach
    corners = rows * stride + columns
    steps = range(2 * reach + 1)
    return np.stack([padded[corners + down * stride + right] for down in steps for right in steps])


def undeclared(name: str, masks: Sequence[MaskValues], found: Saying | str = "") -> Saying:
    """Say that masks hold values that nobody declared, and the options that do.

    Args:
        name: of the data set, or of the mask's file.
        masks: those of the data set.
        found: which masks it is about, in words.
    """
    values = sorted({value for mask in masks for value in mask.telling})
    nodata = {mask.nodata for mask in masks if mask.nodata is not None}
    if not nodata and not {*values} - {0, 255}:
        return saying(
            "label_scheme.gray", name=name, most=formats.Later(formats.percent, MOST_GRAY), found=found
        )
    options = suggestion(values, nodata)
    key = "label_scheme.class_ids" if options else "label_scheme.many_class_ids"
    return saying(key, name=name, values=listed(values), options=options, found=found)


def suggestion(values: Sequence[int], nodata: Iterable[int] = ()) -> Joined | None:
    """The parameters that most likely declare these values; None where several are as likely."""
    ignored = {value for value in values if value in nodata or value in (-1, 65535)}
    rest = [value for value in values if value and value not in ignored]
    if 255 in rest and len(rest) == 2:
        (other,) = {*rest} - {255}
        if other in MIDDLE or other in IDS:
            water, lost = (255, other) if other in MIDDLE else (other, 255)
            ignored, rest = ignored | {lost}, [water]
    if len(rest) != 1:
        return None
    stated = [Parameter("water", str(rest[0]))]
    return Joined(stated + [ignore_parameter(ignored)] * bool(ignored), saying("label_scheme.and"))


def ignore_parameter(values: Iterable[int]) -> Parameter:
    """How to declare that these values are ignored."""
    return Parameter("ignore", ",".join(map(str, sorted(values))))


def listed(values: Iterable[int | str]) -> str:
    """Values in words."""
    every = [*map(str, values)]
    return ", ".join(every[:MOST_LISTED]) + (", ..." if len(every) > MOST_LISTED else "")
