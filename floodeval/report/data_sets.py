"""The other data sets that a report compares with: those that are asked for, else those of the group."""

from dataclasses import dataclass

from floodeval.analysis.fidelity_findings import fidelity_of_runs
from floodeval.analysis.generalization import about_sides
from floodeval.analysis.run_findings import RunFindings
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_groups import runs_of_groups
from floodeval.report.model import ReportRequest, Section
from floodeval.report.sections.generalization_section import generalization_section


@dataclass(frozen=True)
class DataSets:
    """What a report says about other data sets.

    Attributes:
        sections: the section on generalization; empty where there are no other data sets.
        n_others: the number of out-of-domain sets in it.
        notes: why the runs of a group that nobody asked for could not be compared.
    """

    sections: tuple[Section, ...] = ()
    n_others: int = 0
    notes: tuple[str, ...] = ()


def data_sets_of_report(findings: RunFindings, request: ReportRequest) -> DataSets:
    """The section on generalization, if there are other data sets.

    Raises:
        FloodevalError: the runs that are asked for cannot be compared.
    """
    if request.generalization:
        return _compared(findings, request.generalization, request.in_domain)
    group = findings.runs[0].info.group
    if group is None or len(group.runs) < 2 or len(findings.runs) > 1:
        return DataSets()
    try:
        return _compared(findings, group.runs, request.in_domain)
    except FloodevalError as error:
        return DataSets(notes=(str(error),))


def _compared(findings: RunFindings, names: tuple[str, ...], in_domain: str | None) -> DataSets:
    others, of_group = runs_of_groups(names)
    own = [
        run for run in findings.runs if all(run.folder.resolve() != one.folder.resolve() for one in others)
    ]
    a, b = (side.variant for side in findings.sides)
    runs = [*own, *others]
    found, variant = about_sides(runs, a, b, in_domain or (None if own else of_group))
    section = generalization_section(found, variant, fidelity_of_runs(runs))
    return DataSets((section,), len(found.sets) - 1)
