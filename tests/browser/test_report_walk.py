"""A walk through the pages: from a run to a report with three failures that a person marked on Compare."""

import shutil

import pytest
from playwright.sync_api import expect

from floodeval.evaluation.cases import read_cases
from floodeval.i18n.catalog import say
from tests.support.browsing import settled
from tests.support.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def own(files, tmp_path):
    """A folder with a run to mark images in, and its photographs."""
    shutil.copytree(files / "results" / "runs" / "two", tmp_path / "results" / "runs" / "two")
    shutil.copytree(files / "data" / "pools", tmp_path / "data" / "pools")
    return tmp_path


def test_three_failures_that_are_marked_on_compare_are_the_cases_of_the_report(visit, own, tmp_path):
    marked = {"i3": "blurred", "i5": "shadow", "i7": "bridge"}
    with serving(own / "results", own / "data", working=own) as served:
        page = visit(f"{served.address}/Compare?run=two&id=i3")
        for name, note in marked.items():
            show_image(page, name)
            mark(page, note)
        page.get_by_role("link", name=say("pages.report"), exact=True).click()
        page.get_by_role("heading", name=say("pages.report"), level=1).wait_for()
        settled(page).get_by_role("radio", name=say("report_page.rule_marked")).click(force=True)
        cases = say("report_page.cases", cases=say("counts.photograph", n=3))
        page.get_by_text(cases).wait_for()
        settled(page).get_by_role("button", name=say("report_page.make")).click()
        download = say("report_page.download", form=say("report_page.form_html"))
        with page.expect_download() as saving:
            page.get_by_role("button", name=download).click()
        saving.value.save_as(tmp_path / "report.html")
    assert {case.id: case.note for case in read_cases(own / "results" / "runs" / "two").values()} == marked
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert report.count("<article") == 3
    for name, note in marked.items():
        assert note in report
        assert any(say("report.case", place=place, total=3, id=name) in report for place in (1, 2, 3))


def show_image(page, name):
    """Choose an image by its id, and wait for its panes."""
    page.get_by_role("combobox", name=say("compare.jump")).click()
    page.get_by_role("option", name=name, exact=True).click()
    page.locator(f'.viewer[data-shown="{name}"]').wait_for()
    settled(page)


def mark(page, note):
    """Mark the shown image with a note by the key M."""
    page.locator(".stage").first.focus()
    page.keyboard.press("m")
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name=say("cases.note")).fill(note)
    form.get_by_role("button", name=say("cases.save")).click()
    expect(form).to_have_count(0)
    settled(page)
