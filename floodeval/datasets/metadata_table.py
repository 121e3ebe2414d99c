"""Kaggle's layout: photographs and masks that `metadata.csv` pairs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from floodeval.datasets.listing import Gap, Pairs, Sample, files_below
from floodeval.datasets.mask_sources import MaskSource
from floodeval.datasets.sample_names import id_of, normal, printable, shown
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

TABLE = "metadata.csv"
PHOTOGRAPHS, MASKS = "Image", "Mask"  # the two folders, and the two columns


def has_table(folder: Path) -> bool:
    """Whether `metadata.csv` pairs the files of a folder: next to `Image/`, or with columns for it."""
    path = folder / TABLE
    if not path.is_file():
        return False
    if (folder / PHOTOGRAPHS).is_dir():
        return True
    try:
        return {PHOTOGRAPHS, MASKS} <= set(_read(path).columns)
    except FloodevalError:
        return False


def _place(folder: Path, name: str) -> Path:
    """The folder of that name, or else the first of that name in another capitalization."""
    same = sorted(one for one in folder.iterdir() if one.name.casefold() == name.casefold() and one.is_dir())
    return next((one for one in same if one.name == name), same[0] if same else folder / name)


def pair_by_table(folder: Path) -> Pairs:
    """Pair the files of `Image/` and `Mask/` as the lines of `metadata.csv` name them.

    Raises:
        FloodevalError: the table cannot be read, or lacks a column.
    """
    photographs, masks = _tree(_place(folder, PHOTOGRAPHS)), _tree(_place(folder, MASKS))
    table = read_table(folder)
    pairs: list[Sample] = []
    gaps: list[Gap] = []
    for row, (photograph, mask) in enumerate(zip(table[PHOTOGRAPHS], table[MASKS], strict=True), start=2):
        if not photograph or not mask:
            absent = "photograph" if not photograph else "mask"
            reason = saying(f"layouts.line_without_{absent}", row=row)
            gaps.append(Gap(id_of(Path(photograph or mask or f"line-{row}")), f"missing_{absent}", reason))
        else:
            pairs.append(Sample(id_of(Path(photograph)), photographs.named(photograph), masks.named(mask)))
    gaps += _unlisted(pairs, (photographs, masks))
    return Pairs(
        pairs,
        gaps,
        {path: photographs.id(path) for path in photographs.files},
        {MaskSource(path): masks.id(path) for path in masks.files},
    )


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

    def named(self, name: str) -> Path:
        """The file that a line names, however its accents are written."""
        path = self.root / name
        return path if path in self.places else self.by_name.get(normal(Path(name).as_posix()), path)

    def id(self, path: Path) -> str:
        """The id of one of the files."""
        return id_of(path.relative_to(self.root))


def _tree(root: Path) -> _Tree:
    return _Tree(root, tuple(root / path for path in files_below(root)))


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:  # pandas' parser errors and bad UTF-8 are ValueErrors
        first = str(error).splitlines()[0]
        raise FloodevalError(saying("layouts.no_csv", path=path, why=first)) from None


def read_table(folder: Path) -> pd.DataFrame:
    """Read the `metadata.csv` of a folder, all cells as text.

    Raises:
        FloodevalError: it cannot be read, or lacks a column.
    """
    path = folder / TABLE
    table = _read(path)
    if {PHOTOGRAPHS, MASKS} - set(table.columns):
        columns = printable(", ".join(map(str, table.columns)))
        raise FloodevalError(saying("layouts.columns", path=path, columns=columns))
    return table


def _unlisted(pairs: Iterable[Sample], trees: Iterable[_Tree]) -> list[Gap]:
    """Files that no line names: one gap for each file in the folder itself, one for each subfolder."""
    listed = {path for pair in pairs for path in (pair.photograph, pair.mask)}
    gaps: list[Gap] = []
    for tree in trees:
        left = [path for path in tree.files if path not in listed]
        counts, unlisted = Counter(path.parent for path in tree.files), Counter(path.parent for path in left)
        folders = {place: n for place, n in unlisted.items() if place != tree.root and n == counts[place]}
        gaps += (
            Gap(tree.id(path), "unlisted_file", saying("layouts.unlisted", file=shown(path)))
            for path in left
            if path.parent not in folders
        )
        for place, n in folders.items():
            below = place.relative_to(tree.root).as_posix()
            reason = saying("layouts.unlisted_folder", folder=printable(f"{tree.root.name}/{below}/"), n=n)
            gaps.append(Gap(normal(f"{below}/"), "unpaired_folder", reason))
    return gaps
