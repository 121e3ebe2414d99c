"""`floodeval cost`: cost of the variants in time, memory and training."""

import argparse

from floodeval.cli.options import DONE, Verbs, takes_csv, takes_run
from floodeval.i18n import formats


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "cost", help="show IoU with time per photograph, parameters, memory and training time"
    )
    takes_run(parser)
    takes_csv(parser, "the table")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.analysis.cost import cost_table, shared_stages
    from floodeval.cli.findings_tables import show_cost
    from floodeval.cli.terminal import show_line
    from floodeval.evaluation.run import load_run
    from floodeval.storage.spreadsheet import write_csv

    run = load_run(options.run)
    table = cost_table(run)
    show_cost(table)
    names = {"metrics_s": "measuring", "write_s": "writing masks", "wall_s": "total"}
    told = [
        f"{names[stage]} {formats.decimal(1000 * seconds, 0, 'ms')}"
        for stage, seconds in shared_stages(run).items()
    ]
    where = f"{run.info.environment.get('device', '?')}, {run.info.environment.get('cpu', '?')}"
    show_line(f"per photograph, for all variants and prompts: {', '.join(told)} (on {where})")
    if options.csv:
        write_csv(options.csv, table)
    return DONE
