"""A report as a person asks for it, and its content, ready for every format.

The content is plain text, tables of text, charts and a page per case. Nothing here is markup, and every
number is text already, so that two formats of a report cannot disagree.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeAlias

from floodeval.analysis.comparison import ComparedSide
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.report.select import CaseRule
from floodeval.viz.svg.svg_canvas import Drawing


@dataclass(frozen=True)
class ReportRequest:
    """A report to write, in the current language.

    Attributes:
        cases: which photographs it shows.
        a: the baseline; by default the run's first variant.
        b: the candidate; by default the first of the other variants.
        prompt: the prompt's spec; by default the run's first.
        subset: only the rows of this split; empty for all rows.
        without_flagged: leave out the pairs that the audit flagged.
        failure_threshold: the IoU below which a variant fails; by default the run's own.
        photographs: show photographs and reference masks where they are on this machine.
        date: YYYY-MM-DD; empty for today.
        generalization: names of the runs and groups on other data sets that it compares with; by default the
            other runs of the group.
        in_domain: the name of the run on the in-domain set, of these and the report's own.
    """

    cases: CaseRule = field(default_factory=CaseRule)
    a: str | None = None
    b: str | None = None
    prompt: str | None = None
    subset: str = ""
    without_flagged: bool = False
    failure_threshold: float | None = None
    photographs: bool = True
    date: str = ""
    generalization: tuple[str, ...] = ()
    in_domain: str | None = None


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

    `date` is YYYY-MM-DD, `day` the same date as a person reads it. `sides` are A and B, each with its run,
    variant and prompt.
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
    sides: tuple[ComparedSide, ComparedSide] | None = None


def today() -> str:
    """Today's date, UTC, or that of SOURCE_DATE_EPOCH (reproducible-builds.org) where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.date().isoformat()


def check_date(text: str) -> str:
    """Return a date unchanged; raises FloodevalError where it is not YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FloodevalError(saying("report_errors.no_date", text=text)) from None
