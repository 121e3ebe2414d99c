"""What report is asked for, and everything gathered that its forms are written from."""

import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from floodeval.analysis.ranking import ALL
from floodeval.datasets.dataset import Dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import Parameter, say, saying, speaking_of_synthetic_scenes
from floodeval.i18n.language import DEFAULT, language
from floodeval.progress import Progress, silent
from floodeval.report.build import build_report
from floodeval.report.model import Report, Subject, make_subject
from floodeval.report.render import coco, markdown
from floodeval.report.render.case_images import CasePictures
from floodeval.report.render.html import write_html, write_pdf
from floodeval.report.render.tables import write_csv, write_summary
from floodeval.report.sections.provenance import run_named
from floodeval.report.select import MARKED, NAMED, Choice, choose, slice_named
from floodeval.viz.wording import outcome_title, slice_words

# The forms of a report: which there are, where each is written, what may be overwritten.

FORMS = ("html", "markdown", "csv", "summary", "coco", "coco_polygons", "pdf")  # in the order of writing
FOLDERS = {  # the forms that are folders, with the names in them that are kept unless --force is given
    "markdown": (markdown.PAGE, markdown.FILES),
    "coco": (coco.TRUTH,),
    "coco_polygons": (coco.TRUTH,),
}


@dataclass(frozen=True)
class Material:
    """All that a form is written from; `dataset` is None where truth and photographs are left out."""

    report: Report
    subject: Subject
    pictures: CasePictures
    dataset: Dataset | None

    @property
    def ids(self) -> tuple[str, ...]:
        """The cases."""
        return self.pictures.ids


_WRITE: Mapping[str, Callable[[Path, Material], None]] = {
    "html": lambda path, made: write_html(path, made.report, made.pictures),
    "pdf": lambda path, made: write_pdf(path, made.report, made.pictures),
    "markdown": lambda path, made: markdown.write_markdown(path, made.report, made.pictures),
    "csv": lambda path, made: write_csv(path, made.subject, made.ids),
    "summary": lambda path, made: write_summary(path, made.subject, made.dataset),
    "coco": lambda path, made: coco.write_coco(path, made.subject, made.dataset),
    "coco_polygons": lambda path, made: coco.write_coco(path, made.subject, made.dataset, as_polygons=True),
}


def write_form(form: str, path: Path, material: Material) -> None:
    """Write one form, whole or not at all; raises FloodevalError where that is not possible."""
    _WRITE[form](path, material)


def check_targets(targets: Mapping[str, Path], force: bool) -> None:
    """Refuse, before anything is drawn, to write over what is there, or two forms to one path.

    Raises:
        FloodevalError: a target exists and `force` is not given, is a folder (or none, of a form in
            `FOLDERS`), or is named twice.
    """
    named = [path.absolute() for path in targets.values()]
    for form, path in targets.items():
        if named.count(path.absolute()) > 1:
            raise FloodevalError(f"{path} is the target of two formats of the report; give each its own file")
        if form in FOLDERS:
            if path.exists() and not path.is_dir():
                raise FloodevalError(f"{path} is a file; {Parameter(form)} needs a folder")
            if not force:
                _refuse_existing(path, FOLDERS[form])
        elif path.is_dir():
            raise FloodevalError(f"{path} is a folder; name a file in it")
        elif path.exists() and not force:
            raise FloodevalError(f"{path} exists; give another name, or replace it with {Parameter('force')}")


def _refuse_existing(folder: Path, names: tuple[str, ...]) -> None:
    for path in (folder / name for name in names):
        if path.exists():
            raise FloodevalError(
                f"{path} exists; give another folder, or replace it with {Parameter('force')}"
            )


# What report is asked for, and everything gathered that its forms are written from.


@dataclass(frozen=True)
class Request:
    """A report that is asked for, in the language of the moment.

    `a`, `b` and `prompt` are the run's first where they are None. `subset` keeps one split's rows,
    `without_flagged` leaves out the pairs whose truth an audit doubts. `photographs` shows photographs and
    truth where they are on this machine. `date` is YYYY-MM-DD, today where it is empty.
    """

    choice: Choice = field(default_factory=Choice)
    a: str | None = None
    b: str | None = None
    prompt: str | None = None
    subset: str = ""
    without_flagged: bool = False
    photographs: bool = True
    date: str = ""


