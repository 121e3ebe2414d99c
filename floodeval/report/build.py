"""A report's content put together from a run and the chosen cases, in the language of the moment."""

from collections.abc import Callable, Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from floodeval import __version__
from floodeval.datasets.audit.findings import KINDS, Audit
from floodeval.datasets.layouts import list_dataset, printable
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.i18n.language import language
from floodeval.report.model import Block, Paragraph, Report, Section, Subject, Table
from floodeval.report.sections import summary as opening
from floodeval.report.sections.cases_section import case_pages, rows_by_id
from floodeval.report.sections.cost_section import cost_section, training_section
from floodeval.report.sections.provenance import provenance_section
from floodeval.report.sections.scores import (
    averages_section,
    outcomes_section,
    prompts_section,
    spread_section,
)
from floodeval.report.sections.summary import findings_section, limits_section, suspects_section
from floodeval.report.select import Chosen
from floodeval.viz.audit_pictures import AuditPictures, names_of
from floodeval.viz.style import FALSE_ALARM, FOUND, MISSED
from floodeval.viz.wording import outcome_title

# A report's content put together from a run and the chosen cases, in the language of the moment.

_FIGURES: tuple[Callable[[Subject], Section], ...] = (
    averages_section,
    spread_section,
    outcomes_section,
    prompts_section,
    training_section,
    cost_section,
    limits_section,
    findings_section,
    suspects_section,
)


def build_report(
    subject: Subject, chosen: Chosen, date: str, command: str, rule: str, photographs: str = ""
) -> Report:
    """Say all that a report says.

    Args:
        subject: what it is about.
        chosen: its cases.
        date: YYYY-MM-DD.
        command: makes the same report again.
        rule: how the cases were chosen, in words.
        photographs: why photographs and truth are not shown; empty where they are.
    """
    return Report(
        language=language(),
        title=opening.title(subject),
        subtitle=opening.subtitle(subject),
        date=date,
        day=formats.date(Date.fromisoformat(date)),
        question=opening.question(subject),
        answer=opening.answer(subject),
        lead=opening.lead(subject),
        tiles=opening.tiles(subject),
        contents=say("report.contents"),
        sections=(provenance_section(subject, command), *(make(subject) for make in _FIGURES)),
        cases_title=say("report.cases"),
        cases_lead=_cases_lead(subject, chosen, rule, photographs),
        cases=case_pages(subject, chosen.ids),
        made_by=say("report.made_by", version=__version__),
    )


def _cases_lead(subject: Subject, chosen: Chosen, rule: str, photographs: str) -> tuple[Block, ...]:
    """How the cases were chosen, what their pictures show, and their list."""
    if not chosen.ids:
        return (Paragraph(say("report.cases_none")),)
    said: list[Block] = [
        Paragraph(say("report.cases_chosen", cases=counted(len(chosen.ids), "photograph"), rule=rule)),
        Paragraph(photographs, "warning") if photographs else Paragraph(_key(), "quiet"),
    ]
    if chosen.gone:
        said.append(
            Paragraph(say("report.cases_gone", n=len(chosen.gone), ids=", ".join(chosen.gone)), "warning")
        )
    return (*said, _list(subject, chosen.ids))


def _key() -> str:
    return say("report.key", found=FOUND.label, false_alarm=FALSE_ALARM.label, missed=MISSED.label)


def _list(subject: Subject, ids: Sequence[str]) -> Table:
    rows = rows_by_id(subject.table)
    names = ("place", "photograph", "group", "tag", "iou_a", "iou_b", "gap")
    return Table(
        tuple(say(f"report.head_{name}") for name in names),
        tuple(
            (
                str(place),
                one,
                outcome_title(rows[one]["outcome"], single=False),
                subject.marked[one].tag if one in subject.marked else "",
                formats.score(rows[one]["iou_a"]),
                formats.score(rows[one]["iou_b"]),
                formats.gap(rows[one]["iou_gap"]),
            )
            for place, one in enumerate(ids, start=1)
        ),
        n_words=4,
    )


# An audit as one HTML file: no script, no network, and every name from disk escaped.


def audit_page(audit: Audit, dataset: str | Path) -> str:
    """Draw an audit as a page.

    Args:
        audit: what was found.
        dataset: the folder that was audited, or its name, for the pictures.

    Raises:
        FloodevalError: the data set is not there any more.
    """
    pictures = AuditPictures(audit, list_dataset(dataset))
    sections = [_section(audit, kind, pictures) for kind in audit.counts()]
    return (
        _environment()
        .get_template("audit.html")
        .render(audit=audit, sections=sections, n_doubtful=len(audit.flags()), version=__version__)
    )


def _section(audit: Audit, kind: str, pictures: AuditPictures) -> dict[str, Any]:
    """One kind of issue: its name, meaning, cure, and its issues with and without pictures."""
    items = [(issue, pictures.rows(issue)) for issue in audit.of_kind(kind)]
    return {
        "kind": kind,
        "about": KINDS[kind],
        "n": len(items),
        "seen": [(issue, rows) for issue, rows in items if rows],
        "unseen": [issue for issue, rows in items if not rows],
    }


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("floodeval.report.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = printable
    environment.filters["title_of"] = lambda kind: say(f"audit.{kind}")
    environment.filters["names"] = names_of
    environment.filters["percent"] = formats.percent
    environment.filters["size"] = lambda size: f"{size[0]} × {size[1]}"
    return environment
