"""The mask scheme of a folder: what the values of predicted masks mean, decided once for all its files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from floodeval.datasets.images import Mask
from floodeval.datasets.label_scheme import WATER_ABOVE
from floodeval.datasets.mask_values import listed
from floodeval.errors import FloodevalError
from floodeval.evaluation.mask_files import MOST_VALUES, PredictedMask, of_water
from floodeval.evaluation.variant_record import (
    BLACK_AND_WHITE_MASKS,
    CLASS_IDS,
    PROBABILITIES,
    ZERO_AND_ONE,
    MaskScheme,
)
from floodeval.i18n.catalog import saying
from floodeval.i18n.formats import significant
from floodeval.sam.sources import MaskFolderSource


@dataclass(frozen=True)
class ValueSummary:
    """What the values of one file are like, as far as a scheme depends on them.

    Attributes:
        kind: of NumPy: `b` booleans, `u` or `i` whole numbers, `f` floating point.
        bits: of a value.
        low: the lowest value.
        high: the highest value.
        values: the whole numbers that occur; None where there are others, or very many.
        is_lossy: whether the file's format may have changed values a little.
    """

    kind: str
    bits: int
    low: float
    high: float
    values: frozenset[int] | None
    is_lossy: bool

    @classmethod
    def of(cls, mask: PredictedMask) -> "ValueSummary":
        """Summarize the values of a mask."""
        stored = mask.values
        found = None if mask.whole is None else np.unique(mask.whole)
        values = None if found is None or len(found) > 256 else frozenset(map(int, found))
        return cls(
            stored.dtype.kind,
            8 * stored.dtype.itemsize,
            float(stored.min()),
            float(stored.max()),
            frozenset() if stored.dtype.kind == "b" else values,
            mask.is_lossy,
        )


def decide(source: MaskFolderSource, files: Mapping[Path, ValueSummary]) -> MaskScheme:
    """Decide what the values of all files of a folder mean.

    Without an option, values are 0 and 255, 0 and 1, or booleans in every file alike; anything else has to be
    declared.

    Args:
        source: the folder with its options.
        files: what the values of each file are like; at least one.

    Raises:
        FloodevalError: the values do not say what they mean, or do not fit the options.
    """
    lossy = any(one.is_lossy for one in files.values())
    name = source.folder.absolute().name
    if source.threshold is not None:
        _check_probabilities(source, files)
        return MaskScheme(name, PROBABILITIES, threshold=source.threshold, is_lossy=lossy)
    if source.water is not None:
        _check_class_ids(source, files)
        return MaskScheme(name, CLASS_IDS, water=source.water, is_lossy=lossy)
    values = _values_of(source, files)
    if values <= {0, 1}:
        return MaskScheme(name, ZERO_AND_ONE, is_lossy=lossy)
    if values <= {0, 255}:
        return MaskScheme(name, BLACK_AND_WHITE_MASKS, is_lossy=lossy)
    shown = listed(sorted(values))
    raise FloodevalError(saying("masks.ambiguous", folder=source.folder, values=shown))


def _values_of(source: MaskFolderSource, files: Mapping[Path, ValueSummary]) -> set[int]:
    """All values that occur in a folder without options; raises FloodevalError where they are no labels."""
    for path, one in files.items():
        if one.is_lossy and not (one.values or {-1}) <= {0, 255}:
            raise FloodevalError(saying("masks.lossy_values", folder=source.folder, file=path.name))
        if one.values is None or len(one.values) > MOST_VALUES:
            key = "masks.fractions" if one.kind == "f" else "masks.many_values"
            low, high = significant(one.low), significant(one.high)
            raise FloodevalError(saying(key, folder=source.folder, file=path.name, low=low, high=high))
    return set().union(*(one.values or () for one in files.values()))


def _check_class_ids(source: MaskFolderSource, files: Mapping[Path, ValueSummary]) -> None:
    for path, one in files.items():
        if one.is_lossy:
            raise FloodevalError(saying("masks.lossy_ids", folder=source.folder, file=path.name))
        if one.kind == "f" and one.values is None:
            low, high = significant(one.low), significant(one.high)
            raise FloodevalError(
                saying("masks.fractional_ids", folder=source.folder, file=path.name, low=low, high=high)
            )


def _check_probabilities(source: MaskFolderSource, files: Mapping[Path, ValueSummary]) -> None:
    by_scale: dict[str, Path] = {}
    for path, one in files.items():
        if one.kind == "f" and not (one.low >= 0 and one.high <= 1):
            low, high = significant(one.low), significant(one.high)
            raise FloodevalError(
                saying("masks.no_probabilities", folder=source.folder, file=path.name, low=low, high=high)
            )
        if one.kind not in "fb" and (one.kind, one.bits) != ("u", 8):
            raise FloodevalError(saying("masks.deep", folder=source.folder, file=path.name, bits=one.bits))
        if one.kind != "b":
            by_scale.setdefault(one.kind, path)
    if len(by_scale) > 1:
        first, second = (path.name for path in by_scale.values())
        raise FloodevalError(saying("masks.mixed", folder=source.folder, file=first, other=second))
    if "u" in by_scale and _are_zero_and_one(files.values()):
        raise FloodevalError(saying("masks.no_need", folder=source.folder))


def _are_zero_and_one(files: Iterable[ValueSummary]) -> bool:
    """Whether the highest of all whole numbers is 1: as 8-bit probabilities they would all be land."""
    return max(one.high for one in files if one.kind != "b") == 1


def apply(scheme: MaskScheme, mask: PredictedMask) -> tuple[Mask, npt.NDArray[np.float32] | None]:
    """The mask that values mean, H x W, and the probability of water, where they are that.

    A pixel is water where its probability is above the threshold; 8-bit probabilities are 0 to 255.
    """
    values = mask.values
    if scheme.values == CLASS_IDS:
        return of_water(values, tuple(scheme.water or ())), None
    if scheme.values == PROBABILITIES:
        exact = values / 255 if values.dtype.kind == "u" else values
        return np.asarray(exact > (scheme.threshold or 0)), exact.astype(np.float32)
    if values.dtype.kind == "b":
        return values, None
    return np.asarray(values > (0 if scheme.values == ZERO_AND_ONE else WATER_ABOVE)), None
