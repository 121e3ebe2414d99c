"""`floodeval suspects`: samples whose reference mask may be wrong."""

import argparse

import pandas as pd

from floodeval.analysis.review_queue import label_suspects
from floodeval.cli.options import DONE, add_csv, add_run
from floodeval.cli.terminal import console
from floodeval.cli.terminal_tables import show_table
from floodeval.evaluation.run import load_run
from floodeval.i18n import formats
from floodeval.storage.spreadsheet import write_csv


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_run(parser)
    parser.add_argument("--prompt", metavar="SPEC", help="only this prompt (default: all prompts of the run)")
    add_csv(parser, "the label suspects")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    table = label_suspects(load_run(options.run), options.prompt)
    show_suspects(table)
    if options.csv:
        write_csv(options.csv, table)
    return DONE


def show_suspects(table: pd.DataFrame) -> None:
    """Print the suspects of `floodeval.analysis.review_queue.label_suspects`, or that there are none."""
    if table.empty:
        console.print("no label suspects: where the variants agree, they also agree with the reference mask")
        return
    columns = {"agreement": formats.score, "best_iou": formats.score, "doubt": formats.score}
    show_table(table, "Label suspects", ("id", "prompt"), columns, last=("reason",))
