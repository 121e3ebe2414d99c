"""What a data set's folder lists: which photograph goes with which mask, and what has no partner."""

import os
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from floodeval.datasets.dataset_config import AS_STORED, Reading
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying

LAYOUTS = saying("layouts.layouts")  # that a data set may have

SIDECARS = (".tfw", ".tifw", ".jgw", ".jpgw", ".pgw", ".pngw", ".wld", ".aux.xml", ".ovr")
"""How the names of files end that say where a picture lies, or hold it again in small."""


@dataclass(frozen=True)
class Sample:
    """One photograph with its ground-truth mask, and how the two files are read."""

    id: str
    photograph: Path
    mask: Path
    reading: Reading = AS_STORED


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
class Listing:
    """A folder's pairs in the order of their ids, its gaps, and every file in its two places.

    The files of a pair exist and lie inside the folder; nothing has been read from them yet.
    """

    name: str
    folder: Path
    pairs: tuple[Sample, ...]
    gaps: tuple[Gap, ...]
    photographs: tuple[Path, ...]
    masks: tuple[Path, ...]

    @cached_property
    def photograph_of(self) -> dict[str, Path]:
        """Every photograph by the id of its pair, or by its own where it is in none."""
        return self._by_id({pair.id: pair.photograph for pair in self.pairs}, self.photographs)

    @cached_property
    def mask_of(self) -> dict[str, Path]:
        """Every mask by the id of its pair, or by its own where it is in none."""
        return self._by_id({pair.id: pair.mask for pair in self.pairs}, self.masks)

    def _by_id(self, paired: dict[str, Path], files: tuple[Path, ...]) -> dict[str, Path]:
        owned = set(paired.values())
        others = {id_of(Path(*path.relative_to(self.folder).parts[1:])): path for path in files}
        return {sample_id: path for sample_id, path in others.items() if path not in owned} | paired


def find_dataset(name: str | Path) -> Path:
    """Find a data set's folder: a path, or a name under $FLOODEVAL_DATA or data/.

    Raises:
        FloodevalError: there is no such folder; says where it was looked for.
    """
    candidates = [Path(name), *(place / name for place in dataset_places())]
    for folder in candidates:
        if folder.is_dir():
            return folder
    looked = ", ".join(dict.fromkeys(str(folder) for folder in candidates))
    raise FloodevalError(saying("layouts.nowhere", name=name, looked=looked))


def dataset_places() -> list[Path]:
    """The folders that hold data sets by name: $FLOODEVAL_DATA where it is set, then data/."""
    place = os.environ.get("FLOODEVAL_DATA")
    return ([Path(place)] if place else []) + [Path("data")]


def list_dataset(name: str | Path) -> Listing:
    """List a data set, given by path or by name, without reading a picture.

    Kaggle's layout (`Image/`, `Mask/`, `metadata.csv`) or `images/` and `masks/`, paired by their paths below
    these folders without suffix. Names that differ only in Unicode normalization are the same name.

    Raises:
        FloodevalError: no such folder, another layout, or a metadata.csv that is none.
    """
    found = find_dataset(name)
    folder = found.resolve()
    by_path = (folder / "images").is_dir() and (folder / "masks").is_dir()
    listed = (folder / "metadata.csv").is_file()
    if listed and not (by_path and not (folder / "Image").is_dir()):
        photographs, masks = _tree(folder / "Image"), _tree(folder / "Mask")
        pairs, gaps = _listed_pairs(folder, photographs, masks)
    elif by_path:
        photographs, masks = _tree(folder / "images"), _tree(folder / "masks")
        pairs, gaps = _pairs_by_path(photographs, masks)
    else:
        raise FloodevalError(saying("layouts.no_dataset", folder=folder, layouts=LAYOUTS))
    samples, refused = _whole_pairs(folder, pairs)
    inside = (tuple(p for p in tree.files if not _defect(folder, p)) for tree in (photographs, masks))
    gaps = sorted([*gaps, *refused], key=lambda gap: natural_key(gap.id))
    return Listing(found.absolute().name, folder, tuple(samples), tuple(gaps), *inside)


