"""`floodeval cache`: show the size of the caches, or clear them."""

import argparse

from floodeval.cli.options import DONE, Verbs


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "cache",
        help="show or clear the caches",
        description="Show the size of the caches, or clear them. floodeval caches embeddings of photographs, "
        "views of training photographs, scenes of data sets, the state of the files of finished runs, and "
        "downloaded weights. All except weights are computed again when needed. Their limits are 10, 20, 1 "
        "and 0.1 GB; $FLOODEVAL_CACHE_LIMIT (such as 500MB or 50GB) sets another limit for each. A cache "
        "above its limit removes its least recently used files. Only --clear weights and --clear all remove "
        "weights; they are then downloaded again.",
    )
    parser.add_argument(
        "--clear",
        action="append",
        choices=("embeddings", "views", "scenes", "finished", "weights", "all"),
        metavar="CACHE",
        help="cache to clear: embeddings, views, scenes, finished, weights, or all; repeatable",
    )
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.cli.commands.caches import show_cleared, show_uses
    from floodeval.storage.caches import CACHES, cache_uses, clear_cache

    asked = options.clear or ()
    for name in CACHES:
        if name in asked or "all" in asked:
            show_cleared(clear_cache(name))
    if not asked:
        show_uses(cache_uses())
    return DONE
