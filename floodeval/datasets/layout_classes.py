"""The file of a data set that names its classes, as its layout expects it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from floodeval.datasets.annotations import refusal
from floodeval.datasets.class_files import read_class_table, read_labelmap, read_nnunet, read_yaml
from floodeval.datasets.classes import NO_CLASSES, Classes
from floodeval.datasets.layout_table import Layout


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
    """The classes of a layout: its own, or those of the file that names them, nearest to the root."""
    if layout.class_file in ("yaml", "semantic yaml"):
        return _of_yaml(layout, folder, files)
    names, read = CLASS_FILES.get(layout.class_file, ((), read_labelmap))
    found = _nearest(files, names)
    if not found:
        return NamedClasses(layout.classes)
    return NamedClasses(read(folder / found), declared_in=(folder / found,))


CLASS_FILES: Mapping[str, tuple[tuple[str, ...], Callable[[Path], Classes]]] = {
    "labelmap": (("labelmap.txt",), read_labelmap),
    "nnunet": (("dataset.json",), read_nnunet),
    "class table": (("_classes.csv",), read_class_table),
}


def _nearest(files: Iterable[str], names: Sequence[str]) -> str:
    """The file of one of these names with the shortest path; empty where there is none."""
    found = [path for path in files if path.rpartition("/")[2].casefold() in names]
    return min(found, key=lambda path: (path.count("/"), path), default="")


def _of_yaml(layout: Layout, folder: Path, files: Sequence[str]) -> NamedClasses:
    """What the YAML file of an Ultralytics data set says: of a semantic one, it has the entry `masks_dir`."""
    for path in sorted((one for one in files if one.lower().endswith((".yaml", ".yml"))), key=_depth):
        classes, entries = read_yaml(folder / path)
        masks_folder = str(entries.get("masks_dir", ""))
        if layout.class_file == "yaml" and not masks_folder and classes:
            return NamedClasses(classes, declared_in=(folder / path,))
        if layout.class_file == "semantic yaml" and masks_folder:
            parts = PurePosixPath(masks_folder).parts
            if len(parts) != 1 or parts[0] in ("..", "/") or set(masks_folder) & set("{}*?\\"):
                raise refusal(folder / path, "classes.masks_dir", value=masks_folder)
            return NamedClasses(classes, parts[0], (folder / path,))
    return NamedClasses()


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path
