"""The section of cases: how they were chosen, and a page per photograph with caption, facts and scores."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from floodeval.analysis.ranking import ALL
from floodeval.analysis.run_findings import RunFindings
from floodeval.analysis.subgroups import Subgroup
from floodeval.errors import FloodevalError
from floodeval.evaluation.reviews import ACCEPTABLE, MarkedCase, names_in
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Block, CasePage, Paragraph, Table
from floodeval.report.sections.scores import gap_text, score_text
from floodeval.report.select import MARKED, NAMED, ChosenCases
from floodeval.viz.style import FALSE_ALARM, FOUND, MISSED, Style
from floodeval.viz.wording import metric_label, outcome_title, slice_words, subset_words, tag_words

OVERLAP = ("iou", "dice", "precision", "recall")  # shown also where they have no value
SHOWN = (*OVERLAP, "boundary_iou", "nsd", "hd95_px", "assd_px", "score")
Row: TypeAlias = Mapping[Hashable, Any]  # of a table, by its columns

ALIKE = 0.005  # of IoU; a smaller gap is no news


def cases_lead(findings: RunFindings, cases: ChosenCases, without_photographs: str) -> tuple[Block, ...]:
    """How the cases were chosen, what their pictures show, and a table of the cases.

    Args:
        findings: what the run says about A and B.
        cases: the photographs to show.
        without_photographs: why photographs are not shown; empty where they are.
    """
    if not cases.ids:
        return (Paragraph(say("report.cases_none")),)
    n = counted(len(cases.ids), "photograph")
    blocks: list[Block] = [Paragraph(say("report.cases_chosen", cases=n, rule=rule_words(findings, cases)))]
    if names := names_in(cases.mark(one) for one in cases.ids):
        blocks.append(Paragraph(say("report.marks_by", names=", ".join(names))))
    if without_photographs:
        blocks.append(Paragraph(without_photographs, "warning"))
    else:
        key = say("report.key", found=FOUND.label, false_alarm=FALSE_ALARM.label, missed=MISSED.label)
        blocks.append(Paragraph(key, "quiet"))
    if cases.gone:
        gone = say("report.cases_gone", n=len(cases.gone), ids=", ".join(cases.gone))
        blocks.append(Paragraph(gone, "warning"))
    return (*blocks, _table_of_cases(findings, cases))


def rule_words(findings: RunFindings, cases: ChosenCases) -> str:
    """How the cases were chosen, in words."""
    rule, subgroup = cases.rule, cases.subgroup
    if rule.rule == MARKED and rule.reviewers:
        return say("report.rule_marked_by", names=", ".join(rule.reviewers))
    if rule.rule in (MARKED, NAMED):
        return say(f"report.rule_{rule.rule}")
    said = say(f"report.rule_worst_{rule.order}", a=findings.name_a, b=findings.name_b)
    if rule.outcome != ALL:
        said += say("report.rule_outcome", outcome=outcome_title(rule.outcome, single=False))
    if subgroup:
        said += say("report.rule_slice", slice=_subgroup_words(subgroup))
    return said


def _table_of_cases(findings: RunFindings, cases: ChosenCases) -> Table:
    rows = rows_by_id(findings.table)
    names = ("place", "photograph", "group", "tag", "iou_a", "iou_b", "gap")
    return Table(
        tuple(say(f"report.head_{name}") for name in names),
        tuple(
            (
                str(place),
                one,
                outcome_title(rows[one]["outcome"], single=False),
                _tag_text(cases.mark(one)),
                formats.score(rows[one]["iou_a"]),
                formats.score(rows[one]["iou_b"]),
                formats.gap(rows[one]["iou_gap"]),
            )
            for place, one in enumerate(cases.ids, start=1)
        ),
        n_words=4,
    )


def _tag_text(case: MarkedCase) -> str:
    """The tag of a failure; of a photograph that reviewers accept, that they do."""
    return say("cases.judgment_acceptable") if case.judgment == ACCEPTABLE else tag_words(case.tag)


def case_pages(
    findings: RunFindings, cases: ChosenCases, styles: Mapping[str, Style]
) -> tuple[CasePage, ...]:
    """The pages of the chosen photographs, in order."""
    rows = rows_by_id(findings.table)
    subgroups = _subgroups_by_id(findings)
    of_b = rows_by_id(findings.scores[findings.scores["variant"] == findings.b])
    return tuple(
        CasePage(
            id=one,
            title=say("report.case", place=place, total=len(cases.ids), id=one),
            caption=caption(findings, rows[one], of_b[one]),
            facts=_facts(findings, one, rows[one], subgroups.get(one, ())),
            scores=scores_table(findings, rows[one], styles),
            tag=_tag_text(cases.mark(one)),
            note=cases.mark(one).note,
        )
        for place, one in enumerate(cases.ids, start=1)
    )


def rows_by_id(table: pd.DataFrame) -> dict[str, Row]:
    """A table's rows by their ids."""
    return {str(row["id"]): row for row in table.to_dict("records")}


