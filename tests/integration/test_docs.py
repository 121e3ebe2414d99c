"""The documentation is whole: links lead somewhere, commands exist, and what is generated is current."""

import re
import shlex
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from docs.make_cli_reference import PAGE, cli_reference
from floodeval.cli.command_line import parse

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FRONT = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
GENERATED = [DOCS / "sample-report" / "index.md"]
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if "experiments" not in path.relative_to(DOCS).parts]
WRITTEN = [path for path in [*FRONT, *PAGES] if path not in GENERATED]
WORDS_OF_THE_README = 900
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?\s*\)|<img src=\"([^\"]+)\"")
CODE = re.compile(r"^( *)```.*?^\1```", re.DOTALL | re.MULTILINE)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def prose(path: Path) -> str:
    return CODE.sub("", path.read_text(encoding="utf-8"))


@cache
def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as Python-Markdown and GitHub make them."""
    headings = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {re.sub(r"[ -]+", "-", heading.strip()) for heading in plain}


@pytest.mark.parametrize("page", [*FRONT, *PAGES], ids=name_of)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page):
    found = ["".join(pair) for pair in LINK.findall(prose(page))]
    for target in (one for one in found if not re.match(r"https?:|mailto:", one)):
        place, _, anchor = target.partition("#")
        path = (page.parent / place).resolve() if place else page
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(path), target


def test_pages_link_only_to_what_the_site_contains():
    for page in PAGES:
        for place, _ in LINK.findall(prose(page)):
            if place and not re.match(r"https?:|#", place):
                assert (page.parent / place.partition("#")[0]).resolve().is_relative_to(DOCS), (page, place)


def test_every_file_of_the_repository_that_is_named_exists():
    for page in WRITTEN:
        for path in re.findall(
            r"`((?:tests|benchmarks|docs|\.streamlit)/[\w./-]+)`", page.read_text(encoding="utf-8")
        ):
            assert (ROOT / path).exists(), (page, path)


def test_every_page_is_in_the_navigation_once():
    listed = re.findall(r": ([\w/.-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in PAGES)


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= WORDS_OF_THE_README


def test_the_reference_of_the_command_line_is_current():
    text = PAGE.read_text(encoding="utf-8")
    assert text == cli_reference(), "run `python -m docs.make_cli_reference`"
    assert len(re.findall(r"^## floodeval \w+", text, re.MULTILINE)) > 10


def commands_in(path: Path) -> list[str]:
    """The commands in a page's blocks of code, lines that go on joined, printed lines left out."""
    blocks = [found[0] for found in CODE.finditer(path.read_text(encoding="utf-8"))]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    found = [re.sub(r"^ *(?:nohup |[A-Z_]+=\S+ )*", "", line) for line in lines]
    return [line for line in found if re.match(r"floodeval [a-z]", line)]


@pytest.mark.parametrize("page", [path for path in WRITTEN if path != PAGE], ids=name_of)
def test_every_command_that_is_shown_is_one_that_the_command_line_takes(page):
    for line in commands_in(page):
        words = shlex.split(re.split(r"(?: > | \| |; | &$)", line)[0], comments=True)[1:]
        if words[0] == "dashboard" and "## floodeval dashboard" not in PAGE.read_text(encoding="utf-8"):
            continue  # the documentation describes it already
        parse(words)


def test_commands_are_found_in_the_pages():
    assert sum(len(commands_in(page)) for page in WRITTEN) > 25


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_a_page_has_one_title_and_no_heading_skips_a_level(page):
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose(page), re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
