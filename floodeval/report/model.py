"""What a report says, ready to be written in any form: plain text, tables of text, charts, a page per case.

Nothing here is markup. Every number is text already, so that no two forms of a report can disagree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

import pandas as pd

from floodeval.analysis.compare import PRIMARY, Comparison, MetricComparison, compare_both
from floodeval.analysis.pairing import paired
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.style import Style, variant_styles
from floodeval.viz.svg.svg_canvas import Drawing

# What a report says, ready to be written in any form: plain text, tables of text, charts, a page per case.


@dataclass(frozen=True)
class Paragraph:
    """Sentences. `kind` is plain, quiet (an aside), note (from outside, its line breaks kept) or warning."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Bullets:
    """Sentences, each of its own."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; the first `n_words` columns are words, the others numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_words: int = 1


@dataclass(frozen=True)
class Charts:
    """Charts that stand together, with one caption; `name` is theirs within the report's files."""

    name: str
    drawings: tuple[Drawing, ...]
    caption: str


@dataclass(frozen=True)
class Commands:
    """Commands to type, each on its line."""

    lines: tuple[str, ...]


Block: TypeAlias = Paragraph | Bullets | Table | Charts | Commands


@dataclass(frozen=True)
class Section:
    """A part of the report with its heading; `name` is its anchor."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Tile:
    """A number that the first page shows large."""

    label: str
    value: str
    aside: str = ""


@dataclass(frozen=True)
class CasePage:
    """One photograph's page.

    `caption` says in sentences what happened, `facts` are names with values, `scores` A, B and their gap;
    `tag` and `note` are a person's, empty where there is none.
    """

    id: str
    title: str
    caption: str
    facts: tuple[tuple[str, str], ...]
    scores: Table
    tag: str = ""
    note: str = ""


@dataclass(frozen=True)
class Report:
    """The whole report in one language; `answer` is the verdict in a sentence.

    `date` is YYYY-MM-DD, `day` the same date as a person reads it.
    """

    language: str
    title: str
    subtitle: str
    date: str
    day: str
    question: str
    answer: str
    lead: tuple[Block, ...]
    tiles: tuple[Tile, ...]
    contents: str
    sections: tuple[Section, ...]
    cases_title: str
    cases_lead: tuple[Block, ...]
    cases: tuple[CasePage, ...]
    made_by: str


# What a report is about: a run's rows, A and B, a prompt, compared once for all that is said of them.


@dataclass(frozen=True)
class Subject:
    """A run seen with one prompt, A held against B.

    `run.metrics` may be some of the run's rows: `subset` is then the split's name, and `without_flagged` says
    that the pairs whose truth an audit doubts are left out. `comparisons` has every prompt of the rows.
    """

    run: Run
    a: str
    b: str
    prompt: PromptSpec
    comparisons: Mapping[str, Comparison]
    table: pd.DataFrame
    marked: Mapping[str, MarkedCase] = field(default_factory=dict)
    subset: str = ""
    without_flagged: bool = False

    @property
    def comparison(self) -> Comparison:
        """A against B with the report's prompt."""
        return self.comparisons[self.prompt.spec]

    @property
    def primary(self) -> MetricComparison:
        """The IoU of A and B."""
        return self.comparison.metrics[PRIMARY]

    @cached_property
    def styles(self) -> dict[str, Style]:
        """How A and B are drawn, with their letters."""
        styles = variant_styles([self.a, self.b])
        return {
            name: replace(style, name=f"{letter} {name}", letter=letter)
            for (name, style), letter in zip(styles.items(), "AB", strict=True)
        }

    @property
    def scores(self) -> pd.DataFrame:
        """The rows of A and B with the report's prompt."""
        rows = self.run.metrics
        return rows[(rows["prompt"] == self.prompt.spec) & rows["variant"].isin([self.a, self.b])]


def make_subject(
    run: Run,
    a: str | None = None,
    b: str | None = None,
    prompt: str | None = None,
    *,
    marked: Mapping[str, MarkedCase] | None = None,
    subset: str = "",
    without_flagged: bool = False,
) -> Subject:
    """Gather and compare what a report is about.

    Args:
        run: a finished evaluation of two variants or more.
        a: the baseline; the run's first variant.
        b: held against it; the first of the others.
        prompt: the prompt's spec; the run's first.
        marked: the run's marked cases.
        subset: only the rows of this split; empty for all.
        without_flagged: leave out the pairs whose truth an audit doubts.

    Raises:
        FloodevalError: the run has one variant, A and B are one, a name is not in the run, or no row is left.
    """
    a, b = _two(run, a, b)
    specs = {one.spec: one for one in run.info.prompts}
    if prompt not in (None, *specs):
        known = ", ".join(specs)
        raise FloodevalError(saying("runs.no_prompt", run=run.folder, prompt=prompt, known=known))
    rows = _rows(run, subset, without_flagged)
    narrowed = replace(run, metrics=rows)
    present = set(rows["prompt"].unique())
    asked = prompt or next((spec for spec in specs if spec in present), next(iter(specs)))
    if asked not in present:
        raise FloodevalError(saying("report_errors.no_rows", run=run.folder, prompt=asked))
    return Subject(
        run=narrowed,
        a=a,
        b=b,
        prompt=specs[asked],
        comparisons={spec: compare_both(run, rows, a, b, spec) for spec in specs if spec in present},
        table=paired(rows, a, b, asked, run.info.failure_threshold),
        marked=marked or {},
        subset=subset,
        without_flagged=without_flagged,
    )


def _two(run: Run, a: str | None, b: str | None) -> tuple[str, str]:
    names = run.info.variant_names
    if len(names) < 2:
        raise FloodevalError(saying("report_errors.one_variant", run=run.folder, variant=names[0]))
    for name in (a, b):
        if name not in (None, *names):
            raise FloodevalError(
                saying("runs.no_variant", run=run.folder, variant=name, known=", ".join(names))
            )
    a = a or next(name for name in names if name != b)
    b = b or next(name for name in names if name != a)
    if a == b:
        raise FloodevalError(saying("report_errors.same", variant=a, known=", ".join(names)))
    return a, b


def _rows(run: Run, subset: str, without_flagged: bool) -> pd.DataFrame:
    rows = run.metrics
    if subset:
        rows = rows[rows["split"] == subset]
        if rows.empty:
            known = ", ".join(sorted({str(one) for one in run.metrics["split"].dropna()})) or "–"
            raise FloodevalError(saying("report_errors.no_split", run=run.folder, subset=subset, known=known))
    if without_flagged:
        rows = rows[~rows["id"].isin(list(run.info.flagged))]
    if rows.empty:
        raise FloodevalError(saying("report_errors.empty", run=run.folder))
    return rows
