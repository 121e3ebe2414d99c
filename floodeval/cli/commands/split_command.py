"""`floodeval split`: split a data set into train, validation and test."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from floodeval.cli.inputs import read_dataset
from floodeval.cli.options import DONE, add_dataset, natural
from floodeval.cli.terminal import TerminalProgress, show_line
from floodeval.datasets.sample_names import natural_key, printable
from floodeval.datasets.splits import SUBSETS, Split, write_split
from floodeval.datasets.splitting import SHARES, split_dataset
from floodeval.i18n.catalog import counted


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_dataset(parser)
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


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
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


def show_split(split: Split, path: str) -> None:
    """Print the path of a split, the size of each subset, and what was left out, repaired or flagged."""
    sizes = []
    for subset in SUBSETS:
        rows = split.table[split.table["split"] == subset]
        sizes.append(f"{subset} {len(rows)} ({counted(rows['scene'].nunique(), 'scene')})")
    show_line(f"{path}: {', '.join(sizes)}")
    record = split.record
    if record is None:
        return
    _show_kinds("left out", record.excluded)
    _show_ids("repaired by swapping masks", record.repaired)
    _show_kinds("included, although flagged", record.flagged)


def _show_kinds(what: str, kinds_of: Mapping[str, list[str]]) -> None:
    for kind in dict.fromkeys(kind for kinds in kinds_of.values() for kind in kinds):
        _show_ids(f"{what} ({kind})", [one for one, kinds in kinds_of.items() if kind in kinds])


def _show_ids(what: str, ids: Iterable[str]) -> None:
    named = sorted(ids, key=natural_key)
    if named:
        show_line(f"{what}: {printable(', '.join(named))}")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not valid; expected three numbers separated by commas, such as 70,15,15"
        ) from None
