"""The content of a report, put together from findings and chosen cases, in the current language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from floodeval import __version__
from floodeval.analysis.comparison import ComparedSide
from floodeval.analysis.decision import Decision
from floodeval.analysis.run_findings import RunFindings
from floodeval.i18n.catalog import say
from floodeval.i18n.language import language
from floodeval.report.model import Report, ReportRequest, Section, check_date, today
from floodeval.report.sections.cases_section import case_pages, cases_lead
from floodeval.report.sections.cost_section import cost_section
from floodeval.report.sections.first_page import first_page
from floodeval.report.sections.measured_section import measured_section
from floodeval.report.sections.provenance import (
    audit_section,
    limits_section,
    provenance_section,
    suspects_section,
)
from floodeval.report.sections.results_section import help_section, results_section
from floodeval.report.sections.scores import (
    averages_section,
    outcomes_section,
    spread_section,
    training_section,
)
from floodeval.report.sections.subgroups_section import subgroups_section
from floodeval.report.select import ChosenCases
from floodeval.viz.style import Style, variant_styles


@dataclass(frozen=True)
class Content:
    """What a report is made of, before it is phrased.

    Attributes:
        findings: what the run says about A and B.
        decision: whether B meets the requirements.
        cases: the photographs to show.
        styles: how A and B are drawn (`side_styles`).
        commands: repeat the evaluation of each run, and this report.
        without_photographs: why photographs and reference masks are not shown; empty where they are.
        data_sets: the section on other data sets, if there is one.
        n_other_sets: how many other data sets it compares with.
    """

    findings: RunFindings
    decision: Decision
    cases: ChosenCases
    styles: Mapping[str, Style]
    commands: tuple[str, ...]
    without_photographs: str = ""
    data_sets: tuple[Section, ...] = ()
    n_other_sets: int = 0


def build_report(content: Content, request: ReportRequest) -> Report:
    """Phrase and arrange the whole report; raises FloodevalError where the request's date is not valid."""
    findings, styles = content.findings, content.styles
    date = check_date(request.date or today())
    return Report(
        language=language(),
        first=first_page(findings, content.decision, request, date, content.n_other_sets),
        contents=say("report.contents"),
        sections=(
            measured_section(findings),
            results_section(findings),
            outcomes_section(findings),
            *help_section(findings, styles),
            *content.data_sets,
            *subgroups_section(findings),
            cost_section(findings),
        ),
        cases_title=say("report.cases"),
        cases_lead=cases_lead(findings, content.cases, content.without_photographs),
        cases=case_pages(findings, content.cases, styles),
        annex_title=say("report.annex"),
        annex=(
            limits_section(findings),
            audit_section(findings),
            suspects_section(findings),
            averages_section(findings, styles),
            spread_section(findings, styles),
            training_section(findings),
            provenance_section(findings, content.commands),
        ),
        made_by=say("report.made_by", version=__version__),
        sides=_sides(findings),
    )


def _sides(findings: RunFindings) -> tuple[ComparedSide, ComparedSide] | None:
    a, b = findings.comparison.side_a, findings.comparison.side_b
    return (a, b) if a and b else None


def side_styles(a: str, b: str, titles: Mapping[str, str] | None = None) -> dict[str, Style]:
    """How A and B are drawn in the report, with their letters: `A Pretrained SAM (vit_t)`.

    Args:
        a: A's short name.
        b: B's.
        titles: the names that people read; by default the short ones.
    """
    return {
        name: replace(style, title=f"{letter} {style.label}", letter=letter)
        for (name, style), letter in zip(variant_styles([a, b], titles).items(), "AB", strict=True)
    }
