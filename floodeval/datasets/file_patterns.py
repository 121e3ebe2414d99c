"""Patterns of paths below a data set's folder, such as `photos/**/{stem}.jpg`."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from floodeval.datasets.sample_names import normal

SUBSET_OF = {
    "train": "train",
    "training": "train",
    "tr": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
    "ts": "test",
}
"""The subset that a part of a path means; `tr` and `ts` are nnU-Net's."""

SPLIT_FOLDERS = tuple(word for word in SUBSET_OF if len(word) > 2)  # that are a subset on their own
YEAR = re.compile("(?:19|20)[0-9]{2}$")  # behind the subset in the names of COCO's folders
PHOTOGRAPH_FOLDERS = ("images", "image", "img", "imgs", "photos")
MASK_FOLDERS = ("masks", "mask", "labels", "label", "gt", "annotations")

TOKENS = {
    "{above}": r"(?P<above>(?:[^/]+/)*?)",
    "{photographs}": f"(?:{'|'.join(PHOTOGRAPH_FOLDERS)})",
    "{masks}": f"(?:{'|'.join(MASK_FOLDERS)})",
    "{stem}": r"(?P<stem>[^/]+?)",
    "{split}": f"(?P<split>{'|'.join(SUBSET_OF)})",
    "**/": r"(?P<below>(?:[^/]+/)*)",
    ".*": r"(?:\.[^./]+)?",
    "*": r"[^/]*",
    "?": r"[^/]",
}
"""What parts of a pattern stand for, as regular expressions."""

_PARTS = re.compile("|".join(re.escape(token) for token in TOKENS))


@dataclass(frozen=True)
class Match:
    """A path that fits a pattern.

    Attributes:
        path: below the data set's folder, with `/`.
        above: the folders above the one that the pattern names, without those of the split.
        below: the folders between that one and the file, without those of the split.
        stem: the part of the file's name that photograph and mask share.
        subset: train, validation or test; empty where no part of the path means one.
        folder: the path of the folder that the pattern names; empty where it names none.
    """

    path: str
    above: str
    below: str
    stem: str
    subset: str
    folder: str

    @property
    def id(self) -> str:
        """The id of the photograph, or of the mask's photograph."""
        return normal(f"{self.below}{self.stem}")


@dataclass(frozen=True)
class FilePattern:
    """A pattern: `{stem}` is what photograph and mask share, `**/` any folders, `*` and `?` any characters.

    `{split}` stands for train, val, valid, validation or test. Accents match however they are written. In the
    table of layouts `{above}`, `{photographs}` and `{masks}` stand for any folders and for the usual names of
    folders.
    """

    text: str
    ignores_case: bool = False

    @cached_property
    def _name(self) -> re.Pattern[str]:
        return self._expression(normal(self.text.rpartition("/")[2]))

    @cached_property
    def _place(self) -> re.Pattern[str]:
        place, slash, _ = normal(self.text).rpartition("/")
        return self._expression(place + slash)

    @cached_property
    def _places(self) -> dict[str, "_Place | None"]:
        """What is known of each folder: a data set has many files in few folders."""
        return {}

    def _expression(self, text: str) -> re.Pattern[str]:
        start, parts = 0, []
        for found in _PARTS.finditer(text):
            parts += [re.escape(text[start : found.start()]), TOKENS[found[0]]]
            start = found.end()
        parts.append(re.escape(text[start:]))
        return re.compile("".join(parts), re.IGNORECASE if self.ignores_case else 0)

    @property
    def n_literal(self) -> int:
        """How many characters of the pattern stand for themselves: the more, the more specific it is."""
        return len(_PARTS.sub("", self.text))

    @property
    def has_folders(self) -> bool:
        """Whether the folders of a file are part of what photograph and mask share."""
        return "**/" in self.text

    def match(self, path: str) -> Match | None:
        """Match a path below the data set's folder, with `/`."""
        folders, slash, name = path.rpartition("/")
        folders, name = folders + slash, normal(name)
        if folders not in self._places:
            self._places[folders] = self._match_folders(folders)
        place = self._places[folders]
        found = self._name.fullmatch(name) if place else None
        if place is None or found is None:
            return None
        parts = found.groupdict()
        subset = SUBSET_OF.get((parts.get("split") or "").casefold()) or place.subset
        return Match(path, place.above, place.below, parts["stem"], subset, place.folder)

    def _match_folders(self, folders: str) -> "_Place | None":
        found = self._place.fullmatch(normal(folders))
        if found is None:
            return None
        parts = found.groupdict()
        above, of_above = without_split(parts.get("above") or "")
        below, of_below = without_split(parts.get("below") or "")
        subset = SUBSET_OF.get((parts.get("split") or "").casefold()) or of_above or of_below
        named = found.string[: found.start("below")] if "below" in parts else folders
        depth = named.count("/")
        return _Place(above, below, subset, "/".join(folders.split("/")[:depth]))


@dataclass(frozen=True)
class _Place:
    """What a pattern finds in the folders of a path; see `Match`."""

    above: str
    below: str
    subset: str
    folder: str


def without_split(folders: str) -> tuple[str, str]:
    """Folders, each with `/`, without the first that names a subset; and that subset.

    >>> without_split("north/val/")
    ('north/', 'validation')
    """
    parts = folders.split("/")
    for place, part in enumerate(parts):
        word = YEAR.sub("", part.casefold())
        if word in SPLIT_FOLDERS:
            return "/".join(parts[:place] + parts[place + 1 :]), SUBSET_OF[word]
    return folders, ""


def place_of(path: str) -> tuple[str, str]:
    """The id of a photograph anywhere in a data set, and its subset.

    The id is the path below the outermost folder with a usual name for photographs, without extension and
    split folder; without such a folder below the data set's folder.

    >>> place_of("train/images/a.jpg")
    ('a', 'train')
    """
    parts = path.split("/")
    folders = [part.casefold() for part in parts[:-1]]
    start = next((n + 1 for n, name in enumerate(folders) if name in PHOTOGRAPH_FOLDERS), 0)
    below, subset = without_split("".join(f"{part}/" for part in parts[start:-1]))
    _, of_above = without_split("".join(f"{part}/" for part in parts[:start]))
    return normal(below + PurePosixPath(parts[-1]).stem), of_above or subset
