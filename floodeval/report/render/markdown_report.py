"""A report as Markdown with a folder of pictures, for a repository, or a Quarto or MkDocs page."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from floodeval.report.model import (
    Block,
    Bullets,
    CasePage,
    Charts,
    Commands,
    FirstPage,
    Paragraph,
    Report,
    Section,
    Table,
    Tiles,
)
from floodeval.report.render.case_images import CaseFigure, CaseImages, DrawnCase
from floodeval.report.render.escaping import legible, markdown_text
from floodeval.storage.atomic import unwritable, write_text
from floodeval.storage.locks import hold

PAGE, FILES = "index.md", "index_files"
WAIT_S = 60.0  # for another report that is written into the same folder


def write_markdown(folder: Path, report: Report, pictures: CaseImages) -> None:
    """Write `index.md` and its pictures, `index_files/`, into a folder, the page last.

    Raises:
        FloodevalError: the folder cannot be written; what stood there is then as it was.
    """
    with hold(folder / PAGE, folder / PAGE, WAIT_S):
        _write(folder, report, pictures)


def _write(folder: Path, report: Report, pictures: CaseImages) -> None:
    fresh, old = (folder / f".{FILES}.{os.getpid()}.{state}" for state in ("partial", "old"))
    try:
        fresh.mkdir()
        text = "\n".join(_Writer(report, pictures, fresh).lines()).rstrip() + "\n"
        if (folder / FILES).is_dir():
            (folder / FILES).rename(old)
        fresh.rename(folder / FILES)
        write_text(folder / PAGE, text)
    except OSError as error:
        raise unwritable(folder / FILES, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


class _Writer:
    """Turns a report's content into lines of Markdown and its pictures into files."""

    def __init__(self, report: Report, pictures: CaseImages, files: Path) -> None:
        self.report, self.pictures, self.files = report, pictures, files

    def lines(self) -> Iterator[str]:
        report = self.report
        yield from self._first_page(report.first)
        for section in report.sections:
            yield from self._section(section, "##")
        yield from (f"## {markdown_text(report.cases_title)}", "")
        for block in report.cases_lead:
            yield from self._block(block)
        for case in report.cases:
            yield from self._case(case)
        yield from (f"## {markdown_text(report.annex_title)}", "")
        for section in report.annex:
            yield from self._section(section, "###")
        yield from ("---", "", markdown_text(report.made_by), "")

    def _first_page(self, first: FirstPage) -> Iterator[str]:
        if self.pictures.logo:
            yield from (self._image(self.pictures.logo), "")
        yield from (f"# {markdown_text(first.title)}", "")
        sender = " · ".join(markdown_text(part) for part in (first.byline, first.day) if part)
        yield from (f"{sender}  ", markdown_text(first.subtitle), "")
        yield from (f"*{markdown_text(first.question)}*", "")
        yield from (f"**{markdown_text(first.recommendation.sentence)}**", "")
        yield from self._block(first.recommendation.table)
        yield from (markdown_text(first.answer), "")
        for block in first.warnings:
            yield from self._block(block)
        if first.example:
            drawn = self.pictures.example(first.example.id)
            yield from self._pictures(drawn)
            yield from (f"*{markdown_text(first.example.caption)}*", "")
        yield from (f"## {markdown_text(first.not_shown_title)}", "")
        yield from self._block(Bullets((*first.not_shown, *first.recommendation.notes)))

    def _section(self, section: Section, marks: str) -> Iterator[str]:
        yield from (f"{marks} {markdown_text(section.title)}", "")
        for block in section.blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        if isinstance(block, Paragraph):
            yield f"> {markdown_text(block.text)}" if block.kind == "warning" else markdown_text(block.text)
        elif isinstance(block, Bullets):
            yield from (f"- {markdown_text(item)}" for item in block.items)
        elif isinstance(block, Table):
            yield from self._table(block)
        elif isinstance(block, Charts):
            yield from self._charts(block)
        elif isinstance(block, Tiles):
            yield from self._table(
                Table(
                    tuple(tile.label for tile in block.items),
                    (tuple(tile.value for tile in block.items), tuple(tile.aside for tile in block.items)),
                    n_words=0,
                )
            )
        elif isinstance(block, Commands):
            yield from ("```sh", *(legible(line).replace("\n", " ") for line in block.lines), "```")
        yield ""

    def _table(self, table: Table) -> Iterator[str]:
        yield f"| {' | '.join(map(markdown_text, table.headings))} |"
        sides = ("---" if place < table.n_words else "---:" for place in range(len(table.headings)))
        yield f"| {' | '.join(sides)} |"
        for row in table.rows:
            yield f"| {' | '.join(map(markdown_text, row))} |"

    def _charts(self, charts: Charts) -> Iterator[str]:
        for place, drawing in enumerate(charts.drawings, start=1):
            name = f"{charts.name}-{place}.svg"
            write_text(self.files / name, drawing.svg + "\n")
            yield f"![{markdown_text(drawing.alt)}]({FILES}/{name})"
        yield from ("", f"*{markdown_text(charts.caption)}*")

    def _case(self, case: CasePage) -> Iterator[str]:
        drawn = self.pictures.of(case.id)
        yield from (f"### {markdown_text(case.title)}", "", markdown_text(case.caption), "")
        if case.tag or case.note:
            said = [f"**{markdown_text(case.tag)}**"] * bool(case.tag) + [markdown_text(case.note)] * bool(
                case.note
            )
            yield from (f"> {'<br>'.join(said)}", "")
        yield from self._pictures(drawn)
        for problem in drawn.problems:
            yield from (f"> {markdown_text(problem)}", "")
        yield from self._table(case.scores)
        yield ""
        yield from (f"- {markdown_text(name)}: {markdown_text(value)}" for name, value in case.facts)
        yield ""

    def _pictures(self, drawn: DrawnCase) -> Iterator[str]:
        width = max((len(row) for row in drawn.rows), default=0)
        if not width:
            return
        first, *rest = ([*row, *[None] * (width - len(row))] for row in drawn.rows)
        yield f"| {' | '.join(self._picture(one) for one in first)} |"
        yield f"| {' | '.join(':---:' for _ in first)} |"
        for row in rest:
            yield f"| {' | '.join(self._picture(one) for one in row)} |"
        yield ""

    def _picture(self, figure: CaseFigure | None) -> str:
        return f"{self._image(figure)}<br>{markdown_text(figure.caption)}" if figure else " "

    def _image(self, figure: CaseFigure) -> str:
        shutil.copyfile(figure.path, self.files / figure.path.name)
        return f"![{markdown_text(figure.caption)}]({FILES}/{figure.path.name})"
