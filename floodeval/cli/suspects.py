"""`floodeval suspects`: samples whose truth every variant contradicts in the same way."""

import argparse

from floodeval.cli.options import DONE, Verbs, takes_csv, takes_run


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "suspects", help="labels to look at: the variants agree, but not with the truth"
    )
    takes_run(parser)
    parser.add_argument("--prompt", metavar="SPEC", help="only this prompt (every prompt of the run)")
    takes_csv(parser, "the suspects")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.analysis.suspects import suspects
    from floodeval.evaluation.run import load_run
    from floodeval.spreadsheet import write_csv
    from floodeval.terminal.findings import show_suspects

    table = suspects(load_run(options.run), options.prompt)
    show_suspects(table)
    if options.csv:
        write_csv(options.csv, table)
    return DONE
