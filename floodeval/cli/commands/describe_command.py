"""`floodeval describe`: what a data set is recognized as."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from floodeval.cli.inputs import reading_options
from floodeval.cli.options import DONE, add_dataset
from floodeval.cli.terminal import TerminalProgress, show_line
from floodeval.datasets.dataset_config import CONFIG
from floodeval.datasets.dataset_toml_template import template
from floodeval.datasets.description import Description, describe_dataset
from floodeval.datasets.folder_tree import folder_tree
from floodeval.datasets.layouts import UnknownLayoutError
from floodeval.datasets.sample_names import printable
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say, saying
from floodeval.progress import silent
from floodeval.storage.atomic import write_text
from floodeval.viz.description_words import doubt_lines, summary_lines, value_words

PRINTED = Path("-")  # the file that stands for the output
MOST_SHOWN = 16  # values of masks


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_dataset(parser)
    parser.add_argument("--write", action="store_true", help="write a dataset.toml to edit into the data set")
    parser.add_argument("--force", action="store_true", help="replace an existing dataset.toml")
    parser.add_argument(
        "--json",
        type=Path,
        nargs="?",
        const=PRINTED,
        metavar="FILE",
        help="also write the description to this file; without FILE, print it as JSON instead",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        with TerminalProgress() as progress:
            shown = silent if options.json == PRINTED else progress
            found = describe_dataset(options.dataset, reading_options(options), shown)
    except UnknownLayoutError as refusal:
        for line in folder_tree(refusal.folder) if options.json != PRINTED else ():
            show_line(line)
        raise
    if options.json == PRINTED:
        print(found.to_json(), end="")
    else:
        for line in _lines(found):
            show_line(printable(line))
    if options.json and options.json != PRINTED:
        write_text(options.json, found.to_json())
    if options.write:
        path = write_template(found, force=options.force)
        print(f"wrote {printable(str(path))}", file=sys.stderr)
    return DONE


def write_template(found: Description, *, force: bool) -> Path:
    """Write a `dataset.toml` into the folder of a data set, and return its path.

    Raises:
        FloodevalError: there is one, and it is not to be replaced.
    """
    path = found.listing.folder / CONFIG
    if path.exists() and not force:
        raise FloodevalError(saying("classes.config_exists", path=path))
    write_text(path, template(found))
    return path


def _lines(found: Description) -> Iterator[str]:
    """The description, a sentence a line."""
    yield from summary_lines(found)
    yield from (f"  {value_words(found, one)}" for one in found.values[:MOST_SHOWN])
    if len(found.values) > MOST_SHOWN:
        yield f"  {say('description.more_values', n=len(found.values) - MOST_SHOWN)}"
    yield from doubt_lines(found)
