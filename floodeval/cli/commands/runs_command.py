"""`floodeval runs`: all runs with their variants and prompts, and their mean IoU."""

import argparse
from typing import Any

import pandas as pd

from floodeval.analysis.run_overview import list_run_folders, run_overview
from floodeval.cli.json_output import add_json, is_printed, write_json
from floodeval.cli.options import DONE
from floodeval.cli.terminal import console, show_line
from floodeval.cli.terminal_tables import empty_table
from floodeval.i18n import formats
from floodeval.storage.paths import results_folder


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.description = (
        "List all runs, finished or not, with their variants and prompts. RUN:VARIANT:PROMPT of a row is a "
        "side for `floodeval compare`."
    )
    add_json(parser, "the list")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    rows = [row for folder in list_run_folders() for row in json_rows(run_overview(folder))]
    if not is_printed(options.json):
        show_runs(rows)
    write_json(options.json, rows)
    return DONE


def json_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of `run_overview` with None for what is missing."""
    rows = table.to_dict("records")
    return [
        {str(name): None if pd.isna(value) else _plain(name, value) for name, value in row.items()}
        for row in rows
    ]


def _plain(name: object, value: Any) -> Any:
    if name in ("n", "n_scenes", "bytes"):
        return int(value)
    return bool(value) if name in ("field_prompt", "packaged") else value


def show_runs(rows: list[dict[str, Any]]) -> None:
    """Print the list; a run's name, date and size stand in its first row."""
    if not rows:
        show_line(f"no runs in {results_folder()}; make one with `floodeval evaluate` or `floodeval demo`")
        return
    words, numbers = ("run", "variant", "prompt", "field prompt", "data set"), ("n", "scenes", "IoU")
    title = "Runs; IoU of water, mean over images with its 95% interval over scenes"
    table = empty_table(title, words, numbers)
    for heading in ("95% interval", "created", "size", "state"):
        table.add_column(heading, justify="right" if heading in ("95% interval", "size") else "left")
    before = None
    for row in rows:
        is_first, before = row["run"] != before, row["run"]
        table.add_row(*cells(row, is_first))
    console.print(table)


def cells(row: dict[str, Any], is_first: bool) -> list[str]:
    """A row of the table as text."""
    known = row["iou"] is not None
    field = {None: "", True: "yes", False: "no"}[row["field_prompt"]]
    return [
        row["run"] if is_first else "",
        *(row[name] or "" for name in ("variant", "prompt")),
        field,
        row["dataset"] or "",
        *("" if row[name] is None else formats.count(row[name]) for name in ("n", "n_scenes")),
        formats.score(row["iou"]) if known else "",
        formats.interval(row["iou_low"], row["iou_high"], formats.score) if known else "",
        (row["created"] or "")[:10] if is_first else "",
        formats.size(row["bytes"]) if is_first else "",
        row["state"] if is_first else "",
    ]
