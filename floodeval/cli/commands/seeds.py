"""`floodeval seeds`: compare recipes that were trained with several seeds."""

import argparse

from floodeval.cli.options import DONE, Verbs, takes_csv, takes_run


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "seeds", help="compare recipes trained with several seeds (variants NAME-s0, NAME-s1, ...)"
    )
    takes_run(parser)
    parser.add_argument("--metric", default="iou", help="metric to compare (default: iou)")
    takes_csv(parser, "the scores of the recipes")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.analysis.seeds import recipe_scores
    from floodeval.cli.commands.terminal_seeds import show_seeds
    from floodeval.evaluation.run import load_run
    from floodeval.storage.spreadsheet import write_csv

    compared = load_run(options.run)
    show_seeds(compared, options.metric)
    if options.csv:
        write_csv(options.csv, recipe_scores(compared, options.metric))
    return DONE
