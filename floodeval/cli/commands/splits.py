"""A split in a few lines."""

from collections.abc import Iterable, Mapping

from floodeval.cli.terminal import show_line
from floodeval.datasets.layouts import natural_key, printable
from floodeval.datasets.splits import SUBSETS, Split


def show_split(split: Split, path: str) -> None:
    """Print the path of a split, the size of each subset, and what was left out, repaired or flagged."""
    held = []
    for subset in SUBSETS:
        rows = split.table[split.table["split"] == subset]
        held.append(f"{subset} {len(rows)} ({rows['scene'].nunique()} scenes)")
    show_line(f"{path}: {', '.join(held)}")
    record = split.record
    if record is None:
        return
    _say_kinds("left out", record.excluded)
    _say_ids("repaired by swapping masks", record.repaired)
    _say_kinds("included, with a doubtful reference mask", record.flagged)


def _say_kinds(what: str, kinds_of: Mapping[str, list[str]]) -> None:
    for kind in dict.fromkeys(kind for kinds in kinds_of.values() for kind in kinds):
        _say_ids(f"{what} ({kind})", [one for one, kinds in kinds_of.items() if kind in kinds])


def _say_ids(what: str, ids: Iterable[str]) -> None:
    named = sorted(ids, key=natural_key)
    if named:
        show_line(f"{what}: {printable(', '.join(named))}")
