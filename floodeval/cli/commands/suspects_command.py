"""`floodeval suspects`: samples whose reference mask may be wrong."""

import argparse

from floodeval.cli.options import DONE, Verbs, takes_csv, takes_run


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "suspects", help="list label suspects: the variants agree, and the reference mask differs"
    )
    takes_run(parser)
    parser.add_argument("--prompt", metavar="SPEC", help="only this prompt (default: all prompts of the run)")
    takes_csv(parser, "the label suspects")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.analysis.review_queue import label_suspects
    from floodeval.cli.findings_tables import show_suspects
    from floodeval.evaluation.run import load_run
    from floodeval.storage.spreadsheet import write_csv

    table = label_suspects(load_run(options.run), options.prompt)
    show_suspects(table)
    if options.csv:
        write_csv(options.csv, table)
    return DONE
