"""What a data set's folder lists: which photograph goes with which mask, and what has no partner."""

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from floodeval.data.reading import AS_STORED, Reading
from floodeval.errors import FloodevalError
from floodeval.language.sentences import Saying, saying

LAYOUTS = saying("listing.layouts")  # that a data set may have


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

    `kind` is missing_photograph, missing_mask, unlisted_file, outside_file or repeated_id; `reason` is one
    line that names the file and, after a semicolon, the cure.
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
        """Every photograph by the id of its pair, or by its stem where it is in none."""
        return _by_id({pair.id: pair.photograph for pair in self.pairs}, self.photographs)

    @cached_property
    def mask_of(self) -> dict[str, Path]:
        """Every mask by the id of its pair, or by its stem where it is in none."""
        return _by_id({pair.id: pair.mask for pair in self.pairs}, self.masks)


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
    raise FloodevalError(saying("listing.nowhere", name=name, looked=looked))


def dataset_places() -> list[Path]:
    """The folders that hold data sets by name: $FLOODEVAL_DATA where it is set, then data/."""
    place = os.environ.get("FLOODEVAL_DATA")
    return ([Path(place)] if place else []) + [Path("data")]


def list_dataset(name: str | Path) -> Listing:
    """List a data set, given by path or by name, without reading a picture.

    Kaggle's layout (`Image/`, `Mask/`, `metadata.csv`) or `images/` and `masks/` paired by stem.

    Raises:
        FloodevalError: no such folder, another layout, or a metadata.csv that is none.
    """
    found = find_dataset(name)
    folder = found.resolve()
    if (folder / "metadata.csv").is_file():
        places = (folder / "Image", folder / "Mask")
        pairs, gaps = _listed_pairs(folder)
    elif (folder / "images").is_dir() and (folder / "masks").is_dir():
        places = (folder / "images", folder / "masks")
        pairs, gaps = _pairs_by_stem(*places)
    else:
        raise FloodevalError(saying("listing.no_dataset", folder=folder, layouts=LAYOUTS))
    samples, refused = _whole_pairs(folder, pairs)
    photographs, masks = (tuple(p for p in _files(place) if not _defect(folder, p)) for place in places)
    gaps = sorted([*gaps, *refused], key=lambda gap: natural_key(gap.id))
    return Listing(found.absolute().name, folder, tuple(samples), tuple(gaps), photographs, masks)


def natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key that puts 2 before 10."""
    parts = re.split(r"([0-9]+)", text)
    return tuple((int(part), "") if i % 2 else (-1, part) for i, part in enumerate(parts))


def printable(text: str) -> str:
    """A name from disk as one harmless line: what cannot be printed becomes the replacement character."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _listed_pairs(folder: Path) -> tuple[list[Sample], list[Gap]]:
    table = _read_metadata(folder / "metadata.csv")
    pairs: list[Sample] = []
    gaps: list[Gap] = []
    for row, (photograph, mask) in enumerate(zip(table["Image"], table["Mask"], strict=True), start=2):
        if not photograph or not mask:
            absent = "photograph" if not photograph else "mask"
            reason = saying(f"listing.line_without_{absent}", row=row)
            gaps.append(Gap(Path(photograph or mask or f"line-{row}").stem, f"missing_{absent}", reason))
        else:
            pairs.append(Sample(Path(photograph).stem, folder / "Image" / photograph, folder / "Mask" / mask))
    return pairs, gaps + _unlisted(folder, pairs)


def _read_metadata(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:  # pandas' parser errors and bad UTF-8 are ValueErrors
        first = str(error).splitlines()[0]
        raise FloodevalError(saying("listing.no_csv", path=path, why=first)) from None
    missing = {"Image", "Mask"} - set(table.columns)
    if missing:
        columns = printable(", ".join(map(str, table.columns)))
        raise FloodevalError(saying("listing.columns", path=path, columns=columns))
    return table


def _unlisted(folder: Path, pairs: list[Sample]) -> list[Gap]:
    listed = {path for pair in pairs for path in (pair.photograph, pair.mask)}
    return [
        Gap(path.stem, "unlisted_file", saying("listing.unlisted", file=shown(path)))
        for place in ("Image", "Mask")
        for path in _files(folder / place)
        if path not in listed
    ]


def _pairs_by_stem(images: Path, masks: Path) -> tuple[list[Sample], list[Gap]]:
    by_stem: dict[str, Path] = {}
    gaps = []
    for path in _files(masks):
        if by_stem.setdefault(path.stem, path) != path:
            reason = saying("listing.two_masks", name=printable(path.stem), file=shown(path))
            gaps.append(Gap(path.stem, "repeated_id", reason))
    photographs = _files(images)
    stems = {path.stem for path in photographs}
    pairs = [Sample(p.stem, p, by_stem[p.stem]) for p in photographs if p.stem in by_stem]
    for p in photographs:
        if p.stem not in by_stem:
            reason = saying("listing.no_mask", file=shown(p), wanted=printable(f"masks/{p.stem}.png"))
            gaps.append(Gap(p.stem, "missing_mask", reason))
    for stem, p in by_stem.items():
        if stem not in stems:
            reason = saying("listing.no_photograph", file=shown(p), wanted=printable(f"images/{stem}.jpg"))
            gaps.append(Gap(stem, "missing_photograph", reason))
    return pairs, gaps


def shown(path: Path) -> str:
    """A file's name with its place, as one harmless line."""
    return printable(f"{path.parent.name}/{path.name}")


def _by_id(paired: dict[str, Path], files: tuple[Path, ...]) -> dict[str, Path]:
    owned = set(paired.values())
    return {path.stem: path for path in files if path not in owned} | paired


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if not p.name.startswith(".") and not p.is_dir())


def _whole_pairs(folder: Path, pairs: list[Sample]) -> tuple[list[Sample], list[Gap]]:
    """Keep the pairs whose files exist inside the folder, one an id; say why each other is left out."""
    kept: dict[str, Sample] = {}
    gaps = []
    for pair in pairs:
        found = [gap for kind in ("photograph", "mask") if (gap := _gap(folder, pair, kind))]
        if not found and pair.id in kept:
            found = [Gap(pair.id, "repeated_id", _repeated(pair, kept[pair.id]))]
        gaps += found
        if not found:
            kept[pair.id] = pair
    return sorted(kept.values(), key=lambda s: natural_key(s.id)), gaps


def _gap(folder: Path, pair: Sample, kind: str) -> Gap | None:
    path = pair.photograph if kind == "photograph" else pair.mask
    defect = _defect(folder, path)
    if defect == "outside":
        reason = saying(f"listing.outside_{kind}", path=printable(str(path)))
        return Gap(pair.id, "outside_file", reason)
    if defect:
        reason = saying(f"listing.missing_{kind}", file=shown(path))
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
    same = pair.photograph == kept.photograph
    return saying("listing.twice" if same else "listing.two_photographs", name=printable(pair.id))
