"""What report is asked for, and everything gathered that its forms are written from."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from floodeval.analysis.ranking import ALL
from floodeval.datasets.dataset import Dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import say, saying, speaking_of_drawn_scenes
from floodeval.i18n.language import DEFAULT, language
from floodeval.progress import Progress, silent
from floodeval.report.build import build_report
from floodeval.report.forms import Material
from floodeval.report.render.drawn import CasePictures
from floodeval.report.sections.commands import run_named
from floodeval.report.select import MARKED, NAMED, Choice, choose, slice_named
from floodeval.report.subject import Subject, make_subject
from floodeval.viz.quadrants import quadrant_title
from floodeval.viz.traits import slice_words


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
    with speaking_of_drawn_scenes(run.info.is_synthetic):
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
        parts += ["--quadrant", choice.quadrant] if choice.quadrant != ALL else []
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
    if choice.quadrant != ALL:
        said += say("report.rule_quadrant", quadrant=quadrant_title(choice.quadrant, single=False))
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
        raise FloodevalError(saying("forms.no_date", text=text)) from None


def _photographs(run: Run) -> tuple[Dataset | None, str]:
    """The run's photographs, or why they are not at hand."""
    try:
        return run.dataset(), ""
    except FloodevalError as error:
        return None, str(error)
