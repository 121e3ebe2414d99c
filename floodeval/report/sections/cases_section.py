"""A page per case: what happened to the photograph in sentences made from its numbers, facts, scores."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from floodeval.analysis.subgroups import Slice, cut
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.report.model import CasePage, Subject, Table
from floodeval.report.sections.scores import gap_text, score_text
from floodeval.report.select import traits_of
from floodeval.viz.wording import metric_label, outcome_title, slice_words

OVERLAP = ("iou", "dice", "precision", "recall")  # shown also where they have no value
SHOWN = (*OVERLAP, "boundary_iou", "nsd", "hd95_px", "assd_px", "score")
Row: TypeAlias = Mapping[Hashable, Any]  # of a table, by its columns

ALIKE = 0.005  # of IoU; a smaller gap is no news


def case_pages(subject: Subject, ids: Sequence[str]) -> tuple[CasePage, ...]:
    """The pages of the chosen photographs, in their order."""
    rows = rows_by_id(subject.table)
    slices = _slices(subject)
    of_b = rows_by_id(subject.scores[subject.scores["variant"] == subject.b])
    return tuple(
        CasePage(
            id=one,
            title=say("report.case", place=place, total=len(ids), id=one),
            caption=caption(subject, rows[one], of_b[one]),
            facts=_facts(subject, one, rows[one], slices.get(one, ())),
            scores=scores_table(subject, rows[one]),
            tag=_marked(subject, one).tag,
            note=_marked(subject, one).note,
        )
        for place, one in enumerate(ids, start=1)
    )


def rows_by_id(table: pd.DataFrame) -> dict[str, Row]:
    """A table's rows by their ids."""
    return {str(row["id"]): row for row in table.to_dict("records")}


def caption(subject: Subject, row: Row, of_b: Row) -> str:
    """What happened, in two or three sentences, from the numbers alone.

    Args:
        subject: names A and B.
        row: of the paired table.
        of_b: B's own row of the run's table.
    """
    a, b = subject.a, subject.b
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


def scores_table(subject: Subject, row: Row) -> Table:
    """A, B and their gap, a column a metric."""
    shown = [name for name in SHOWN if f"{name}_a" in row and (name in OVERLAP or _is_known(row, name))]
    sides = (
        (subject.styles[subject.a].label, "a", score_text),
        (subject.styles[subject.b].label, "b", score_text),
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
    subject: Subject, sample_id: str, row: Row, slices: Sequence[Slice]
) -> tuple[tuple[str, str], ...]:
    facts = [
        ("group", outcome_title(row["outcome"], single=False)),
        ("prompt", subject.prompt.spec),
        ("true_water", formats.percent(row["truth_share"])),
        ("size", f"{row['width']} × {row['height']} px"),
        ("scene", str(row["scene"])),
        ("split", str(row["split"] or "")),
        ("slices", "; ".join(slice_words(one.trait, one.part, one.low, one.high) for one in slices)),
    ]
    flags = subject.run.info.flagged.get(sample_id, [])
    if flags:
        facts.append(("flagged", ", ".join(flags)))
    return tuple((say(f"report.fact_{name}"), value) for name, value in facts if value)


def _slices(subject: Subject) -> Mapping[str, Sequence[Slice]]:
    """The slices of every photograph, where the run knows its traits; a middle third says nothing."""
    try:
        traits = traits_of(subject.run, subject.table)
    except FloodevalError:
        return {}
    slices = [one for one in cut(traits) if one.part != "middle"]
    return {
        str(one): [each for each in slices if each.members[place]] for place, one in enumerate(traits["id"])
    }


def _marked(subject: Subject, sample_id: str) -> MarkedCase:
    return subject.marked.get(sample_id, MarkedCase(sample_id))
