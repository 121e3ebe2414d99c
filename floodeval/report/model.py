"""A report as a person asks for it, and its content, ready for every format.

The content is plain text, tables of text, charts and a page per case. Nothing here is markup, and every
number is text already, so that two formats of a report cannot disagree.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

from floodeval.analysis.comparison import ComparedSide
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.report.logo import UploadedLogo
from floodeval.report.select import CaseRule
from floodeval.viz.svg.svg_canvas import Drawing

LONGEST_LINE = 200  # characters of an author or an organization


@dataclass(frozen=True)
class ReportRequest:
    """A report to write, in the current language.

    Attributes:
        cases: which photographs it shows.
        a: the baseline; by default the run's first variant.
        b: the candidate; by default the first of the other variants.
        prompt: the prompt's spec; by default the best field prompt of A and B, else the run's first.
        subset: only the rows of this split; empty for all rows.
        without_flagged: leave out the pairs that the audit flagged.
        failure_threshold: the IoU below which a variant fails; by default that of the requirements.
        photographs: show photographs and reference masks where they are on this machine.
        date: YYYY-MM-DD; empty for today.
        generalization: names of the runs and groups on other data sets that it compares with; by default the
            other runs of the group.
        in_domain: the name of the run on the in-domain set, of these and the report's own.
        author: who is responsible for the report; empty for nobody.
        organization: their organization; may be empty.
        logo: a PNG or JPEG file for the first page, or one that was uploaded (`floodeval.report.logo`).
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
    author: str = ""
    organization: str = ""
    logo: Path | UploadedLogo | None = None


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


@dataclass(frozen=True)
class Tile:
    """A number that is shown large."""

    label: str
    value: str
    aside: str = ""


@dataclass(frozen=True)
class Tiles:
    """Numbers that are shown large, next to each other."""

    items: tuple[Tile, ...]


Block: TypeAlias = Paragraph | Bullets | Table | Charts | Commands | Tiles


@dataclass(frozen=True)
class Section:
    """A part of the report with its heading; `name` is its anchor."""

    name: str
    title: str
    blocks: tuple[Block, ...]


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
class Recommendation:
    """Whether B meets the requirements, for the first page.

    Attributes:
        sentence: the recommendation.
        verdict: of `floodeval.analysis.decision.VERDICTS`.
        table: a row per requirement, with its state in words and as a sign.
        notes: what a reader has to know before the recommendation is used.
    """

    sentence: str
    verdict: str
    table: Table
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """The photograph on the first page, and a caption that says why it is shown."""

    id: str
    caption: str


@dataclass(frozen=True)
class FirstPage:
    """All that the first page shows; `answer` is the verdict on B compared with A in a sentence.

    `date` is YYYY-MM-DD, `day` the same date as a person reads it. `byline` names author and organization and
    may be empty. `example` is None where no photograph has an IoU. `not_shown` are the limits that a reader
    must know, under the heading `not_shown_title`.
    """

    title: str
    subtitle: str
    byline: str
    date: str
    day: str
    question: str
    recommendation: Recommendation
    answer: str
    warnings: tuple[Block, ...]
    example: Example | None
    not_shown_title: str
    not_shown: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """The whole report in one language.

    `sections` come before the cases, `annex` after them. `sides` are A and B, each with its run, variant and
    prompt.
    """

    language: str
    first: FirstPage
    contents: str
    sections: tuple[Section, ...]
    cases_title: str
    cases_lead: tuple[Block, ...]
    cases: tuple[CasePage, ...]
    annex_title: str
    annex: tuple[Section, ...]
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


def one_line(name: str, text: str) -> str:
    """A text for the first page, its white space as single spaces.

    Raises:
        FloodevalError: it has more than `LONGEST_LINE` characters; `name` says which text it is.
    """
    line = " ".join(text.split())
    if len(line) > LONGEST_LINE:
        raise FloodevalError(saying("report_errors.long", name=name, n=len(line), limit=LONGEST_LINE))
    return line