def gather(
    run: Run, request: Request, marked: Mapping[str, MarkedCase], progress: Progress = silent
) -> tuple[Material, tuple[str, ...]]:
    """Compare, choose and say what a report is made of; its pictures are drawn when a form asks for them.

    Args:
        run: a finished evaluation.
        request: what is asked for.
        marked: the run's marked cases.
        progress: called with how many cases are drawn, and of how many.

    Returns:
        What the forms are written from, its pictures to be closed; and what its reader should know, in one
        line each: photographs that are not at hand, marked cases that are gone.

    Raises:
        FloodevalError: the run, a name or the choice is wrong, or comes to nothing.
    """
    with speaking_of_synthetic_scenes(run.info.is_synthetic):
        return _gathered(run, request, marked, progress)


def _gathered(
    run: Run, request: Request, marked: Mapping[str, MarkedCase], progress: Progress
) -> tuple[Material, tuple[str, ...]]:
    subject = make_subject(
        run,
        request.a,
        request.b,
        request.prompt,
        marked=marked,
        subset=request.subset,
        without_flagged=request.without_flagged,
    )
    chosen = choose(subject.run, subject.table, request.choice, marked, subject.prompt.spec)
    dataset, absent = _photographs(run) if request.photographs else (None, "")
    said = "" if dataset else say(f"report.photographs_{'absent' if request.photographs else 'left_out'}")
    report = build_report(
        subject,
        chosen,
        check_date(request.date or today()),
        command(subject, request),
        rule_words(request.choice, subject),
        said,
    )
    notes = [f"{absent}; the report shows only masks and maps"] if absent else []
    if chosen.gone:
        few = ", ".join(chosen.gone[:5]) + (" ..." if len(chosen.gone) > 5 else "")
        notes.append(say("report.cases_gone", n=len(chosen.gone), ids=few))
    pictures = CasePictures(subject, chosen.ids, dataset, progress)
    return Material(report, subject, pictures, dataset), tuple(notes)


def command(subject: Subject, request: Request) -> str:
    """The command that makes the same report."""
    choice = request.choice
    parts = ["floodeval", "report", run_named(subject.run.folder), "--prompt", subject.prompt.spec]
    parts += ["--a", subject.a, "--b", subject.b]
    if choice.rule == MARKED:
        parts.append("--marked")
    elif choice.rule == NAMED:
        dashed = any(one.startswith("-") for one in choice.ids)  # after a space they would be options
        parts += [f"--ids={one}" for one in choice.ids] if dashed else ["--ids", *choice.ids]
    else:
        parts += ["--worst", str(choice.n), "--by", choice.by]
        parts += ["--quadrant", choice.outcome] if choice.outcome != ALL else []
        parts += ["--slice", choice.slice] if choice.slice else []
    parts += ["--subset", request.subset] if request.subset else []
    parts += ["--without-flagged"] if request.without_flagged else []
    parts += ["--language", language()] if language() != DEFAULT else []
    parts += [] if request.photographs else ["--no-photographs"]
    return shlex.join(parts)


def rule_words(choice: Choice, subject: Subject) -> str:
    """How the cases were chosen, in words."""
    if choice.rule in (MARKED, NAMED):
        return say(f"report.rule_{choice.rule}")
    said = say(f"report.rule_worst_{choice.by}", a=subject.a, b=subject.b)
    if choice.outcome != ALL:
        said += say("report.rule_outcome", outcome=outcome_title(choice.outcome, single=False))
    if choice.slice:
        one, _ = slice_named(subject.run, subject.table, choice.slice)
        said += say("report.rule_slice", slice=slice_words(one.trait, one.part, one.low, one.high))
    return said


def today() -> str:
    """The date, UTC; that of SOURCE_DATE_EPOCH (reproducible-builds.org) where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.date().isoformat()


def check_date(text: str) -> str:
    """Return a date as it is; raises FloodevalError where it is not YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FloodevalError(saying("report_errors.no_date", text=text)) from None


def _photographs(run: Run) -> tuple[Dataset | None, str]:
    """The run's photographs, or why they are not at hand."""
    try:
        return run.dataset(), ""
    except FloodevalError as error:
        return None, str(error)
