"""Which photographs a report shows: the worst by a rule, the marked cases, or photographs given by id."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from floodeval.analysis.pairing import OUTCOMES
from floodeval.analysis.ranking import ALL, SIDES, Ranking, ranked
from floodeval.analysis.run_findings import RunFindings
from floodeval.analysis.subgroups import Subgroup
from floodeval.errors import FloodevalError
from floodeval.evaluation.reviews import MarkedCase
from floodeval.i18n.catalog import saying

WORST, MARKED, NAMED = RULES = ("worst", "marked", "named")
DEFAULT_CASES = 12  # of the worst
FAILURES = "failures"
ORDERS = (FAILURES, *SIDES)  # of the worst
MOST_GAINS = 2  # among failures and losses


@dataclass(frozen=True)
class CaseRule:
    """A rule that chooses photographs.

    Attributes:
        rule: one of `RULES`.
        n: how many of the worst.
        by: of `ORDERS`: B's failures and then its losses, with the two largest gains as examples if there is
            room ("failures"); the lowest IoU gap ("gap"), or the lowest IoU of A ("a") or B ("b"). With an
            outcome, "failures" is the same as "gap".
        outcome: only this outcome of the worst, or "all".
        subgroup: only this subgroup of the worst, by trait and part (`channel_width=low`); empty for all.
        ids: the photographs of the rule "named".
        reviewers: whose marks and notes are used; none for everybody's.
    """

    rule: str = WORST
    n: int = DEFAULT_CASES
    by: str = FAILURES
    outcome: str = ALL
    subgroup: str = ""
    ids: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()

    @property
    def order(self) -> str:
        """The order that applies to the worst, of `ORDERS`."""
        return SIDES[0] if self.by == FAILURES and self.outcome != ALL else self.by


@dataclass(frozen=True)
class ChosenCases:
    """The photographs that a rule chose, in order.

    `gone` are marked cases that the rows no longer have, `subgroup` is the one that the rule names, and
    `marks` is what reviewers say about each photograph, by id.
    """

    rule: CaseRule
    ids: tuple[str, ...]
    gone: tuple[str, ...] = ()
    subgroup: Subgroup | None = None
    marks: Mapping[str, MarkedCase] = field(default_factory=dict)

    def mark(self, sample_id: str) -> MarkedCase:
        """The tag and note of a case; both are empty where a person has marked nothing."""
        return self.marks.get(sample_id, MarkedCase(sample_id))


def choose_cases(findings: RunFindings, rule: CaseRule, marks: Mapping[str, MarkedCase]) -> ChosenCases:
    """Choose photographs of a run.

    Args:
        findings: the rows to choose from.
        rule: the rule.
        marks: what the rule's reviewers say about each photograph, by id.

    Raises:
        FloodevalError: an id has no row, an outcome or subgroup does not exist or is empty, no case is
            marked, or no marked case has a row.
    """
    if rule.rule == NAMED:
        return ChosenCases(rule, _named(findings, rule.ids), marks=marks)
    if rule.rule == MARKED:
        kept, gone = _marked(findings, marks)
        return ChosenCases(rule, kept, gone, marks=marks)
    if rule.outcome not in (ALL, *OUTCOMES):
        raise FloodevalError(
            saying("report_errors.no_outcome", outcome=rule.outcome, known=", ".join(OUTCOMES))
        )
    subgroup = _subgroup(findings, rule.subgroup) if rule.subgroup else None
    rows = findings.table if subgroup is None else findings.table[subgroup.members]
    found = _worst(rows, rule, findings.comparison.threshold)
    if rule.n and not found:
        key = "report_errors.none_in_subgroup" if subgroup else "report_errors.none"
        names = {"outcome": rule.outcome, "slice": rule.subgroup, "prompt": findings.prompt.spec}
        raise FloodevalError(saying(key, **names))
    return ChosenCases(rule, found[: rule.n], subgroup=subgroup, marks=marks)


def subgroups_by_name(findings: RunFindings) -> dict[str, Subgroup]:
    """The subgroups as a rule names them, `channel_width=low`; raises FloodevalError without traits."""
    return {f"{one.trait}={one.part}": one for one in findings.subgroups}


def _subgroup(findings: RunFindings, name: str) -> Subgroup:
    known = subgroups_by_name(findings)
    if name not in known:
        folder = findings.run.folder
        raise FloodevalError(
            saying("report_errors.no_subgroup", run=folder, slice=name, known=", ".join(known))
        )
    return known[name]


def _worst(rows: pd.DataFrame, rule: CaseRule, threshold: float) -> tuple[str, ...]:
    if rule.order == FAILURES:
        return _failures_first(rows, rule.n, threshold)
    return tuple(ranked(rows, Ranking("iou", rule.order, "worst", rule.outcome))["id"])


def _failures_first(rows: pd.DataFrame, n: int, threshold: float) -> tuple[str, ...]:
    """B's failures, the lowest IoU first; then losses, the largest first; then the largest gains.

    Where there are none of these, the photographs in the order of their gap.
    """
    by_iou, by_gap = (ranked(rows, Ranking("iou", side, "worst", ALL)) for side in ("b", "gap"))
    failures = by_iou.loc[by_iou["iou_b"] < threshold, "id"]
    losses = by_gap.loc[by_gap["iou_gap"] < 0, "id"]
    gains = by_gap.loc[(by_gap["iou_gap"] > 0) & (by_gap["iou_b"] >= threshold), "id"].iloc[::-1]
    found = dict.fromkeys([*failures, *losses, *gains[:MOST_GAINS]]) or by_gap["id"]
    return tuple(found)[:n]


def _named(findings: RunFindings, ids: tuple[str, ...]) -> tuple[str, ...]:
    known = set(findings.table["id"])
    gone = [one for one in ids if one not in known]
    if gone:
        few = ", ".join(gone[:5]) + (" ..." if len(gone) > 5 else "")
        raise FloodevalError(saying("report_errors.no_photograph", ids=few, prompt=findings.prompt.spec))
    return tuple(dict.fromkeys(ids))


def _marked(
    findings: RunFindings, marks: Mapping[str, MarkedCase]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The marked cases that have a row, and those that have none any more."""
    failures = [name for name, case in marks.items() if case.is_failure]
    if not failures:
        raise FloodevalError(saying("report_errors.unmarked", run=findings.run.folder))
    known = set(findings.table["id"])
    kept, gone = (tuple(one for one in failures if (one in known) is there) for there in (True, False))
    if not kept:
        raise FloodevalError(saying("report_errors.others_marked", count=len(gone), ids=", ".join(gone[:5])))
    return kept, gone