def caption(findings: RunFindings, row: Row, of_b: Row) -> str:
    """What happened, in two or three sentences, from the numbers alone.

    Args:
        findings: names A and B.
        row: of the paired table.
        of_b: B's own row of the run's table.
    """
    a, b = findings.a, findings.b
    if pd.isna(row["iou_gap"]):
        return say("report.caption_nothing")
    side = "alike" if abs(row["iou_gap"]) < ALIKE else "better" if row["iou_gap"] > 0 else "worse"
    said = say(
        f"report.caption_{side}",
        a=a,
        b=b,
        iou_a=formats.score(row["iou_a"]),
        iou_b=formats.score(row["iou_b"]),
        gap=formats.gap(row["iou_gap"]),
    )
    group = say(f"report.caption_{row['outcome']}", a=a, b=b)
    return f"{said} {group} {_errors(b, of_b)}"


def scores_table(findings: RunFindings, row: Row, styles: Mapping[str, Style]) -> Table:
    """A, B and their gap, a column a metric."""
    shown = [name for name in SHOWN if f"{name}_a" in row and (name in OVERLAP or _is_known(row, name))]
    sides = (
        (styles[findings.a].label, "a", score_text),
        (styles[findings.b].label, "b", score_text),
        (say("report.gap_row"), "gap", gap_text),
    )
    return Table(
        ("", *(metric_label(name) for name in shown)),
        tuple(
            (label, *(write(name, row[f"{name}_{side}"]) for name in shown)) for label, side, write in sides
        ),
    )


def _is_known(row: Row, metric: str) -> bool:
    return not (pd.isna(row[f"{metric}_a"]) and pd.isna(row[f"{metric}_b"]))


def _errors(b: str, of_b: Row) -> str:
    """What B misses and what it invents, as shares of the true water and of its own."""
    said = say("report.caption_errors", b=b, missed=_missed(of_b), false=_false(of_b))
    if of_b["tp"] + of_b["fp"] == 0:
        said = say("report.caption_empty", b=b)
    return said


def _missed(of_b: Row) -> str:
    return formats.percent(None if pd.isna(of_b["recall"]) else 1 - of_b["recall"])


def _false(of_b: Row) -> str:
    return formats.percent(None if pd.isna(of_b["precision"]) else 1 - of_b["precision"])


def _facts(
    findings: RunFindings, sample_id: str, row: Row, subgroups: Sequence[Subgroup]
) -> tuple[tuple[str, str], ...]:
    facts = [
        ("group", outcome_title(row["outcome"], single=False)),
        ("prompt", findings.comparison.prompts),
        ("true_water", formats.percent(row["truth_share"])),
        ("size", formats.picture_size(row["width"], row["height"])),
        ("scene", str(row["scene"])),
        ("split", subset_words(str(row["split"] or ""))),
        ("slices", "; ".join(map(_subgroup_words, subgroups))),
    ]
    flags = findings.run.info.flagged.get(sample_id, [])
    if flags:
        facts.append(("flagged", ", ".join(flags)))
    return tuple((say(f"report.fact_{name}"), value) for name, value in facts if value)


def _subgroups_by_id(findings: RunFindings) -> Mapping[str, Sequence[Subgroup]]:
    """The subgroups of every photograph without the middle parts; empty where the run has no traits."""
    try:
        subgroups = [one for one in findings.subgroups if one.part != "middle"]
    except FloodevalError:
        return {}
    ids = findings.table["id"]
    return {str(one): [each for each in subgroups if each.members[row]] for row, one in enumerate(ids)}


def _subgroup_words(one: Subgroup) -> str:
    return slice_words(one.trait, one.part, one.low, one.high)
