"""`floodeval audit`: check a data set for errors."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from rich.table import Table
from rich.text import Text

from floodeval.cli.inputs import reading_options
from floodeval.cli.json_output import add_json, is_printed, write_json
from floodeval.cli.options import DONE, add_dataset
from floodeval.cli.terminal import TerminalProgress, console, show_line
from floodeval.datasets.audit.audit import full_audit
from floodeval.datasets.audit.findings import KINDS, Audit
from floodeval.datasets.sample_names import printable
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted
from floodeval.progress import silent
from floodeval.storage.atomic import write_text

REFUSED = ("undeclared_labels", "value_range")  # issues for which every other command refuses the data set
FIRST_NAMED = 4  # issues of a kind, and samples of an issue, in the table


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_dataset(parser)
    parser.add_argument("--split", type=Path, metavar="FILE", help="split to check for leaks")
    add_json(parser, "all findings")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="also write an HTML page with pictures to this file"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    with nullcontext(silent) if is_printed(options.json) else TerminalProgress() as progress:
        found = full_audit(options.dataset, options.split, progress, options=reading_options(options))
    if not is_printed(options.json):
        show_audit(found)
    write_json(options.json, [found.to_dict()])
    if options.html:
        from floodeval.report.render.html import audit_page  # its pictures need torch

        write_text(options.html, audit_page(found, options.dataset, options.dataset_config))
    for kind in REFUSED:
        for issue in found.of_kind(kind):
            raise FloodevalError(issue.found)
    return DONE


def show_audit(audit: Audit) -> None:
    """Print an audit: a row per kind of issue with its first samples and its cure, then the summary."""
    if audit.issues:
        console.print(_issue_table(audit))
    else:
        console.print(f"{printable(audit.dataset)}: no findings")
    for line in _audit_lines(audit):
        show_line(line)


def _issue_table(audit: Audit) -> Table:
    title = Text(f"{printable(audit.dataset)}: findings, most serious first")
    shown = Table(title=title, title_justify="left")
    shown.add_column("kind")
    shown.add_column("n", justify="right")
    for heading in ("meaning", "samples", "remedy"):
        shown.add_column(heading, overflow="fold")
    for kind, n in audit.counts().items():
        issues = audit.of_kind(kind)
        named = ", ".join(_together(issue.ids) for issue in issues[:FIRST_NAMED])
        named += " ..." if n > FIRST_NAMED else ""
        cells = (kind, str(n), KINDS[kind].meaning, printable(named), KINDS[kind].cure)
        shown.add_row(*(Text(cell) for cell in cells))
    return shown


def _together(ids: Sequence[str]) -> str:
    if not ids:
        return "the data set"
    return "+".join(ids[:FIRST_NAMED]) + ("+..." if len(ids) > FIRST_NAMED else "")


def _audit_lines(audit: Audit) -> Iterator[str]:
    """The summary of an audit, a sentence a line."""
    summary = audit.summary
    yield (
        f"{counted(audit.n_pairs, 'pair')} of {counted(audit.n_photographs, 'photograph')} and "
        f"{formats.count(audit.n_masks)} masks, "
        f"{counted(summary['n_scenes'], 'scene')}; {counted(len(audit.flags()), 'flagged_pair')}"
    )
    pictures = summary["photographs"]
    if pictures["n_readable"]:
        sizes = formats.picture_sizes(pictures["smallest"], pictures["largest"])
        kinds = ", ".join(f"{n} {name}" for name, n in pictures["formats"].items())
        yield f"photographs: {sizes}; {kinds}"
    water, edges = summary["water_share"], summary["smooth_edges"]
    if water["n"]:
        least, first, median, third, most = (formats.percent(share) for share in water["quartiles"])
        spread = f"middle half {first} to {third}, range {least} to {most}"
        yield f"water: median {median} of a photograph, {spread}"
    yield from (f"labels: {note}" for note in audit.notes)
    if edges["n_grey"]:
        iou = f"mean {formats.score(edges['mean_iou'])}, lowest {formats.score(edges['least_iou'])}"
        n = f"{edges['n_grey']} of {edges['n']}"
        yield f"smooth edges: {n} masks have gray values; IoU of water above 0 with water above 127: {iou}"
    copies = (summary["label_agreement"] or {"copies": {"n": 0}})["copies"]
    if copies["n"]:
        spread = formats.interval(copies["low"], copies["high"], formats.score)
        mean = f"mean {formats.score(copies['mean'])}"
        yield f"IoU of two annotations of one photograph: {mean} ({spread}, n={formats.count(copies['n'])})"
