"""The content of a report, put together from findings and chosen cases, in the current language."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date as Date

from floodeval import __version__
from floodeval.analysis.comparison import ComparedSide
from floodeval.analysis.run_findings import RunFindings
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.i18n.language import language
from floodeval.report.model import Report, Section
from floodeval.report.sections import first_page
from floodeval.report.sections.cases_section import case_pages, cases_lead
from floodeval.report.sections.provenance import (
    audit_section,
    limits_section,
    provenance_section,
    suspects_section,
)
from floodeval.report.sections.scores import (
    averages_section,
    cost_section,
    outcomes_section,
    prompts_section,
    spread_section,
    training_section,
)
from floodeval.report.select import ChosenCases
from floodeval.viz.style import Style, variant_styles


def build_report(
    findings: RunFindings,
    cases: ChosenCases,
    styles: Mapping[str, Style],
    *,
    date: str,
    commands: tuple[str, ...],
    without_photographs: str = "",
    data_sets: tuple[Section, ...] = (),
) -> Report:
    """Phrase and arrange the whole report.

    Args:
        findings: what the run says about A and B.
        cases: the photographs to show.
        styles: how A and B are drawn (`side_styles`).
        date: YYYY-MM-DD.
        commands: repeat the evaluation of each run, and this report.
        without_photographs: why photographs and reference masks are not shown; empty where they are.
        data_sets: the section on other data sets, if there is one.
    """
    return Report(
        language=language(),
        title=first_page.title(findings),
        subtitle=first_page.subtitle(findings),
        date=date,
        day=formats.date(Date.fromisoformat(date)),
        question=first_page.question(findings),
        answer=first_page.answer(findings),
        lead=first_page.lead(findings),
        tiles=first_page.tiles(findings),
        contents=say("report.contents"),
        sections=(
            provenance_section(findings, commands),
            averages_section(findings, styles),
            spread_section(findings, styles),
            outcomes_section(findings),
            prompts_section(findings, styles),
            *data_sets,
            training_section(findings),
            cost_section(findings),
            limits_section(findings),
            audit_section(findings),
            suspects_section(findings),
        ),
        cases_title=say("report.cases"),
        cases_lead=cases_lead(findings, cases, without_photographs),
        cases=case_pages(findings, cases, styles),
        made_by=say("report.made_by", version=__version__),
        sides=_sides(findings),
    )


def _sides(findings: RunFindings) -> tuple[ComparedSide, ComparedSide] | None:
    a, b = findings.comparison.side_a, findings.comparison.side_b
    return (a, b) if a and b else None


def side_styles(a: str, b: str) -> dict[str, Style]:
    """How A and B are drawn in the report, with their letters: `A pretrained`."""
    return {
        name: replace(style, name=f"{letter} {name}", letter=letter)
        for (name, style), letter in zip(variant_styles([a, b]).items(), "AB", strict=True)
    }
