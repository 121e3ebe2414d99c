"""The label check: whether the values of all masks of a data set fit its label scheme."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from floodeval.datasets.classes import NO_CLASSES, Classes, undecided
from floodeval.datasets.dataset import Dataset
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.datasets.listing import Sample
from floodeval.datasets.mask_values import SPECIAL, MaskValues, ignore_parameter, listed, undeclared
from floodeval.datasets.reference_masks import read_stored, values_of
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Saying, saying
from floodeval.progress import Progress, Step, silent
from floodeval.storage.atomic import write_text
from floodeval.storage.paths import cache_folder

THREADS = min(4, os.cpu_count() or 1)
VERSION = 2  # of what is kept: raise it with every change to what a mask's values come to
MOST_VALUES = 256  # different values of a mask that is kept


@dataclass(frozen=True)
class LabelCheck:
    """The result of a label check.

    Attributes:
        counts: how many pixels of all masks have each value that a scheme would name.
        notes: remarks on the values, a sentence each.
    """

    counts: Mapping[int, int]
    notes: tuple[Saying, ...] = ()


def check_labels(dataset: Dataset, progress: Progress = silent) -> LabelCheck:
    """Check the values of every mask of a data set, also of those that will not be used.

    A scheme belongs to a data set: if one mask needs a declaration, all do. Masks that cannot be read are
    skipped here and reported when their sample is read.

    Args:
        dataset: from `load_dataset`.
        progress: called with how many masks are done, and of how many.

    Raises:
        FloodevalError: the masks hold values whose meaning nobody declared; says which options do.
    """
    kept = KeptValues.of(dataset)
    masks: dict[str, MaskValues] = {}
    with ThreadPoolExecutor(THREADS) as threads:
        looked = zip(dataset.samples, threads.map(kept.values, dataset.samples), strict=True)
        for done, (sample, found) in enumerate(looked, start=1):
            if found:
                masks[sample.source.shown] = found
            progress(Step(done, len(dataset.samples), "checking labels"))
    kept.write()
    return check_values(dataset, masks)


def check_values(dataset: Dataset, masks: Mapping[str, MaskValues]) -> LabelCheck:
    """Check the values of a data set's masks, given by name, as `check_labels` does.

    Raises:
        FloodevalError: as `check_labels`.
    """
    classes = dataset.listing.classes if dataset.listing else NO_CLASSES
    return judge(dataset.name, dataset.reading.labels, masks, classes)


def judge(
    name: str, labels: LabelScheme, masks: Mapping[str, MaskValues], classes: Classes = NO_CLASSES
) -> LabelCheck:
    """Judge the values of masks, given by the name of their file, as `check_labels` does.

    Where `classes` are declared, masks have no other values.

    Raises:
        FloodevalError: as `check_labels`.
    """
    if labels.water is None and classes:
        raise FloodevalError(undecided(classes, name))
    if labels.water is None:
        odd = [file for file, mask in masks.items() if not mask.is_plain]
        if odd:
            raise FloodevalError(undeclared(name, [*masks.values()], _which(odd, masks)))
        return LabelCheck(_counts(masks.values(), labels))
    if classes:
        _refuse_no_class(name, labels, masks, classes)
    _refuse_unnamed(name, labels, masks)
    _refuse_strangers(name, labels, masks)
    _refuse_lossy(name, labels, masks)
    counts = _counts(masks.values(), labels)
    if counts and not set(counts) & set(labels.water):
        others = {*counts} - {0} - (set() if classes else {*labels.ignore})
        if others:
            wanted, found = listed(labels.water), listed(sorted(counts))
            raise FloodevalError(saying("label_scheme.no_such_water", name=name, water=wanted, values=found))
    return LabelCheck(counts, tuple(_notes(labels, counts, classes)))


def _refuse_unnamed(name: str, labels: LabelScheme, masks: Mapping[str, MaskValues]) -> None:
    """Refuse values that may mean that a pixel has no label, unless the scheme names them.

    Where every mask is black and white, white is a color like black, and land in a data set whose water is 0.
    """
    unnamed: dict[int, list[str]] = {}
    usual = () if all(mask.is_plain for mask in masks.values()) else SPECIAL
    for file, mask in masks.items():
        special = {*usual, *([] if mask.nodata is None else [mask.nodata])}
        for value in special & {*_named_counts(mask, labels)} - {*(labels.water or ()), *labels.ignore}:
            unnamed.setdefault(value, []).append(file)
    if unnamed:
        files = list(dict.fromkeys(file for found in unnamed.values() for file in found))
        values = sorted(unnamed)
        option = ignore_parameter({*values, *labels.ignore})
        said = saying(
            "label_scheme.unnamed",
            name=name,
            values=listed(values),
            option=option,
            found=_which(files, masks),
        )
        raise FloodevalError(said)


def _refuse_no_class(
    name: str, labels: LabelScheme, masks: Mapping[str, MaskValues], classes: Classes
) -> None:
    """Refuse values that are no declared class; 0 and the background of drawn masks need no declaration."""
    known = {0, *classes.known_values, *(labels.water or ()), *labels.ignore}
    strange: dict[int, list[str]] = {}
    for file, mask in masks.items():
        for value in {*_named_counts(mask, labels)} - known if mask.kind != "classes" else ():
            strange.setdefault(value, []).append(file)
    if strange:
        found = _which(list(dict.fromkeys(file for files in strange.values() for file in files)), masks)
        values = {"values": listed(sorted(strange)), "source": classes.source}
        raise FloodevalError(saying("classes.no_class", name=name, found=found, **values))


def _refuse_strangers(name: str, labels: LabelScheme, masks: Mapping[str, MaskValues]) -> None:
    """Refuse palette masks among others if their indices are not the values of those."""
    values = {value for mask in masks.values() if mask.kind != "palette" for value in mask.counts}
    if not values:
        return
    known = values | {0, *(labels.water or ()), *labels.ignore}
    odd = [file for file, mask in masks.items() if mask.kind == "palette" and {*mask.counts} - known]
    if odd:
        raise FloodevalError(saying("label_scheme.strange_palette", name=name, found=_which(odd, masks)))


def _refuse_lossy(name: str, labels: LabelScheme, masks: Mapping[str, MaskValues]) -> None:
    """Refuse masks whose format has blurred the values that the scheme names."""
    named = (*(labels.water or ()), *labels.ignore)
    odd = [file for file, mask in masks.items() if not mask.are_told_apart(named)]
    if odd:
        raise FloodevalError(
            saying("label_scheme.lossy", name=f"{name}, {odd[0]}", values=listed(sorted(named)))
        )


def _counts(masks: Iterable[MaskValues], labels: LabelScheme) -> dict[int, int]:
    """How many pixels have each value, over all masks."""
    total: dict[int, int] = {}
    for mask in masks:
        for value, count in _named_counts(mask, labels).items():
            total[value] = total.get(value, 0) + count
    return dict(sorted(total.items()))


def _named_counts(mask: MaskValues, labels: LabelScheme) -> Mapping[int, int]:
    """The counts of a mask, with the white of a bilevel one, and a lossy one's, as the scheme calls them."""
    named = {*(labels.water or (255,)), *labels.ignore}
    if mask.kind == "bilevel" and 255 in named and 1 not in named:
        return {value * 255: count for value, count in mask.counts.items()}
    if not mask.is_lossy:
        return mask.counts
    counts: dict[int, int] = {}
    for value, count in mask.counts.items():
        pole = min({0, 255} | named, key=lambda one: abs(one - value))
        counts[pole] = counts.get(pole, 0) + count
    return counts