def id_of(relative: Path) -> str:
    """The id of a file by its path below its folder: without suffix, with `/`, in Unicode NFC.

    A path that would lead out of the folder has its stem alone as its id.
    """
    parts = relative.parts
    inside = not relative.is_absolute() and ".." not in parts
    return normal(relative.with_name(relative.stem).as_posix() if inside and parts else relative.stem)


def normal(text: str) -> str:
    """A name in Unicode NFC: as most systems write it, where others decompose accents."""
    return unicodedata.normalize("NFC", text)


def natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key that puts 2 before 10."""
    parts = re.split(r"([0-9]+)", text)
    return tuple((int(part), "") if i % 2 else (-1, part) for i, part in enumerate(parts))


def printable(text: str) -> str:
    """A name from disk as one harmless line: what cannot be printed becomes the replacement character."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


@dataclass(frozen=True)
class _Tree:
    """The files of an image or mask folder and its subfolders, in order, without hidden ones and sidecars."""

    root: Path
    files: tuple[Path, ...]

    @cached_property
    def places(self) -> frozenset[Path]:
        """The files, to be looked up."""
        return frozenset(self.files)

    @cached_property
    def by_name(self) -> dict[str, Path]:
        """The files by their paths below the folder, in NFC."""
        return {normal(path.relative_to(self.root).as_posix()): path for path in reversed(self.files)}

    @cached_property
    def by_id(self) -> dict[str, list[Path]]:
        """The files of each id; several where names differ in suffix or normalization only."""
        found: dict[str, list[Path]] = {}
        for path in self.files:
            found.setdefault(self.id(path), []).append(path)
        return found

    def id(self, path: Path) -> str:
        """The id of one of the files."""
        return id_of(path.relative_to(self.root))


def _tree(root: Path) -> _Tree:
    files: list[Path] = []
    for place, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files += (Path(place, name) for name in names if not _is_no_picture(name))
        files += (Path(place, name) for name in folders if Path(place, name).is_symlink())
    return _Tree(root, tuple(sorted(files)))


def _is_no_picture(name: str) -> bool:
    """Whether a file is hidden, or one of those that stand next to a GeoTIFF or a georeferenced picture."""
    return name.startswith(".") or name.lower().endswith(SIDECARS)


def _listed_pairs(folder: Path, photographs: _Tree, masks: _Tree) -> tuple[list[Sample], list[Gap]]:
    table = _read_metadata(folder / "metadata.csv")
    pairs: list[Sample] = []
    gaps: list[Gap] = []
    for row, (photograph, mask) in enumerate(zip(table["Image"], table["Mask"], strict=True), start=2):
        if not photograph or not mask:
            absent = "photograph" if not photograph else "mask"
            reason = saying(f"layouts.line_without_{absent}", row=row)
            gaps.append(Gap(id_of(Path(photograph or mask or f"line-{row}")), f"missing_{absent}", reason))
        else:
            paths = (_listed(photographs, photograph), _listed(masks, mask))
            pairs.append(Sample(id_of(Path(photograph)), *paths))
    return pairs, gaps + _unlisted(pairs, photographs, masks)


def _listed(tree: _Tree, name: str) -> Path:
    """The file that a line names, however its accents are written."""
    path = tree.root / name
    return path if path in tree.places else tree.by_name.get(normal(Path(name).as_posix()), path)


