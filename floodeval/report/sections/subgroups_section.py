"""The section on subgroups and errors: where B scores lowest, and what A and B get wrong."""

from contextlib import suppress

import pandas as pd

from floodeval.analysis.run_findings import RunFindings
from floodeval.analysis.subgroups import (
    FEWEST_SAMPLES,
    compare_subgroups,
    error_table,
    weakest,
)
from floodeval.analysis.verdicts import WORSE
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Block, Paragraph, Section, Table
from floodeval.viz.wording import kind_words, slice_words

SHOWN = 6  # subgroups
_HEADINGS = ("subgroup", "n", "a", "b", "gap", "interval")
_ERROR_HEADINGS = ("error", "error_a", "error_b")


def subgroups_section(findings: RunFindings) -> tuple[Section, ...]:
    """Where B scores lowest and what is wrong; no section where the run has no table of either."""
    blocks: list[Block] = []
    with suppress(FloodevalError):  # a run without traits
        blocks += _subgroups(findings)
    with suppress(FloodevalError):  # a run without errors by type
        blocks += _errors(findings)
    return (Section("subgroups", say("report.subgroups"), tuple(blocks)),) if blocks else ()


def _subgroups(findings: RunFindings) -> list[Block]:
    if findings.has_two_prompts:
        return []
    table = compare_subgroups(findings.run, findings.a, findings.b, findings.prompt.spec)
    if table.empty:
        return []
    table = table[(table["n"] >= FEWEST_SAMPLES) & table["mean_b"].notna()].sort_values("mean_b").head(SHOWN)
    if table.empty:
        return []
    rows = tuple(
        (
            slice_words(row["trait"], row["part"], row["low"], row["high"]),
            formats.count(row["n"]),
            formats.score(row["mean_a"]),
            formats.score(row["mean_b"]),
            formats.gap(row["gap"]),
            formats.interval(row["gap_low"], row["gap_high"]),
        )
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    )
    return [
        Paragraph(_weakest_words(findings)),
        Table(tuple(say(f"report.head_{name}") for name in _HEADINGS), rows),
        Paragraph(
            say("report.subgroups_note", n=len(rows), least=FEWEST_SAMPLES, b=findings.name_b), "quiet"
        ),
    ]


def _weakest_words(findings: RunFindings) -> str:
    """Whether a subgroup is significantly weaker than the rest for B."""
    scores = findings.table["iou_b"]
    found = weakest(findings.subgroups, scores, findings.table["scene"])
    tested = found.attrs["n_looked"]
    if not tested:
        return say("report.weakest_few", b=findings.name_b)
    n = int((found["verdict"] == WORSE).sum())
    key = "report.weakest_some" if n else "report.weakest_none"
    return say(key, b=findings.name_b, subgroups=counted(tested, "subgroup"), **({"n": n} if n else {}))


def _errors(findings: RunFindings) -> list[Block]:
    table = error_table(findings.run, None if findings.has_two_prompts else findings.prompt.spec)
    a, b = (table[table["variant"] == name].set_index("kind")["frame"] for name in (findings.a, findings.b))
    if a.empty or b.empty or a.index.has_duplicates or b.index.has_duplicates:
        return []
    kinds = b.sort_values(ascending=False).index
    rows = tuple((kind_words(str(kind)), _share(a.get(kind)), _share(b[kind])) for kind in kinds)
    return [
        Paragraph(
            say(
                "report.errors_words",
                a=findings.name_a,
                b=findings.name_b,
                share_a=formats.percent(float(a.sum())),
                share_b=formats.percent(float(b.sum())),
            )
        ),
        Table(tuple(say(f"report.head_{name}") for name in _ERROR_HEADINGS), rows),
        Paragraph(say("report.errors_note"), "quiet"),
    ]


def _share(value: float | None) -> str:
    return formats.percent(None if value is None or pd.isna(value) else float(value))
