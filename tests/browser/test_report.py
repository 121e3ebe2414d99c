"""The page Report in a real browser: the preview shows, the files come down, nothing complains."""

import pytest

from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from tests.support.browsing import settled
from tests.support.wording import said

pytestmark = pytest.mark.browser


def test_the_preview_shows_and_the_page_downloads(visit, dashboard, tmp_path):
    page = visit(f"{dashboard}/Report?run=two")
    frame = page.frame_locator("[data-testid=stIFrame] >> nth=0")
    frame.locator(".answer").wait_for()
    assert frame.locator("article.case").count() == 2
    shown = frame.locator("article img").first.evaluate("image => image.naturalWidth")
    assert shown > 0
    page.get_by_role("button", name=say("report_page.make")).click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role(
            "button", name=say("report_page.download", form=say("report_page.form_html"))
        ).click()
    download.value.save_as(tmp_path / "r.html")
    assert (tmp_path / "r.html").read_text().startswith("<!DOCTYPE html>")
    assert download.value.suggested_filename == "two-report.html"
    assert page.get_by_role(
        "button", name=say("report_page.download", form=say("report_page.form_html"))
    ).is_visible()


def test_the_page_and_its_report_speak_spanish(visit, dashboard):
    page = visit(f"{dashboard}/Report?run=two&lang=es")
    with speaking("es"):
        title, question = say("pages.report"), said("report.question", b="finetuned")
    assert page.get_by_role("heading", name=title).is_visible()
    frame = page.frame_locator("[data-testid=stIFrame] >> nth=0")
    assert frame.locator("html").get_attribute("lang") == "es"
    assert question.search(frame.locator(".question").inner_text())


def test_a_phone_can_scroll_the_page(visit, dashboard, phone):
    page = settled(visit(f"{dashboard}/Report?run=two", phone))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
        assert page.locator("article.case").count() == 2
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
        assert not complaints
