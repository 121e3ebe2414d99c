"""Data sets by name, and the layout that a data set's folder has."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from floodeval.datasets.dataset_toml import DatasetConfig, read_config
from floodeval.datasets.file_patterns import MASK_FOLDERS, PHOTOGRAPH_FOLDERS
from floodeval.datasets.layout_pairs import (
    LaidOut,
    declared_pairs,
    is_by_table,
    lay_out,
    with_palette,
)
from floodeval.datasets.layout_table import KAGGLE, LAYOUTS, Layout, layout_named
from floodeval.datasets.listing import Listing as Listing
from floodeval.datasets.listing import Pairs, defect, files_below, may_be_picture, whole_pairs
from floodeval.datasets.listing import Sample as Sample
from floodeval.datasets.metadata_table import TABLE, read_table
from floodeval.datasets.sample_names import natural_key as natural_key
from floodeval.datasets.sample_names import normal, printable
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying


class UnknownLayoutError(FloodevalError):
    """A folder has no layout of the table; `folder` is the one."""

    def __init__(self, folder: Path, said: Saying) -> None:
        super().__init__(said)
        self.folder = folder


EXPECTED = saying("layouts.layouts")  # which layouts a data set may have, in short
MOST_ENTRIES = 8  # of a folder, in a message


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


def list_dataset(name: str | Path, config: Path | None = None) -> Listing:
    """List a data set, given by path or by name, without reading a picture.

    The layout is that of the table which the folder's files fit, or as `dataset.toml` declares it. Names that
    differ only in Unicode normalization are the same name.

    Args:
        name: a folder, or a name under $FLOODEVAL_DATA or data/.
        config: a file to read instead of the folder's `dataset.toml`.

    Raises:
        FloodevalError: no such folder; no layout or several; a broken declaration, table or annotation.
    """
    found = find_dataset(name)
    folder = found.resolve()
    declared = read_config(folder, config)
    laid_out = _laid_out(folder, declared)
    pairs, layout = laid_out.pairs, laid_out.layout
    classes = declared.classes or laid_out.classes
    if declared.classes.colors and layout.masks == "pictures":
        pairs = with_palette(pairs, declared.classes)
    samples, refused = whole_pairs(folder, pairs.samples)
    return Listing(
        found.absolute().name,
        folder,
        tuple(samples),
        tuple(sorted([*pairs.gaps, *refused], key=lambda gap: natural_key(gap.id))),
        tuple(path for path in pairs.photographs if not defect(folder, path)),
        tuple(mask for mask in pairs.masks if not defect(folder, mask.path)),
        photograph_ids=pairs.photographs,
        mask_ids=pairs.masks,
        layout=layout.name,
        classes=classes,
        subset_of=_subsets(folder, samples, pairs, declared),
        labels=layout.labels,
        bands=layout.bands,
        stretch=layout.stretch,
        declared=declared,
        declared_in=laid_out.declared_in,
    )


def _laid_out(folder: Path, declared: DatasetConfig) -> LaidOut:
    """The layout that `dataset.toml` declares, or the one that the files fit."""
    files = [
        path for path in files_below(folder) if may_be_picture(path) or not defect(folder, folder / path)
    ]
    if declared.images:
        return declared_pairs(folder, files, declared)
    if declared.layout:
        layout = layout_named(declared.layout)
        if layout is None:
            known = ", ".join(one.name for one in LAYOUTS)
            raise FloodevalError(
                saying("layouts.no_such_layout", path=declared.path, name=declared.layout, known=known)
            )
        found = lay_out(layout, folder, files)
        if not found.pairs.samples and not found.pairs.gaps:
            names = {"layout": layout.name, "expected": layout.expected}
            raise FloodevalError(saying("layouts.layout_without_pairs", path=declared.path, **names))
        return found
    return recognize(folder, files)


def recognize(folder: Path, files: Sequence[str]) -> LaidOut:
    """Find the layout that a folder's files fit.

    Args:
        folder: of the data set.
        files: from `files_below`.

    Raises:
        FloodevalError: they fit none, or several; or a file of the only one that they fit is broken.
    """
    if is_by_table(folder):
        return lay_out(KAGGLE, folder, files)
    tried, refusals = _tried((one for one in LAYOUTS if not one.is_last), folder, files)
    fitting = [one for one in tried if one.pairs.samples]
    if not fitting:
        last, broken = _tried((one for one in LAYOUTS if one.is_last), folder, files)
        fitting, refusals = [one for one in last if one.pairs.samples], refusals + broken
    special = {name for one in fitting for name in one.layout.before}
    fitting = [one for one in fitting if one.layout.name not in special]
    if len(fitting) > 1:
        names = {"a": fitting[0].layout.name, "b": fitting[1].layout.name}
        raise FloodevalError(saying("layouts.several_layouts", name=printable(folder.name), **names))
    if fitting:
        return fitting[0]
    if refusals:
        raise refusals[0]
    return _without_pairs(folder, files, tried)


def _without_pairs(folder: Path, files: Sequence[str], tried: Sequence[LaidOut]) -> LaidOut:
    """The layout of a folder without a pair: one of which it has photographs and masks, or plain folders.

    Raises:
        FloodevalError: there is none, or a `metadata.csv` that lacks a column.
    """
    unpaired = [one for one in tried if (one.pairs.photographs and one.pairs.masks) or _is_coco(one)]
    if unpaired:
        return unpaired[0]
    if (folder / TABLE).is_file():
        read_table(folder)  # which says what it lacks
    if _has_folders(folder):
        return next(one for one in tried if one.layout.name == "folders")
    raise UnknownLayoutError(folder, unrecognized(folder, files, nearest(tried)))


def _is_coco(found: LaidOut) -> bool:
    """Whether there are COCO files, whose photographs may be absent."""
    return found.layout.masks == "coco" and bool(found.declared_in)


def _tried(
    layouts: Iterable[Layout], folder: Path, files: Sequence[str]
) -> tuple[list[LaidOut], list[FloodevalError]]:
    """What each layout finds in a folder, and why those whose files are broken are refused."""
    tried, refusals = [], []
    for layout in layouts:
        try:
            tried.append(lay_out(layout, folder, files))
        except FloodevalError as refusal:
            refusals.append(refusal)
    return tried, refusals


def nearest(tried: Sequence[LaidOut]) -> Layout:
    """The layout of which a folder has most: photographs or masks, or else `images/` and `masks/`."""
    best = max(tried, key=lambda one: bool(one.pairs.photographs) + bool(one.pairs.masks))
    found = bool(best.pairs.photographs or best.pairs.masks)
    return best.layout if found else next(one for one in LAYOUTS if one.name == "folders")


def _has_folders(folder: Path) -> bool:
    """Whether there are folders of photographs and masks, with or without files."""
    names = {path.name.casefold() for path in folder.iterdir() if path.is_dir()}
    return bool(names & {*PHOTOGRAPH_FOLDERS}) and bool(names & {*MASK_FOLDERS})


def unrecognized(folder: Path, files: Sequence[str], near: Layout) -> Saying:
    """Say that a folder has no known layout, what it has, and the layout that is nearest."""
    return saying(
        "layouts.no_dataset",
        folder=folder,
        found=entries(files) or saying("layouts.nothing"),
        nearest=near.name,
        expected=near.expected,
    )


def entries(files: Iterable[str]) -> str:
    """The folders and files of a folder, in one line: `a/ (12 .jpg), notes.txt`."""
    below: dict[str, Counter[str]] = {}
    for path in files:
        top, slash, rest = path.partition("/")
        kinds = below.setdefault(top + slash, Counter())
        if slash:
            kinds[Path(rest).suffix.lower() or Path(rest).name] += 1
    words = [
        printable(f"{top} ({', '.join(f'{n} {kind}' for kind, n in kinds.most_common(2))})" if kinds else top)
        for top, kinds in below.items()
    ]
    return ", ".join(words[:MOST_ENTRIES]) + (", ..." if len(words) > MOST_ENTRIES else "")


def _subsets(
    folder: Path, samples: Sequence[Sample], pairs: Pairs, declared: DatasetConfig
) -> Mapping[str, str]:
    """The subset of each sample, as `dataset.toml` declares it or as its place in the folder says.

    Raises:
        FloodevalError: a photograph is in two subsets, or a subset has none.
    """
    if not declared.subsets:
        ids = {sample.id for sample in samples}
        return {sample_id: subset for sample_id, subset in pairs.subset_of.items() if sample_id in ids}
    subset_of: dict[str, str] = {}
    for subset, globs in declared.subsets:
        expressions = [re.compile(_expression(normal(glob))) for glob in globs]
        found = [
            sample.id
            for sample in samples
            if any(one.fullmatch(_path_in(folder, sample)) for one in expressions)
        ]
        if not found:
            raise FloodevalError(saying("layouts.empty_subset", path=declared.path, subset=subset))
        twice = [sample_id for sample_id in found if sample_id in subset_of]
        if twice:
            a, b = subset_of[twice[0]], subset
            name = printable(twice[0])
            raise FloodevalError(saying("layouts.two_subsets", path=declared.path, name=name, a=a, b=b))
        subset_of |= dict.fromkeys(found, subset)
    return subset_of


def _path_in(folder: Path, sample: Sample) -> str:
    return normal(sample.photograph.relative_to(folder).as_posix())


def _expression(glob: str) -> str:
    """A glob, or a folder, as a regular expression of the paths in it."""
    if not set(glob) & set("*?"):
        return re.escape(glob.rstrip("/")) + "(?:/.*)?"
    words = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return "".join(words.get(part, re.escape(part)) for part in parts)
