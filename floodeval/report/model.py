"""The content of a report, ready for every format: plain text, tables of text, charts, a page per case.

Nothing here is markup, and every number is text already, so that two formats of a report cannot disagree.
"""

from dataclasses import dataclass
from typing import TypeAlias

from floodeval.viz.svg.svg_canvas import Drawing


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
