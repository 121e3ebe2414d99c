"""The page Report in a real browser: the preview shows, the files come down, nothing complains."""

import pytest
from playwright.sync_api import expect

from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from tests.support.wording import said

pytestmark = pytest.mark.browser


def test_the_preview_shows_and_the_page_downloads(visit, dashboard, tmp_path):
    page = visit(f"{dashboard}/Report?run=two")
    frame = page.frame_locator("[data-testid=stIFrame] >> nth=0")
    frame.locator(".answer").wait_for()
    expect(frame.locator("article.case")).to_have_count(2)
    expect(frame.locator("article img").first).not_to_have_js_property("naturalWidth", 0)
    page.get_by_role("button", name=say("report_page.make")).click()
    download_it = page.get_by_role(
        "button", name=say("report_page.download", form=say("report_page.form_html"))
    )
    with page.expect_download() as download:
        download_it.click()
    download.value.save_as(tmp_path / "r.html")
    assert (tmp_path / "r.html").read_text().startswith("<!DOCTYPE html>")
    assert download.value.suggested_filename == "two-report.html"
    expect(download_it).to_be_visible()


def test_the_page_and_its_report_speak_spanish(visit, dashboard):
    page = visit(f"{dashboard}/Report?run=two&lang=es")
    with speaking("es"):
        title, question = say("pages.report"), said("report.question", b="finetuned")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    frame = page.frame_locator("[data-testid=stIFrame] >> nth=0")
    expect(frame.locator("html")).to_have_attribute("lang", "es")
    expect(frame.locator(".question")).to_have_text(question)


def test_a_phone_can_scroll_the_page(visit, dashboard, phone):
    page = visit(f"{dashboard}/Report?run=two", phone)
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")


def test_a_report_opens_from_a_file_with_the_network_off(browser, dashboard, files, tmp_path):
    from floodeval.evaluation.run import load_run
    from floodeval.report.make import prepare_report
    from floodeval.report.model import ReportRequest
    from floodeval.report.render.score_files import write_form
    from floodeval.report.select import CaseRule

    prepared, _ = prepare_report(
        load_run(files / "results" / "runs" / "two"), ReportRequest(CaseRule(n=2)), {}
    )
    with prepared.images:
        write_form("html", tmp_path / "r.html", prepared)
    with browser.new_context(offline=True) as context:
        page, complaints = context.new_page(), []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda sent: complaints.append(sent.url) if sent.url.startswith("http") else None)
        page.goto((tmp_path / "r.html").as_uri())
        expect(page.locator("article.case")).to_have_count(2)
        page.wait_for_function("[...document.images].every(image => image.naturalWidth > 0)")
        assert not complaints
