"""`floodeval report`: write a report of the findings and cases of a run, or of any two sides."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from floodeval.cli.options import DONE, WRONG_INPUT, add_failure_threshold, natural
from floodeval.cli.terminal import TerminalProgress
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import read_cases
from floodeval.evaluation.paired_run import pair_sides
from floodeval.evaluation.reviews import reviewer_name
from floodeval.evaluation.run import Run, load_run
from floodeval.evaluation.sides import open_sides, parse_side
from floodeval.i18n.catalog import saying
from floodeval.i18n.language import speaking
from floodeval.report.make import prepare_report
from floodeval.report.model import ReportRequest, one_line
from floodeval.report.render.score_files import FORMS, check_targets, write_form
from floodeval.report.select import DEFAULT_CASES, FAILURES, MARKED, NAMED, ORDERS, CaseRule

FILES = {
    "html": (
        "--out",
        "FILE.html",
        "report as one HTML file that opens offline (default: RUN-report.html)",
    ),
    "pdf": ("--pdf", "FILE", "report as PDF; needs the system library Pango"),
    "markdown": ("--markdown", "DIR", "report as Markdown, with a folder of pictures"),
    "csv": ("--csv", "FILE", "cases with their scores, tags and notes"),
    "summary": ("--summary", "FILE", "scores of all photographs, in the format of nnU-Net's summary.json"),
    "coco": (
        "--coco",
        "DIR",
        "COCO data set of all photographs with reference masks, and one result file per variant",
    ),
    "coco_polygons": (
        "--coco-polygons",
        "DIR",
        "the same, with reference masks as polygons instead of run lengths",
    ),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "run", metavar="RUN", help="run, by path or by name; or side A, as RUN[:VARIANT[:PROMPT]]"
    )
    parser.add_argument(
        "side_b",
        nargs="?",
        metavar="B",
        help="side B, of the same run or another one, as RUN[:VARIANT[:PROMPT]]",
    )
    files = parser.add_argument_group("files to write")
    for form, (option, metavar, meaning) in FILES.items():
        files.add_argument(option, dest=form, type=Path, metavar=metavar, help=meaning)
    files.add_argument("--force", action="store_true", help="replace existing files")
    cases = parser.add_argument_group("cases to show")
    which = cases.add_mutually_exclusive_group()
    which.add_argument(
        "--worst", type=natural, metavar="N", help="the N worst photographs (default: 12; 0 for none)"
    )
    which.add_argument("--marked", action="store_true", help="the cases marked in the dashboard")
    which.add_argument(
        "--ids", nargs="+", action="extend", metavar="ID", help="the photographs with these ids"
    )
    cases.add_argument(
        "--by",
        choices=ORDERS,
        help="order of the worst: failures of B, then losses, and two gains; or the lowest IoU gap, or the "
        "lowest IoU of A or B (default: failures)",
    )
    cases.add_argument(
        "--quadrant", metavar="OUTCOME", help="only this outcome: fixed, regressed, both_fail or both_good"
    )
    cases.add_argument("--slice", metavar="TRAIT=PART", help="only this subgroup, such as channel_width=low")
    cases.add_argument(
        "--reviewer",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="only marks and notes of these reviewers (default: everybody's)",
    )
    about = parser.add_argument_group("content of the report")
    about.add_argument(
        "--prompt", metavar="SPEC", help="prompt (default: the best field prompt, else the first)"
    )
    about.add_argument("--a", metavar="NAME", help="baseline (default: the first variant of the run)")
    about.add_argument("--b", metavar="NAME", help="candidate (default: the second variant of the run)")
    about.add_argument("--author", default="", metavar="NAME", help="author, for the first page")
    about.add_argument(
        "--organization", default="", metavar="NAME", help="the author's organization, for the first page"
    )
    about.add_argument(
        "--logo", type=Path, metavar="FILE", help="logo for the first page, PNG or JPEG, at most 1 MiB"
    )
    about.add_argument("--subset", metavar="NAME", help="only this subset of the split")
    about.add_argument(
        "--generalization",
        nargs="+",
        action="extend",
        default=[],
        metavar="RUN",
        help="runs or groups on other data sets to compare with (default: the other runs of its group)",
    )
    about.add_argument(
        "--in-domain",
        metavar="RUN",
        help="run on the in-domain set (default: as in `floodeval generalization`)",
    )
    about.add_argument(
        "--without-flagged",
        action="store_true",
        help="leave out pairs whose reference mask the audit questions",
    )
    add_failure_threshold(about, "that of the run's requirements, else 0.5")
    about.add_argument(
        "--language", default="en", metavar="en|es", help="language of the report (default: en)"
    )
    about.add_argument(
        "--no-photographs", action="store_true", help="leave out photographs and reference masks"
    )
    about.add_argument(
        "--date", default="", metavar="YYYY-MM-DD", help="date on the first page (default: today, UTC)"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    run, request = _asked(options)
    targets = {form: getattr(options, form) for form in FORMS if getattr(options, form)}
    targets = targets or {"html": Path(f"{'-'.join(one.name for one in run.folders)}-report.html")}
    check_targets(targets, options.force)
    failed = False
    with speaking(options.language), TerminalProgress() as progress:
        prepared, notes = prepare_report(
            run, request, read_cases(run.folder, request.cases.reviewers), progress
        )
        for note in notes:
            print(note, file=sys.stderr)
        with prepared.images:
            for form, path in targets.items():
                try:
                    write_form(form, path, prepared)
                except FloodevalError as error:
                    print(f"floodeval: {error}", file=sys.stderr)
                    failed = True
                else:
                    print(path)
    return WRONG_INPUT if failed else DONE


def _asked(options: argparse.Namespace) -> tuple[Run, ReportRequest]:
    """The run, or the two sides as one run, and the report to make.

    Raises:
        FloodevalError: a run or side does not exist, more than one could be meant, or options contradict.
    """
    request = ReportRequest(
        cases=_case_rule(options),
        a=options.a,
        b=options.b,
        prompt=options.prompt,
        subset=options.subset or "",
        without_flagged=options.without_flagged,
        failure_threshold=options.failure_threshold,
        photographs=not options.no_photographs,
        date=options.date,
        generalization=tuple(options.generalization),
        in_domain=options.in_domain,
        author=one_line("author", options.author),
        organization=one_line("organization", options.organization),
        logo=options.logo,
    )
    if options.side_b is None:
        side = parse_side(options.run)
        if side.variant is not None:
            raise FloodevalError(saying("sides.one_side", side=options.run))
        return load_run(side.run), request
    if options.a or options.b:
        raise FloodevalError("--a and --b name variants of one run; with two sides, leave them out")
    pairs = open_sides(options.run, options.side_b, options.prompt)
    if len(pairs) > 1:
        specs = ", ".join(a.prompt.spec for a, _ in pairs)
        raise FloodevalError(f"A and B share several prompts ({specs}); name one with --prompt")
    both = pair_sides(*pairs[0])
    return both.run, replace(request, a=both.a, b=both.b, prompt=both.prompt.spec)


def _case_rule(options: argparse.Namespace) -> CaseRule:
    """The rule that the options ask for.

    Raises:
        FloodevalError: an option of --worst is given with another rule.
    """
    reviewers = tuple(map(reviewer_name, options.reviewer))
    if options.marked or options.ids:
        for name in ("by", "quadrant", "slice"):
            if getattr(options, name):
                raise FloodevalError(
                    f"--{name} selects from the worst photographs; use it with --worst, not --marked or --ids"
                )
        if options.ids:
            return CaseRule(NAMED, ids=tuple(options.ids), reviewers=reviewers)
        return CaseRule(MARKED, reviewers=reviewers)
    return CaseRule(
        n=DEFAULT_CASES if options.worst is None else options.worst,
        by=options.by or FAILURES,
        outcome=options.quadrant or "all",
        subgroup=options.slice or "",
        reviewers=reviewers,
    )
