"""`floodeval slices`: compare variants by subgroup, and show their error types."""

import argparse

from floodeval.cli.options import DONE, Verbs, takes_csv, takes_run
from floodeval.errors import FloodevalError


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "slices", help="show scores, gaps and error types by subgroup, and the weakest subgroups"
    )
    takes_run(parser)
    parser.add_argument("--prompt", metavar="SPEC", help="prompt (default: the first of the run)")
    parser.add_argument("--a", metavar="VARIANT", help="baseline (default: the first variant of the run)")
    parser.add_argument("--b", metavar="VARIANT", help="candidate (default: the second variant of the run)")
    takes_csv(parser, "the subgroups")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.analysis.error_shares import error_table
    from floodeval.analysis.subgroups import compare_subgroups, weakest_subgroups
    from floodeval.cli.findings_tables import show_errors, show_slices, show_weakest
    from floodeval.evaluation.run import load_run
    from floodeval.storage.spreadsheet import write_csv

    run = load_run(options.run)
    names = run.info.variant_names
    if len(names) < 2 and not (options.a and options.b):
        raise FloodevalError(
            f"run {run.folder} has one variant, '{names[0]}'; evaluate at least two to compare them"
        )
    a, b = options.a or names[0], options.b or names[1]
    prompt = options.prompt or run.info.prompt_specs[0]
    table = compare_subgroups(run, a, b, prompt)
    show_slices(table, f"{prompt}: IoU by subgroup, A = {a}, B = {b}")
    show_weakest(weakest_subgroups(run, a, b, prompt, "iou_b"), f"{prompt}: weakest subgroups of {b}")
    show_weakest(weakest_subgroups(run, a, b, prompt, "iou_gap"), f"{prompt}: subgroups with the lowest gap")
    show_errors(error_table(run, prompt))
    if options.csv:
        write_csv(options.csv, table)
    return DONE
