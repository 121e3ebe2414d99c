"""What a data set's folder lists: which photograph goes with which mask, and what has no partner."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from floodeval.datasets.annotations import Annotation
from floodeval.datasets.classes import NO_CLASSES, Classes
from floodeval.datasets.dataset_config import AS_STORED, Reading
from floodeval.datasets.dataset_toml import NOTHING_DECLARED, DatasetConfig
from floodeval.datasets.file_patterns import Match
from floodeval.datasets.label_scheme import NOTHING_STATED, StatedLabels
from floodeval.datasets.mask_sources import MaskSource, Palette
from floodeval.datasets.sample_names import natural_key, normal, printable, shown
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying

SIDECARS = (".tfw", ".tifw", ".jgw", ".jpgw", ".pgw", ".pngw", ".wld", ".aux.xml", ".ovr")
"""How the names of files end that say where a picture lies, or hold it again in small."""

NO_PICTURES = (".txt", ".json", ".xml", ".csv", ".yaml", ".yml", ".md", ".toml", ".html", ".cache", ".zip")
"""How the names of files end that are neither photographs nor masks as pictures."""

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".jp2", ".avif")
"""How the names of pictures usually end; their content decides."""

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Sample:
    """One photograph with its reference mask, and how the two files are read.

    Attributes:
        id: of the sample.
        photograph: its file.
        mask: the file that holds its reference mask.
        reading: how the two are read.
        coding: how the mask's file stores it, where that is no picture of values.
    """

    id: str
    photograph: Path
    mask: Path
    reading: Reading = AS_STORED
    coding: Palette | Annotation | None = None

    @property
    def source(self) -> MaskSource:
        """Where its reference mask is stored."""
        return MaskSource(self.mask, self.coding)

    def masked_by(self, source: MaskSource) -> "Sample":
        """The same photograph with another mask."""
        return replace(self, mask=source.path, coding=source.coding)


@dataclass(frozen=True)
class Gap:
    """A line or a file that makes no pair.

    `kind` is missing_photograph, missing_mask, unlisted_file, outside_file, repeated_id or unpaired_folder;
    `reason` is one line that names the file or folder and, after a semicolon, the cure.
    """

    id: str
    kind: str
    reason: Saying


@dataclass(frozen=True)
class Pairs:
    """What a layout makes of a folder's files, before they are checked.

    Attributes:
        samples: the pairs.
        gaps: what makes no pair.
        photographs: the id of every photograph.
        masks: the id of every mask.
        subset_of: the subset of each sample whose place in the folder names one, by id.
    """

    samples: Sequence[Sample]
    gaps: Sequence[Gap]
    photographs: Mapping[Path, str]
    masks: Mapping[MaskSource, str]
    subset_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """A folder's pairs in the order of their ids, its gaps, and every photograph and mask.

    The files of a pair exist and lie inside the folder; no picture has been read yet.

    Attributes:
        name: of the data set.
        folder: its folder.
        pairs: its samples.
        gaps: what makes no pair.
        photographs: every photograph.
        masks: every mask.
        photograph_ids: the own id of every photograph.
        mask_ids: the own id of every mask.
        layout: the name of its layout.
        classes: those that it declares.
        subset_of: the subset of each sample whose place in the folder names one, by id.
        labels: what mask values mean, where the layout fixes it.
        bands: which bands, counted from 0, are red, green and blue, where the layout fixes them.
        stretch: how values become 8 bits, where the layout fixes it.
        declared: what its `dataset.toml` says.
        declared_in: the files that were read to recognize it.
    """

    name: str
    folder: Path
    pairs: tuple[Sample, ...]
    gaps: tuple[Gap, ...]
    photographs: tuple[Path, ...]
    masks: tuple[MaskSource, ...]
    photograph_ids: Mapping[Path, str] = field(default_factory=dict)
    mask_ids: Mapping[MaskSource, str] = field(default_factory=dict)
    layout: str = ""
    classes: Classes = NO_CLASSES
    subset_of: Mapping[str, str] = field(default_factory=dict)
    labels: StatedLabels = NOTHING_STATED
    bands: tuple[int, ...] | None = None
    stretch: str | None = None
    declared: DatasetConfig = NOTHING_DECLARED
    declared_in: tuple[Path, ...] = ()

    @cached_property
    def photograph_of(self) -> dict[str, Path]:
        """Every photograph by the id of its pair, or by its own where it is in none."""
        paired = {pair.id: pair.photograph for pair in self.pairs}
        owned = set(paired.values())
        return {self.photograph_ids[path]: path for path in self.photographs if path not in owned} | paired

    @cached_property
    def mask_of(self) -> dict[str, MaskSource]:
        """Every mask by the id of its pair, or by its own where it is in none."""
        paired = {pair.id: pair.source for pair in self.pairs}
        owned = set(paired.values())
        return {self.mask_ids[mask]: mask for mask in self.masks if mask not in owned} | paired


def files_below(root: Path) -> list[str]:
    """The paths of all files below a folder, with `/`, in order, without hidden ones and sidecars.

    Of links to folders only those in the folder itself are followed.
    """
    files: list[Path] = []
    linked = [path for path in root.glob("*") if path.is_symlink() and path.is_dir()]
    for top in (root, *(path for path in linked if not _is_hidden(path.name))):
        for place, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            files += (Path(place, name) for name in names if not _is_hidden(name))
            files += (
                path for name in folders if (path := Path(place, name)).is_symlink() and path not in linked
            )
    return [path.relative_to(root).as_posix() for path in sorted(files)]


def _is_hidden(name: str) -> bool:
    """Whether a file is hidden, or one of those that stand next to a GeoTIFF or a georeferenced picture."""
    return name.startswith(".") or name.lower().endswith(SIDECARS)


def may_be_picture(path: str) -> bool:
    """Whether a file is not, by its name, a text or an archive."""
    return not path.lower().endswith(NO_PICTURES)


def pair_by_path(
    folder: Path,
    photographs: Sequence[Match],
    masks: Sequence[Match],
    endings: Sequence[str] = (),
    *,
    by_stem: bool = False,
) -> Pairs:
    """Pair photographs and masks whose paths below their folders are the same.

    Args:
        folder: of the data set.
        photographs: those that fit a pattern.
        masks: those that fit a pattern.
        endings: that the name of a mask may have behind that of its photograph, such as `_mask`.
        by_stem: whether the folders between are left out of account.

    Raises:
        FloodevalError: two photographs share a mask.
    """
    key_of = _key_function(photographs, masks, by_stem)
    wanted = {key_of(one, one.stem) for one in photographs}
    by_key: dict[Key, list[tuple[int, str, Match]]] = {}
    for mask in masks:
        keys = [key_of(mask, stem) for stem in stems_of(mask.stem, endings)]
        rank = next((n for n, key in enumerate(keys) if key in wanted), 0)
        by_key.setdefault(keys[rank], []).append((rank, mask.path, mask))
    gaps = []
    for rows in by_key.values():
        rows.sort(key=lambda row: row[:2])
        kept = rows[0][2]
        gaps += [_repeated_mask(folder, key_name(rows, endings), kept, other) for _, _, other in rows[1:]]
    samples = [
        Sample(one.id, folder / one.path, folder / by_key[key][0][1])
        for one in photographs
        if (key := key_of(one, one.stem)) in by_key
    ]
    _refuse_shared(samples)
    lonely = [one for one in photographs if key_of(one, one.stem) not in by_key]
    alone = [row[2] for key, rows in by_key.items() if key not in wanted for row in rows[:1]]
    gaps += _without_partner(lonely, photographs, masks, "missing_mask", "no_mask")
    gaps += _without_partner(alone, masks, photographs, "missing_photograph", "no_photograph")
    return Pairs(
        samples,
        gaps,
        {folder / one.path: one.id for one in photographs},
        {MaskSource(folder / one.path): one.id for one in masks},
        {one.id: one.subset for one in reversed(photographs) if one.subset},
    )


def key_name(rows: Sequence[tuple[int, str, Match]], endings: Sequence[str]) -> str:
    """The id that several masks have in common."""
    rank, _, mask = rows[0]
    return normal(mask.below + stems_of(mask.stem, endings)[rank])


def _key_function(
    photographs: Sequence[Match], masks: Sequence[Match], by_stem: bool
) -> Callable[[Match, str], Key]:
    """What photograph and mask share: the folders above and the subset only where both sides have them."""
    has_above = any(one.above for one in photographs) and any(one.above for one in masks)
    has_subset = any(one.subset for one in photographs) and any(one.subset for one in masks)

    def key_of(one: Match, stem: str) -> Key:
        below = "" if by_stem else one.below
        return (one.above if has_above else "", one.subset if has_subset else "", normal(below + stem))

    return key_of


def stems_of(stem: str, endings: Sequence[str]) -> list[str]:
    """The names that the photograph of a mask may have, the most likely first.

    >>> stems_of("a_mask", ["_mask"])
    ['a_mask', 'a']
    """
    ends = [end for end in (*endings, *PICTURES) if stem.lower().endswith(end) and len(stem) > len(end)]
    return [stem, *(stem[: -len(end)] for end in ends)]


def _repeated_mask(folder: Path, name: str, kept: Match, other: Match) -> Gap:
    names = {"file": shown(folder / other.path), "kept": shown(folder / kept.path)}
    return Gap(name, "repeated_id", saying("layouts.two_masks", name=printable(name), **names))


def _refuse_shared(samples: Iterable[Sample]) -> None:
    owner: dict[Path, Sample] = {}
    for sample in samples:
        first = owner.setdefault(sample.mask, sample)
        if first.id != sample.id:
            names = {"a": printable(first.id), "b": printable(sample.id), "mask": shown(sample.mask)}
            raise FloodevalError(saying("layouts.shared_mask", **names))


def _without_partner(
    left: Sequence[Match], every: Sequence[Match], others: Sequence[Match], kind: str, key: str
) -> list[Gap]:
    """Files without a partner: each, or one gap for a whole folder of them."""
    counts = Counter(str(PurePosixPath(one.path).parent) for one in every)
    lonely = Counter(str(PurePosixPath(one.path).parent) for one in left)
    roots = {one.folder for one in every}
    whole = {
        place for place, n in lonely.items() if n == counts[place] and (place not in roots or len(roots) > 1)
    }
    is_mask = kind == "missing_photograph"
    other_name, suffix = ("images", "jpg") if is_mask else ("masks", "png")
    gaps = []
    for one in left:
        place = str(PurePosixPath(one.path).parent)
        other = next((match.folder for match in others if match.above == one.above), other_name) or "."
        other = PurePosixPath(other).name or other_name
        if place not in whole:
            name = printable(f"{PurePosixPath(one.path).parent.name}/{PurePosixPath(one.path).name}")
            reason = saying(f"layouts.{key}", file=name, wanted=printable(f"{other}/{one.id}.{suffix}"))
            gaps.append(Gap(one.id, kind, reason))
        elif n := lonely.pop(place, 0):
            gaps.append(_folder_gap(one, place, other, f"layouts.{key}_folder", n))
    return gaps


def _folder_gap(one: Match, place: str, other: str, key: str, n: int) -> Gap:
    below = str(PurePosixPath(place).relative_to(one.folder)) if one.folder else place
    if below == ".":  # the whole folder, next to others of its kind
        folder, wanted, name = f"{place}/", f"{other}/", f"{place}/"
    else:
        folder, wanted, name = f"{PurePosixPath(one.folder).name}/{below}/", f"{other}/{below}/", f"{below}/"
    reason = saying(key, folder=printable(folder), n=n, wanted=printable(wanted))
    return Gap(normal(name), "unpaired_folder", reason)


def whole_pairs(folder: Path, pairs: Iterable[Sample]) -> tuple[list[Sample], list[Gap]]:
    """Keep the pairs whose files exist inside the folder, one an id; say why each other is left out.

    Ids that differ in case only are one id to many file systems.
    """
    kept: dict[str, Sample] = {}
    gaps = []
    for pair in pairs:
        found = [gap for kind in ("photograph", "mask") if (gap := _gap(folder, pair, kind))]
        if not found and pair.id.lower() in kept:
            found = [Gap(pair.id, "repeated_id", _repeated(pair, kept[pair.id.lower()]))]
        gaps += found
        if not found:
            kept[pair.id.lower()] = pair
    return sorted(kept.values(), key=lambda s: natural_key(s.id)), gaps


def _gap(folder: Path, pair: Sample, kind: str) -> Gap | None:
    path = pair.photograph if kind == "photograph" else pair.mask
    found = defect(folder, path)
    if found == "outside":
        reason = saying(f"layouts.outside_{kind}", path=printable(str(path)))
        return Gap(pair.id, "outside_file", reason)
    if found:
        reason = saying(f"layouts.missing_{kind}", file=shown(path))
        return Gap(pair.id, f"missing_{kind}", reason)
    return None


def defect(folder: Path, path: Path) -> str:
    """Why a file cannot be used: `outside` or `missing`; empty where it can."""
    try:
        if not path.resolve().is_relative_to(folder):
            return "outside"
        return "" if path.is_file() else "missing"
    except (OSError, ValueError, RuntimeError):  # a name too long, a zero byte in it, a ring of links
        return "missing"


def _repeated(pair: Sample, kept: Sample) -> Saying:
    names = {"name": printable(pair.id), "kept": printable(kept.photograph.name)}
    if pair.id != kept.id:
        return saying("layouts.case", name=printable(pair.id), other=printable(kept.id))
    same = pair.photograph == kept.photograph
    return saying("layouts.twice" if same else "layouts.two_photographs", **names)
