"""The page Report: what is chosen is previewed, what is noted is kept, what is made can be downloaded."""

import base64
import io
import shutil

import pytest
from PIL import Image

from floodeval.dashboard.pages.report import page as report_page
from floodeval.dashboard.pages.report.report_queries import made_files, make_files, seconds_needed, zipped
from floodeval.evaluation.cases import mark_case, read_cases, read_entries
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.report.model import ReportRequest
from floodeval.report.select import CaseRule
from tests.support.pages import open_page, words
from tests.support.wording import holds


@pytest.fixture
def own(dashboard_files, monkeypatch, tmp_path):
    """A results folder whose run may be written to."""
    shutil.copytree(dashboard_files / "results" / "runs" / "two", tmp_path / "runs" / "two")
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(tmp_path))
    return tmp_path / "runs" / "two"


def previewed(page):
    """The page within the preview's frame."""
    (frame,) = page.get("iframe")
    return base64.b64decode(frame.proto.src.partition("base64,")[2]).decode()


@pytest.mark.usefixtures("dashboard_files")
def test_the_preview_shows_the_answer_and_the_first_cases():
    page = open_page("Report", run="two")
    assert not page.exception
    html = previewed(page)
    assert say("report.question", a="pretrained", b="finetuned") in html and html.count("<article") == 2


@pytest.mark.usefixtures("dashboard_files")
def test_the_report_may_speak_another_language_than_the_page():
    page = open_page("Report", run="two")
    page.segmented_control(key="report_language").set_value("es").run()
    assert not page.exception
    assert '<html lang="es">' in previewed(page) and say("report_page.preview") in words(page)


@pytest.mark.usefixtures("dashboard_files")
def test_photographs_can_be_left_out():
    page = open_page("Report", run="two")
    assert "data:image/jpeg" in previewed(page)
    page.toggle(key="report_photographs").set_value(False).run()
    assert "data:image/jpeg" not in previewed(page) and not page.exception


@pytest.mark.usefixtures("dashboard_files")
def test_author_and_organization_are_on_the_first_page():
    page = open_page("Report", run="two")
    page.text_input(key="report_author").set_value("Ana <b>").run()
    page.text_input(key="report_organization").set_value("Water Board").run()
    assert not page.exception and "Ana &lt;b&gt;, Water Board" in previewed(page)


@pytest.mark.usefixtures("dashboard_files")
def test_an_uploaded_logo_is_on_the_first_page_and_a_wrong_one_is_refused():
    page = open_page("Report", run="two")
    stream = io.BytesIO()
    Image.new("RGB", (90, 30), "teal").save(stream, "PNG")
    page.file_uploader(key="report_logo").set_value(("ours.png", stream.getvalue(), "image/png")).run()
    assert not page.exception and not page.error
    assert say("report.logo") in previewed(page) and "--logo=ours.png" in previewed(page)
    page.file_uploader(key="report_logo").set_value(("ours.png", b"<svg/>", "image/png")).run()
    assert holds(page.error[0].value, "report_errors.no_logo")
    assert "--logo" not in previewed(page)


@pytest.mark.usefixtures("dashboard_files")
def test_cases_are_chosen_by_rule_or_by_hand():
    page = open_page("Report", run="two")
    page.number_input(key="report_n").set_value(3).run()
    cases = say("report_page.cases", cases=say("counts.photograph", n=3))
    assert page.expander[0].label == cases
    page.selectbox(key="report_outcome").select("fixed").run()
    page.segmented_control(key="report_rule").set_value("named").run()
    page.multiselect(key="report_ids").set_value(["i4"]).run()
    assert not page.exception and say("report.case", place=1, total=1, id="i4") in previewed(page)


def test_without_marks_it_says_how_to_mark(own):
    page = open_page("Report", run="two")
    page.segmented_control(key="report_rule").set_value("marked").run()
    assert not page.exception and page.info[0].value == say("report_page.none_marked")


def test_marked_cases_stand_with_their_notes(own):
    mark_case(own, "i3", "bridge", "<b>shadow</b>")
    page = open_page("Report", run="two")
    page.segmented_control(key="report_rule").set_value("marked").run()
    assert not page.exception
    assert "&lt;b&gt;shadow&lt;/b&gt;" in previewed(page)


def test_what_is_noted_in_the_table_is_kept_beside_the_run(own, monkeypatch):
    mark_case(own, "i1", "old")
    mark_case(own, "i2", "stays")
    edits = {0: {"note": "new note"}, 1: {"tag": "glare"}, 2: {"marked": False}, 3: {"tag": ""}}
    state = {"table": {"edited_rows": edits}}
    monkeypatch.setattr(report_page.st, "session_state", state)
    run = load_run(own)
    report_page.keep_notes("table", run, "box", ("i1", "i5", "i2", "i6"), read_cases(own))
    kept = read_cases(own)
    assert set(kept) == {"i1", "i5"}
    assert (kept["i1"].tag, kept["i1"].note) == ("old", "new note")
    assert (kept["i5"].tag, kept["i5"].prompt) == ("glare", "box")


def test_the_table_edits_the_reviewers_own_entries_and_shows_those_of_others(own, monkeypatch):
    mark_case(own, "i1", "shadow", reviewer="Ana")
    state = {"table": {"edited_rows": {0: {"note": "fine to me"}}}, "reviewer_name": "Ben"}
    monkeypatch.setattr(report_page.st, "session_state", state)
    report_page.keep_notes("table", load_run(own), "box", ("i1",), {})
    entries = read_entries(own)
    assert entries["i1", "Ana"].tag == "shadow"
    assert (entries["i1", "Ben"].note, entries["i1", "Ben"].judgment) == ("fine to me", "note")
    monkeypatch.undo()


def test_a_report_can_use_the_marks_of_one_reviewer(own):
    mark_case(own, "i1", "shadow", reviewer="Ana")
    mark_case(own, "i3", "glare", reviewer="Ben")
    page = open_page("Report", run="two")
    page.segmented_control(key="report_rule").set_value("marked").run()
    page.selectbox(key="report_reviewer").select("@Ben").run()
    assert not page.exception and page.dataframe[0].value["id"].tolist() == ["i3"]


def test_files_are_made_once_and_can_be_downloaded(own):
    page = open_page("Report", run="two")
    page.number_input(key="report_n").set_value(2).run()
    page.button(key="report_make").click().run()
    assert not page.exception and not page.error
    download = say("report_page.download", form=say("report_page.form_html"))
    assert [one.label for one in page.get("download_button")] == [download]
    assert not [one for one in page.button if one.key == "report_make"]


def test_made_files_are_kept_until_a_note_changes(own):
    run, request, told = load_run(own), ReportRequest(CaseRule(n=1), date="2026-01-01"), []
    make_files(run, request, "en", ["html", "markdown"], told.append)
    assert set(made_files(run, request, "en")) == {"html", "markdown"}
    assert [(step.what, step.done, step.total) for step in told] == [
        ("html", 0, 1),
        ("html", 1, 1),
        ("markdown", 0, 1),
    ]
    mark_case(own, "i1", "new")
    assert not made_files(run, request, "en")


def test_a_zip_of_the_same_files_has_the_same_bytes(tmp_path):
    for name in ("b", "a"):
        (tmp_path / name).write_text(name)
    assert zipped(tmp_path) == zipped(tmp_path)


def test_more_cases_and_a_pdf_take_longer():
    assert seconds_needed(5, ["csv"]) < seconds_needed(5, ["html"]) < seconds_needed(9, ["html", "pdf"])
