"""How a report is made: findings, chosen cases, content, pictures; then `write_form` writes each format."""

from collections.abc import Mapping
from dataclasses import replace

from floodeval.analysis.requirements_file import stated_failure_threshold
from floodeval.analysis.run_findings import RunFindings, collect_findings
from floodeval.analysis.set_prompts import prompt_of_set
from floodeval.datasets.dataset import Dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.paired_run import PairedRun
from floodeval.evaluation.reviews import MarkedCase
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import say, speaking_of_synthetic_scenes
from floodeval.progress import Progress, silent
from floodeval.report.build import Content, build_report, side_styles
from floodeval.report.data_sets import data_sets_of_report
from floodeval.report.logo import read_logo
from floodeval.report.model import ReportRequest
from floodeval.report.render.case_images import CaseImages
from floodeval.report.render.score_files import PreparedReport
from floodeval.report.rerun_commands import evaluate_command, report_command
from floodeval.report.sections.recommendation import decision_of_report
from floodeval.report.select import ChosenCases, choose_cases


def prepare_report(
    run: Run, request: ReportRequest, marks: Mapping[str, MarkedCase], progress: Progress = silent
) -> tuple[PreparedReport, tuple[str, ...]]:
    """Compute, choose and phrase all that a report contains; pictures are drawn when a format needs them.

    Args:
        run: a finished evaluation.
        request: the report to make.
        marks: what the reviewers of `request.cases` say about each photograph, by id.
        progress: called with the number of cases drawn.

    Returns:
        What the formats are written from, whose images must be closed; and notes for the reader, one line
        each, about missing photographs, marked cases without rows, and a group that cannot be compared.

    Raises:
        FloodevalError: the run, a name, the rule, the logo or the requirements are wrong, or no row is left.
    """
    with speaking_of_synthetic_scenes(run.info.is_synthetic):
        logo = read_logo(request.logo) if request.logo else None
        findings = _findings(run, request)
        cases = choose_cases(findings, request.cases, marks)
        decision = decision_of_report(findings)
        dataset, absent = _photographs(run) if request.photographs else (None, "")
        styles = side_styles(findings.a, findings.b, findings.titles)
        others = data_sets_of_report(findings, request)
        content = Content(
            findings,
            decision,
            cases,
            styles,
            commands=(
                *(evaluate_command(one.info) for one in findings.runs),
                report_command(findings, request),
            ),
            without_photographs="" if dataset else _without_photographs(request),
            data_sets=others.sections,
            n_other_sets=others.n_others,
        )
        report = build_report(content, request)
        images = CaseImages(findings, cases.ids, styles, dataset, progress, logo)
        prepared = PreparedReport(report, findings, decision, cases, images, dataset)
        return prepared, (*_notes(cases, absent), *others.notes)


def _findings(run: Run, request: ReportRequest) -> RunFindings:
    """The findings of the request, by default with the best field prompt and the requirements' threshold."""
    threshold = request.failure_threshold
    if threshold is None:
        threshold = stated_failure_threshold(run)
    found = collect_findings(
        run,
        request.a,
        request.b,
        request.prompt,
        subset=request.subset,
        without_flagged=request.without_flagged,
        failure_threshold=threshold,
    )
    if request.prompt or isinstance(run, PairedRun):
        return found
    spec = prompt_of_set(found.run, [found.a, found.b], None)[0]
    prompt = next((one for one in run.info.prompts if one.spec == spec), found.prompt)
    return replace(found, prompt=found.prompt if prompt.uses_ground_truth else prompt)


def _photographs(run: Run) -> tuple[Dataset | None, str]:
    """The run's photographs, or why they are missing."""
    try:
        return run.dataset(), ""
    except FloodevalError as error:
        return None, str(error)


def _without_photographs(request: ReportRequest) -> str:
    return say(f"report.photographs_{'absent' if request.photographs else 'left_out'}")


def _notes(cases: ChosenCases, absent: str) -> tuple[str, ...]:
    notes = [f"{absent}; the report shows only masks and maps"] if absent else []
    if cases.gone:
        few = ", ".join(cases.gone[:5]) + (" ..." if len(cases.gone) > 5 else "")
        notes.append(say("report.cases_gone", n=len(cases.gone), ids=few))
    return tuple(notes)
