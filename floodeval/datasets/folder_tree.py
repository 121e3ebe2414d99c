"""A folder as a tree of a few lines: its folders, and how many files of which kind each has."""

from collections import Counter
from pathlib import Path

from floodeval.datasets.listing import files_below
from floodeval.datasets.sample_names import printable

MOST_LINES = 40
DEEPEST = 4  # levels of folders
MOST_KINDS = 3  # of files, in a line


def folder_tree(folder: Path) -> list[str]:
    """Draw a folder, a line for each folder in it; large and deep ones are cut off.

    Args:
        folder: of a data set.

    Returns:
        Lines that are safe to print.
    """
    files: dict[tuple[str, ...], Counter[str]] = {(): Counter()}
    for path in files_below(folder):
        *parts, name = path.split("/")
        for depth in range(len(parts) + 1):
            files.setdefault(tuple(parts[:depth]), Counter())
        files[tuple(parts)][Path(name).suffix.lower() or "without extension"] += 1
    shown = sorted(place for place in files if len(place) <= DEEPEST)
    lines = [_line(place, files[place], folder.name) for place in shown[:MOST_LINES]]
    left = len(files) - len(lines)
    return lines + ([f"... and {left} more folders"] if left else [])


def _line(place: tuple[str, ...], kinds: Counter[str], root: str) -> str:
    name = place[-1] if place else root
    words = [f"{n} {kind}" for kind, n in kinds.most_common(MOST_KINDS)]
    words += ["..."] if len(kinds) > MOST_KINDS else []
    return printable(f"{'  ' * len(place)}{name}/{'  ' if words else ''}{', '.join(words)}")
