"""`floodeval audit`: check a data set for errors."""

import argparse
from pathlib import Path

from floodeval.cli.options import DONE, Verbs, stated_labels, takes_dataset
from floodeval.errors import FloodevalError

REFUSED = ("undeclared_labels", "value_range")  # issues for which every other command refuses the data set


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "audit", help="check a data set for errors, such as swapped masks and duplicates"
    )
    takes_dataset(parser)
    parser.add_argument("--split", type=Path, metavar="FILE", help="split to check for leaks")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all findings to this file")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="also write an HTML page with pictures to this file"
    )
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.cli.commands.audits import show_audit
    from floodeval.cli.terminal import TerminalProgress
    from floodeval.datasets.audit.full import full_audit
    from floodeval.storage.atomic import write_text

    with TerminalProgress() as progress:
        found = full_audit(
            options.dataset,
            options.split,
            progress,
            labels=stated_labels(options),
            exif=options.exif,
            stretch=options.stretch,
            config=options.dataset_config,
        )
    show_audit(found)
    if options.json:
        write_text(options.json, found.to_json())
    if options.html:
        from floodeval.report.audit_page import audit_page

        write_text(options.html, audit_page(found, options.dataset))
    for kind in REFUSED:
        for issue in found.of_kind(kind):
            raise FloodevalError(issue.found)
    return DONE
