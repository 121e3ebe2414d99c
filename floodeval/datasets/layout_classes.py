"""The file of a data set that names its classes, as its layout expects it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from floodeval.datasets.annotations import refusal
from floodeval.datasets.class_files import (
    read_class_list,
    read_class_table,
    read_labelmap,
    read_nnunet,
    read_yaml,
)
from floodeval.datasets.classes import NO_CLASSES, Classes
from floodeval.datasets.layout_table import Layout

CLASS_LISTS = ("classes.txt", "obj.names")  # of YOLO's labels


@dataclass(frozen=True)
class NamedClasses:
    """The classes that a file names, the folder of masks that it names, and the file itself."""

    classes: Classes = NO_CLASSES
    masks_folder: str = ""
    declared_in: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.declared_in)


NO_NAMED_CLASSES = NamedClasses()


def named_classes(layout: Layout, folder: Path, files: Sequence[str]) -> NamedClasses:
    """The classes of a layout: its own, or those of the file that names them, nearest to the root.

    Raises:
        FloodevalError: the file is broken, or another one as near to the root names other classes.
    """
    if layout.class_file == "semantic yaml":
        return _of_semantic_yaml(folder, files)
    found = _of_yaml(folder, files) if layout.class_file == "yaml" else NO_NAMED_CLASSES
    if not found and layout.class_file in CLASS_FILES:
        found = _of_files(folder, files, *CLASS_FILES[layout.class_file])
    return found or NamedClasses(layout.classes)


CLASS_FILES: Mapping[str, tuple[tuple[str, ...], Callable[[Path], Classes]]] = {
    "labelmap": (("labelmap.txt",), read_labelmap),
    "nnunet": (("dataset.json",), read_nnunet),
    "class table": (("_classes.csv",), read_class_table),
    "yaml": (CLASS_LISTS, read_class_list),
}


def _of_files(
    folder: Path, files: Sequence[str], names: Sequence[str], read: Callable[[Path], Classes]
) -> NamedClasses:
    """The classes of the files of one of these names that are nearest to the root."""
    paths = (path for path in files if path.rpartition("/")[2].casefold() in names)
    nearest = next(_by_depth(paths), [])
    return _agreed(folder, [(path, read(folder / path)) for path in nearest])


def _of_yaml(folder: Path, files: Sequence[str]) -> NamedClasses:
    """The `names` of the nearest YAML files that have some and declare no masks."""
    for read in _yaml_files(folder, files):
        named = [(path, classes) for path, classes, masks in read if classes and not masks]
        if named:
            return _agreed(folder, named)
    return NO_NAMED_CLASSES


def _of_semantic_yaml(folder: Path, files: Sequence[str]) -> NamedClasses:
    """The `names` and the `masks_dir` of the nearest YAML files that have the latter."""
    for read in _yaml_files(folder, files):
        semantic = [(path, classes, masks) for path, classes, masks in read if masks]
        if semantic:
            named = _agreed(folder, [(path, classes) for path, classes, _ in semantic])
            path, _, masks = semantic[0]
            return replace(named, masks_folder=_inside(folder / path, masks))
    return NO_NAMED_CLASSES


def _yaml_files(folder: Path, files: Sequence[str]) -> Iterator[list[tuple[str, Classes, str]]]:
    """The path, classes and `masks_dir` of YAML files, those nearest to the root first."""
    for paths in _by_depth(one for one in files if one.lower().endswith((".yaml", ".yml"))):
        read = [(path, *read_yaml(folder / path)) for path in paths]
        yield [(path, classes, _masks_dir(entries)) for path, classes, entries in read]


def _masks_dir(entries: Mapping[str, Any]) -> str:
    value = entries.get("masks_dir")
    return value if isinstance(value, str) else ""  # a list of aliases may be endless as text


def _inside(path: Path, masks_folder: str) -> str:
    """The folder of masks, which takes the place of `images` in a path."""
    place = PurePosixPath(masks_folder)
    if not place.name or {"..", "/"} & {*place.parts} or set(masks_folder) & set("{}*?\\"):
        raise refusal(path, "classes.masks_dir", value=masks_folder)
    return str(place)


def _agreed(folder: Path, read: Sequence[tuple[str, Classes]]) -> NamedClasses:
    """The classes that all these files name, with the first of the files.

    Raises:
        FloodevalError: one of the files names other classes.
    """
    if not read:
        return NO_NAMED_CLASSES
    first, classes = read[0]
    for path, others in read[1:]:
        if replace(others, source=classes.source) != classes:
            raise refusal(folder / path, "classes.other_file", source=classes.source)
    return NamedClasses(classes, declared_in=(folder / first,))


def _by_depth(paths: Iterable[str]) -> Iterator[list[str]]:
    """Paths in groups of the same number of folders, the fewest first."""
    for _, group in groupby(sorted(sorted(paths), key=_n_folders), _n_folders):
        yield list(group)


def _n_folders(path: str) -> int:
    return path.count("/")
