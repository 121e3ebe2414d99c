"""What a data set's folder lists: which photograph goes with which mask, and what has no partner."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from floodeval.datasets.annotations import Annotation
from floodeval.datasets.classes import NO_CLASSES, Classes
from floodeval.datasets.dataset_config import AS_STORED, Reading
from floodeval.datasets.dataset_toml import NOTHING_DECLARED, DatasetConfig
from floodeval.datasets.label_scheme import NOTHING_STATED, StatedLabels
from floodeval.datasets.mask_sources import MaskSource, Palette
from floodeval.datasets.sample_names import natural_key, printable, shown
from floodeval.i18n.catalog import Saying, saying

SIDECARS = (".tfw", ".tifw", ".jgw", ".jpgw", ".pgw", ".pngw", ".wld", ".aux.xml", ".ovr")
"""How the names of files end that say where a picture lies, or hold it again in small."""

NO_PICTURES = (
    ".txt",
    ".json",
    ".xml",
    ".csv",
    ".yaml",
    ".yml",
    ".md",
    ".toml",
    ".html",
    ".cache",
    ".zip",
    ".db",
    ".ini",
)
"""How the names of files end that are neither photographs nor masks as pictures."""

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".jp2", ".avif")
"""How the names of pictures usually end; their content decides."""


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
    if same and pair.source.annotation:
        files = {"other": shown(pair.mask), "kept": shown(kept.mask)}
        return saying("annotations.again", name=printable(pair.id), **files)
    return saying("layouts.twice" if same else "layouts.two_photographs", **names)
