"""`floodeval cache`: show the size of the caches, or clear them."""

import argparse
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from floodeval.cli.options import DONE
from floodeval.cli.terminal import console, show_line
from floodeval.i18n import formats
from floodeval.storage.caches import CACHES, CacheUse, Cleared, cache_uses, clear_cache


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.description = (
        "Show the size of the caches, or clear them. floodeval caches embeddings of photographs, "
        "views of training photographs, scenes of data sets, the state of the files of finished runs, and "
        "downloaded weights. All except weights are computed again when needed. Their limits are 10, 20, 1 "
        "and 0.1 GB; $FLOODEVAL_CACHE_LIMIT (such as 500MB or 50GB) sets another limit for each. A cache "
        "above its limit removes its least recently used files. Only --clear weights and --clear all remove "
        "weights; they are then downloaded again."
    )
    parser.add_argument(
        "--clear",
        action="append",
        choices=("embeddings", "views", "scenes", "finished", "weights", "all"),
        metavar="CACHE",
        help="cache to clear: embeddings, views, scenes, finished, weights, or all; repeatable",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    asked = options.clear or ()
    for name in CACHES:
        if name in asked or "all" in asked:
            show_cleared(clear_cache(name))
    if not asked:
        show_uses(cache_uses())
    return DONE


def show_uses(uses: Sequence[CacheUse]) -> None:
    """Print what each cache takes, and its limit."""
    shown = Table(title="Caches", title_justify="left")
    for heading in ("cache", "size", "files", "limit", "folder"):
        shown.add_column(heading, justify="left" if heading in ("cache", "folder") else "right")
    for use in uses:
        limit = "none" if use.limit is None else formats.size(use.limit)
        shown.add_row(
            use.name,
            formats.size(use.size),
            formats.count(use.files),
            limit,
            Text(str(use.folder), overflow="fold"),
        )
    console.print(shown)


def show_cleared(cleared: Cleared) -> None:
    """Print how much was removed, and what was left because it is being written."""
    files = "1 file" if cleared.files == 1 else f"{formats.count(cleared.files)} files"
    show_line(f"{cleared.name}: removed {files}, {formats.size(cleared.size)}")
    for path in cleared.in_use:
        show_line(f"{cleared.name}: kept {path}, because another process is writing it")
