"""The failure threshold: one control for outcomes on all pages, in links and in the report."""

import base64

import pytest

from floodeval.analysis.pairing import outcome_of, paired
from floodeval.dashboard.navigation import PAGES
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from tests.support.pages import open_page, says, words

pytestmark = pytest.mark.usefixtures("dashboard_files")


def counts_at(files, threshold):
    run = load_run(files / "results" / "runs" / "two")
    table = paired(run.metrics, "pretrained", "finetuned", "box")
    return outcome_of(table["iou_a"], table["iou_b"], threshold).value_counts().to_dict()


def buttons(page):
    return {
        one.key.removeprefix("group/"): one.label
        for one in page.button
        if str(one.key).startswith("group/") and one.key != "group/all"
    }


def shown_counts(page):
    found = {name: int(label.split("(")[1].rstrip(")")) for name, label in buttons(page).items()}
    return {name: n for name, n in found.items() if n}


def test_a_link_sets_the_threshold_of_the_outcomes(dashboard_files):
    assert counts_at(dashboard_files, 0.5) != counts_at(dashboard_files, 0.85)
    page = open_page("Worst cases", run="two", prompt="box", failure="0.85")
    assert not page.exception and shown_counts(page) == counts_at(dashboard_files, 0.85)
    assert page.number_input(key="failure_shown").value == 0.85
    assert says(page, "worst_cases.group", threshold="0.85")


def test_the_control_changes_outcomes_and_the_url_and_holds_on_other_pages(dashboard_files):
    page = open_page("Worst cases", run="two", prompt="box")
    assert shown_counts(page) == counts_at(dashboard_files, 0.5) and "failure" not in page.query_params
    page.number_input(key="failure_shown").set_value(0.85).run()
    assert shown_counts(page) == counts_at(dashboard_files, 0.85)
    assert page.query_params["failure"] == "0.85"
    page.switch_page(PAGES["Home"].script).run()
    assert not page.exception
    assert says(page, "home.outcomes", threshold="0.85")
    page.number_input(key="failure_shown").set_value(0.5).run()
    assert says(page, "home.outcomes", threshold="0.5") and "failure" not in page.query_params


@pytest.mark.parametrize("asked", ["2", "0", "nan", "x", "-0.5"])
def test_a_threshold_that_is_none_is_replaced_and_reported(dashboard_files, asked):
    page = open_page("Worst cases", run="two", prompt="box", failure=asked)
    assert not page.exception and shown_counts(page) == counts_at(dashboard_files, 0.5)
    shown = {"what": say("sidebar.noun_failure"), "asked": asked, "shown": "0.5"}
    assert say("sidebar.absent", **shown) in words(page).replace("\\", "")


def test_the_runs_own_threshold_is_the_default():
    page = open_page("Worst cases", run="three")
    assert page.number_input(key="failure_shown").value == 0.7 and "failure" not in page.query_params


def test_the_report_has_the_threshold():
    page = open_page("Report", run="two", prompt="box", failure="0.85")
    (frame,) = page.get("iframe")
    html = base64.b64decode(frame.proto.src.partition("base64,")[2]).decode()
    assert say("report.outcomes", threshold="0.85") in html and "--failure-threshold 0.85" in html
