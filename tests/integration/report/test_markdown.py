import re
from html import unescape

import pytest
from markdown_it import MarkdownIt

from floodeval.errors import FloodevalError
from floodeval.report.render.escaping import markdown_text
from floodeval.report.render.score_files import write_form
from floodeval.report.select import MARKED, CaseRule
from tests.support.fake_run import HOSTILE_IDS


def rendered(text):
    return MarkdownIt("gfm-like", {"linkify": False}).enable("table").render(text)


PLAIN = ["1. not a list", "- nor this", "# no heading", "a|b", "~~x~~", "[a](b)", "&amp;", "\\*x\\*", "_a_"]


@pytest.mark.parametrize("text", [*HOSTILE_IDS, *PLAIN])
def test_what_is_escaped_is_shown_letter_by_letter(text):
    shown = rendered(markdown_text(text))
    assert shown.startswith("<p>") and shown.count("<") == 2
    assert unescape(shown.removeprefix("<p>").removesuffix("</p>\n")) == text


def test_every_picture_of_the_page_is_in_its_folder(make, tmp_path):
    write_form("markdown", tmp_path / "md", make("two"))
    page = (tmp_path / "md" / "index.md").read_text()
    named = set(re.findall(r"\]\((index_files/[^)]+)\)", page))
    assert named == {f"index_files/{path.name}" for path in (tmp_path / "md" / "index_files").iterdir()}
    assert len(named) == 3 + 3 * 6 + 7


def test_it_is_the_same_report(make, tmp_path):
    prepared = make("two")
    write_form("markdown", tmp_path / "md", prepared)
    html = rendered((tmp_path / "md" / "index.md").read_text())
    assert prepared.report.first.answer in html
    assert prepared.report.first.recommendation.sentence in html
    assert prepared.report.cases
    for case in prepared.report.cases:
        assert case.scores.rows
        assert case.caption in html
        for row in case.scores.rows:
            assert all(f">{cell}</td>" in html for cell in row)


def test_hostile_notes_are_text(make, tmp_path):
    write_form("markdown", tmp_path / "md", make("odd", CaseRule(MARKED)))
    page = (tmp_path / "md" / "index.md").read_text()
    assert "<script" not in page and "http://" not in page and "<img" not in page


def test_pictures_of_the_report_before_do_not_stay(make, tmp_path):
    write_form("markdown", tmp_path / "md", make("two", CaseRule(n=5)))
    write_form("markdown", tmp_path / "md", make("two", CaseRule(n=1)))
    assert len(list((tmp_path / "md" / "index_files").glob("*.jpg"))) == 3 + 6
    assert sorted(path.name for path in (tmp_path / "md").iterdir()) == ["index.md", "index_files"]


def test_a_folder_that_cannot_be_written_is_said(make, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises((FloodevalError, OSError)):
        write_form("markdown", tmp_path / "file" / "md", make("two"))