def _read_metadata(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:  # pandas' parser errors and bad UTF-8 are ValueErrors
        first = str(error).splitlines()[0]
        raise FloodevalError(saying("layouts.no_csv", path=path, why=first)) from None
    missing = {"Image", "Mask"} - set(table.columns)
    if missing:
        columns = printable(", ".join(map(str, table.columns)))
        raise FloodevalError(saying("layouts.columns", path=path, columns=columns))
    return table


def _unlisted(pairs: list[Sample], photographs: _Tree, masks: _Tree) -> list[Gap]:
    """Files that no line names: one gap for each file in the folder itself, one for each subfolder."""
    listed = {path for pair in pairs for path in (pair.photograph, pair.mask)}
    gaps: list[Gap] = []
    for tree in (photographs, masks):
        alone, folders = _in_folders(tree, [path for path in tree.files if path not in listed])
        gaps += (
            Gap(tree.id(path), "unlisted_file", saying("layouts.unlisted", file=shown(path)))
            for path in alone
        )
        gaps += (_folder_gap(tree, place, "layouts.unlisted_folder", n) for place, n in folders.items())
    return gaps


def _in_folders(tree: _Tree, left: list[Path]) -> tuple[list[Path], dict[Path, int]]:
    """Divide files that are in no pair: those to name, and subfolders none of whose files is in a pair."""
    counts = Counter(path.parent for path in tree.files)
    unpaired = Counter(path.parent for path in left)
    folders = {place: n for place, n in unpaired.items() if place != tree.root and n == counts[place]}
    return [path for path in left if path.parent not in folders], folders


def _folder_gap(tree: _Tree, place: Path, key: str, n: int) -> Gap:
    below = place.relative_to(tree.root).as_posix()
    shown_place = printable(f"{tree.root.name}/{below}/")
    other = {"images": "masks", "masks": "images"}.get(tree.root.name, "")
    reason = saying(key, folder=shown_place, n=n, wanted=printable(f"{other}/{below}/"))
    return Gap(normal(f"{below}/"), "unpaired_folder", reason)


def _pairs_by_path(photographs: _Tree, masks: _Tree) -> tuple[list[Sample], list[Gap]]:
    gaps = []
    for sample_id, (kept, *others) in masks.by_id.items():
        for path in others:
            reason = saying(
                "layouts.two_masks", name=printable(sample_id), file=shown(path), kept=shown(kept)
            )
            gaps.append(Gap(sample_id, "repeated_id", reason))
    pairs = [
        Sample(sample_id, path, masks.by_id[sample_id][0])
        for sample_id, paths in photographs.by_id.items()
        for path in paths
        if sample_id in masks.by_id
    ]
    gaps += _without_partner(photographs, masks, "missing_mask", "no_mask", "png")
    gaps += _without_partner(masks, photographs, "missing_photograph", "no_photograph", "jpg")
    return pairs, gaps


def _without_partner(tree: _Tree, other: _Tree, kind: str, key: str, suffix: str) -> list[Gap]:
    """The files of one folder that have no partner in the other: each, or one gap for a whole subfolder."""
    left = [path for path in tree.files if tree.id(path) not in other.by_id]
    alone, folders = _in_folders(tree, left)
    gaps = []
    for path in alone:
        wanted = printable(f"{other.root.name}/{tree.id(path)}.{suffix}")
        reason = saying(f"layouts.{key}", file=shown(path), wanted=wanted)
        gaps.append(Gap(tree.id(path), kind, reason))
    return gaps + [_folder_gap(tree, place, f"layouts.{key}_folder", n) for place, n in folders.items()]


def shown(path: Path) -> str:
    """A file's name with its place, as one harmless line."""
    return printable(f"{path.parent.name}/{path.name}")


def _whole_pairs(folder: Path, pairs: list[Sample]) -> tuple[list[Sample], list[Gap]]:
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
    defect = _defect(folder, path)
    if defect == "outside":
        reason = saying(f"layouts.outside_{kind}", path=printable(str(path)))
        return Gap(pair.id, "outside_file", reason)
    if defect:
        reason = saying(f"layouts.missing_{kind}", file=shown(path))
        return Gap(pair.id, f"missing_{kind}", reason)
    return None


def _defect(folder: Path, path: Path) -> str:
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