def _notes(labels: LabelScheme, counts: Mapping[int, int], classes: Classes) -> list[Saying]:
    water = listed(map(classes.word_of, labels.water or ()))
    notes = [saying("classes.water_is", water=water)] if classes else []
    land = [value for value in counts if value and value not in {*(labels.water or ()), *labels.ignore}]
    if not land:
        return notes
    share = formats.Later(formats.percent, sum(counts[value] for value in land) / sum(counts.values()))
    return [*notes, saying("label_scheme.land", values=listed(map(classes.word_of, land)), share=share)]


def _which(files: Sequence[str], masks: Mapping[str, MaskValues]) -> Saying:
    return saying("label_scheme.which", count=len(files), total=len(masks), file=files[0])


@dataclass(frozen=True)
class KeptValues:
    """The values of a data set's masks in the cache, each under the mask's path, size and time.

    A broken file is ignored; nothing is kept where the cache cannot be written.
    """

    path: Path
    known: Mapping[str, MaskValues]
    seen: dict[str, MaskValues] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Read what is kept for a data set's folder."""
        name = hashlib.sha256(str(dataset.folder).encode(errors="surrogateescape")).hexdigest()[:32]
        path = cache_folder() / "labels" / f"{name}-v{VERSION}.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, {key: _values(entry) for key, entry in content.items()})
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls(path, {})

    def values(self, sample: Sample) -> MaskValues | None:
        """The values of a sample's mask, read where they are not known; None where it cannot be read."""
        try:
            stat = sample.mask.stat()
            key = f"{sample.source.key} {stat.st_size} {stat.st_mtime_ns}"
            found = self.known.get(key) or values_of(read_stored(sample.source))
        except (OSError, FloodevalError):
            return None
        self.seen[key] = found
        return found

    def write(self) -> None:
        """Write the values if they changed."""
        few = {key: asdict(one) for key, one in self.seen.items() if len(one.counts) <= MOST_VALUES}
        if few.keys() != self.known.keys():
            with suppress(FloodevalError, OSError):
                write_text(self.path, json.dumps(few))


def _values(entry: dict[str, Any]) -> MaskValues:
    counts = {int(value): int(n) for value, n in entry.pop("counts").items()}
    return MaskValues(counts=counts, areas=tuple(entry.pop("areas")), **entry)
