"""`--json`: the results of a command as JSON, always a list, in a file or instead of the tables.

`docs/reference/json.md` documents what each command lists.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from floodeval.storage.atomic import write_text

STANDARD_OUTPUT = Path("-")


def add_json(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option."""
    parser.add_argument(
        "--json",
        nargs="?",
        type=Path,
        const=STANDARD_OUTPUT,
        metavar="FILE",
        help=f"also write {what} to this file; without FILE, print JSON instead of tables",
    )


def is_printed(target: Path | None) -> bool:
    """Whether JSON is printed instead of tables."""
    return target == STANDARD_OUTPUT


def write_json(target: Path | None, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write a list to the target of `--json`, if it was given; numbers that are missing must be None."""
    if target is None:
        return
    text = json.dumps(list(entries), indent=2, allow_nan=False) + "\n"
    if is_printed(target):
        print(text, end="")
    else:
        write_text(target, text)
