"""`floodeval report`: the findings and the chosen failure cases as files to send."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from floodeval.cli.options import DONE, WRONG_INPUT, Verbs, natural, takes_run
from floodeval.errors import FloodevalError

if TYPE_CHECKING:
    from floodeval.report.choice import Choice

FILES = {
    "html": (
        "--out",
        "FILE.html",
        "one HTML file that opens offline (RUN-report.html where no form is named)",
    ),
    "pdf": ("--pdf", "FILE", "the same as PDF; needs the system library Pango"),
    "markdown": ("--markdown", "DIR", "the same as Markdown, with a folder of pictures"),
    "csv": ("--csv", "FILE", "the cases with their scores, tags and notes"),
    "summary": ("--summary", "FILE", "every photograph's scores, as nnU-Net's summary.json"),
    "coco": (
        "--coco",
        "DIR",
        "a COCO data set with the ground truth, and one file of results per variant, of all photographs",
    ),
    "coco_polygons": (
        "--coco-polygons",
        "DIR",
        "the same, with the ground truth as polygons, not run lengths",
    ),
}


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser("report", help="the findings and the failure cases as files to send")
    takes_run(parser)
    files = parser.add_argument_group("files to write")
    for form, (option, metavar, meaning) in FILES.items():
        files.add_argument(option, dest=form, type=Path, metavar=metavar, help=meaning)
    files.add_argument("--force", action="store_true", help="replace files that exist")
    cases = parser.add_argument_group("cases to show")
    which = cases.add_mutually_exclusive_group()
    which.add_argument("--worst", type=natural, metavar="N", help="the N worst (12; 0 for none)")
    which.add_argument("--marked", action="store_true", help="those that were marked in the dashboard")
    which.add_argument("--ids", nargs="+", action="extend", metavar="ID", help="these")
    cases.add_argument(
        "--by", choices=("gap", "a", "b"), help="worst by the gap of IoU, by A's or by B's IoU (gap)"
    )
    cases.add_argument("--quadrant", metavar="Q", help="only fixed, regressed, both_fail or both_good")
    cases.add_argument("--slice", metavar="TRAIT=PART", help="only these, as in channel_width=low")
    about = parser.add_argument_group("what it is about")
    about.add_argument("--prompt", metavar="SPEC", help="the prompt to look at (the run's first)")
    about.add_argument("--a", metavar="NAME", help="the baseline (the run's first variant)")
    about.add_argument("--b", metavar="NAME", help="the variant compared with it (the run's second variant)")
    about.add_argument("--subset", metavar="NAME", help="only the rows of this split")
    about.add_argument("--without-flagged", action="store_true", help="leave out pairs that an audit doubts")
    about.add_argument("--language", default="en", metavar="en|es", help="of the report (en)")
    about.add_argument("--no-photographs", action="store_true", help="show neither photographs nor truth")
    about.add_argument("--date", default="", metavar="YYYY-MM-DD", help="on the first page (today, UTC)")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.evaluation.cases import read_cases
    from floodeval.evaluation.run import load_run
    from floodeval.language.sentences import speaking
    from floodeval.report.forms import FORMS, check_targets, write_form
    from floodeval.report.request import Request, gather
    from floodeval.terminal.progress import TerminalProgress

    run = load_run(options.run)
    targets = {form: getattr(options, form) for form in FORMS if getattr(options, form)}
    targets = targets or {"html": Path(f"{run.folder.name}-report.html")}
    check_targets(targets, options.force)
    request = Request(
        choice=_choice(options),
        a=options.a,
        b=options.b,
        prompt=options.prompt,
        subset=options.subset or "",
        without_flagged=options.without_flagged,
        photographs=not options.no_photographs,
        date=options.date,
    )
    failed = False
    with speaking(options.language), TerminalProgress() as progress:
        material, notes = gather(run, request, read_cases(run.folder), progress)
        for note in notes:
            print(note, file=sys.stderr)
        with material.pictures:
            for form, path in targets.items():
                try:
                    write_form(form, path, material)
                except FloodevalError as error:
                    print(f"floodeval: {error}", file=sys.stderr)
                    failed = True
                else:
                    print(path)
    return WRONG_INPUT if failed else DONE


def _choice(options: argparse.Namespace) -> "Choice":
    """The rule that the options ask for.

    Raises:
        FloodevalError: an option of the worst is given beside another rule.
    """
    from floodeval.report.choice import MARKED, NAMED, USUAL, Choice

    if options.marked or options.ids:
        for name in ("by", "quadrant", "slice"):
            if getattr(options, name):
                raise FloodevalError(f"--{name} chooses among the worst; give --worst N with it")
        return Choice(NAMED, ids=tuple(options.ids)) if options.ids else Choice(MARKED)
    return Choice(
        n=USUAL if options.worst is None else options.worst,
        by=options.by or "gap",
        quadrant=options.quadrant or "all",
        slice=options.slice or "",
    )
