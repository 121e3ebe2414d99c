"""Names of samples and files: ids, their natural order, and names that are safe to print."""

import re
import unicodedata
from pathlib import Path


def id_of(relative: Path) -> str:
    """The id of a file by its path below its folder: without suffix, with `/`, in Unicode NFC.

    A path that would lead out of the folder has only its stem as its id.

    >>> id_of(Path("north") / "scene-01.jpg")
    'north/scene-01'
    """
    parts = relative.parts
    inside = not relative.is_absolute() and ".." not in parts
    return normal(relative.with_name(relative.stem).as_posix() if inside and parts else relative.stem)


def normal(text: str) -> str:
    """A name in Unicode NFC: as most systems write it, where others decompose accents."""
    return unicodedata.normalize("NFC", text)


def natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key that puts 2 before 10.

    >>> sorted(["b10", "b2", "a"], key=natural_key)
    ['a', 'b2', 'b10']
    """
    parts = re.split(r"([0-9]+)", text)
    return tuple((int(part), "") if i % 2 else (-1, part) for i, part in enumerate(parts))


def printable(text: str) -> str:
    """A name from disk as one harmless line: what cannot be printed becomes the replacement character."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def shown(path: Path) -> str:
    """A file's name with its place, as one harmless line."""
    return printable(f"{path.parent.name}/{path.name}")
