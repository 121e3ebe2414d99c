"""`floodeval cache`: what is kept between runs, how much of it, and removing it."""

import argparse

from floodeval.cli.options import DONE, Verbs


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "cache",
        help="show or clear what is kept between runs",
        description="Show what is kept between runs, or clear it: embeddings of photographs, views of "
        "training photographs, the scenes of data sets, what finished runs were made from, and downloaded "
        "weights. All except weights are computed again when they are needed. Their limits are 10, 20, 1 and "
        "0.1 GB, or for each of them $FLOODEVAL_CACHE_LIMIT (such as 500MB or 50GB); beyond its limit, a "
        "cache loses its least recently used files. Weights are removed only by --clear weights or --clear "
        "all, and are then downloaded again.",
    )
    parser.add_argument(
        "--clear",
        action="append",
        choices=("embeddings", "views", "scenes", "finished", "weights", "all"),
        metavar="CACHE",
        help="remove embeddings, views, scenes, finished, weights, or all of them (all); repeatable",
    )
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.caches import CACHES, cache_uses, clear_cache
    from floodeval.terminal.caches import show_cleared, show_uses

    asked = options.clear or ()
    for name in CACHES:
        if name in asked or "all" in asked:
            show_cleared(clear_cache(name))
    if not asked:
        show_uses(cache_uses())
    return DONE
