"""`floodeval split`: deal a data set to train, validation and test."""

import argparse
from pathlib import Path

from floodeval.cli.options import DONE, Verbs, natural, takes_dataset


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser("split", help="deal a data set's scenes to train, validation and test")
    takes_dataset(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV to write")
    parser.add_argument("--seed", type=natural, default=0, help="of the dealing (0)")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.data.samples import load_dataset
    from floodeval.data.splits import split_dataset, write_split

    split = split_dataset(load_dataset(options.dataset), options.seed)
    write_split(split, options.out)
    counts = split.table.groupby("split", sort=False).agg(samples=("id", "size"), scenes=("scene", "nunique"))
    print(
        f"{options.out}: "
        + ", ".join(f"{row.Index} {row.samples} ({row.scenes} scenes)" for row in counts.itertuples())
    )
    return DONE
