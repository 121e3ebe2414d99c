"""The other data sets that a report compares with: those that are asked for, else those of the group."""

from floodeval.analysis.fidelity_findings import fidelity_of_runs
from floodeval.analysis.generalization import about_sides
from floodeval.analysis.run_findings import RunFindings
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_groups import runs_of_groups
from floodeval.report.model import ReportRequest, Section
from floodeval.report.sections.generalization_section import generalization_section


def data_sets_section(
    findings: RunFindings, request: ReportRequest
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """The section on generalization, if there are other data sets.

    Returns:
        The section or none, and why the runs of a group that nobody asked for could not be compared.

    Raises:
        FloodevalError: the runs that are asked for cannot be compared.
    """
    if request.generalization:
        return (_section(findings, request.generalization, request.in_domain),), ()
    group = findings.runs[0].info.group
    if group is None or len(group.runs) < 2 or len(findings.runs) > 1:
        return (), ()
    try:
        return (_section(findings, group.runs, request.in_domain),), ()
    except FloodevalError as error:
        return (), (str(error),)


def _section(findings: RunFindings, names: tuple[str, ...], in_domain: str | None) -> Section:
    others, of_group = runs_of_groups(names)
    own = [
        run for run in findings.runs if all(run.folder.resolve() != one.folder.resolve() for one in others)
    ]
    a, b = (side.variant for side in findings.sides)
    runs = [*own, *others]
    found, variant = about_sides(runs, a, b, in_domain or (None if own else of_group))
    return generalization_section(found, variant, fidelity_of_runs(runs))
