"""`floodeval cost`: cost of the variants in time, memory and training."""

import argparse

import pandas as pd

from floodeval.analysis.cost import cost_table, shared_stages
from floodeval.cli.options import DONE, add_csv, add_run
from floodeval.cli.terminal import show_line
from floodeval.cli.terminal_tables import Format, show_table
from floodeval.evaluation.run import load_run
from floodeval.i18n import formats
from floodeval.storage.spreadsheet import write_csv


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_run(parser)
    add_csv(parser, "the table")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    run = load_run(options.run)
    table = cost_table(run)
    show_cost(table)
    names = {"metrics_s": "measuring", "write_s": "writing masks", "wall_s": "total"}
    times = [
        f"{names[stage]} {formats.decimal(1000 * seconds, 0, 'ms')}"
        for stage, seconds in shared_stages(run).items()
    ]
    where = f"{run.info.environment.get('device', '?')}, {run.info.environment.get('cpu', '?')}"
    show_line(f"per photograph, for all variants and prompts: {', '.join(times)} (on {where})")
    if options.csv:
        write_csv(options.csv, table)
    return DONE


def show_cost(table: pd.DataFrame) -> None:
    """Print the costs of `floodeval.analysis.cost.cost_table`."""
    columns: dict[str, Format] = {
        "iou": formats.score,
        "n": formats.count,
        "encode_ms": formats.count,
        "decode_ms": formats.count,
        "parameters": formats.count,
        "trained_parameters": formats.count,
        "peak_memory_mb": formats.count,
        "checkpoint_mb": formats.distance,
        "training_s": formats.duration,
        "epochs": formats.count,
    }
    title = "Cost and mean IoU; ms: median per photograph; variants with the same encoder share encoding"
    show_table(table, title, ("prompt", "variant"), columns)
