"""`floodeval split`: split a data set into train, validation and test."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from floodeval.cli.options import DONE, Verbs, natural, read_dataset, takes_dataset
from floodeval.cli.terminal import show_line
from floodeval.datasets.layouts import natural_key, printable
from floodeval.datasets.splits import SUBSETS, Split

# `floodeval split`: split a data set into train, validation and test.


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "split", help="split a data set into train, validation and test, and keep scenes together"
    )
    takes_dataset(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV file to write")
    parser.add_argument("--seed", type=natural, default=0, help="seed of the split (default: 0)")
    parser.add_argument(
        "--shares",
        type=_numbers,
        metavar="A,B,C",
        help="shares of train, validation and test (default: 70,15,15)",
    )
    parser.add_argument(
        "--exclude",
        type=_words,
        default=[],
        metavar="KINDS",
        help="leave out pairs with these audit findings, such as size_mismatch,foreign_mask",
    )
    parser.add_argument(
        "--repair",
        type=_words,
        default=[],
        metavar="KINDS",
        help="repair these audit findings: swapped_masks",
    )
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.cli.terminal import TerminalProgress
    from floodeval.datasets.splits import write_split
    from floodeval.datasets.splitting import SHARES, split_dataset

    with TerminalProgress() as progress:
        split = split_dataset(
            read_dataset(options),
            options.seed,
            shares=options.shares or SHARES,
            exclude=options.exclude,
            repair=options.repair,
            progress=progress,
        )
    write_split(split, options.out)
    show_split(split, str(options.out))
    return DONE


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not valid; expected three numbers separated by commas, such as 70,15,15"
        ) from None


# A split in a few lines.


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
