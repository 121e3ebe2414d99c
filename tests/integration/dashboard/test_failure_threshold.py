"""The failure threshold: one control for outcomes on all pages, in links and in the report."""

import base64
import re

import numpy as np
import pytest

from floodeval.analysis.pairing import OUTCOMES, outcome_of, paired
from floodeval.analysis.requirements import Requirements
from floodeval.analysis.requirements_file import write_requirements
from floodeval.dashboard.navigation import PAGES
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.viz.wording import outcome_title
from tests.support.pages import open_page, says, words
from tests.support.set_runs import write_set_run
from tests.support.wording import holds


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


def report_of(page):
    (frame,) = page.get("iframe")
    return base64.b64decode(frame.proto.src.partition("base64,")[2]).decode()


def report_says(page, key, **values):
    return say(key, **values) in report_of(page)


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


@pytest.mark.usefixtures("dashboard_files")
def test_the_runs_own_threshold_is_the_default():
    page = open_page("Worst cases", run="three")
    assert page.number_input(key="failure_shown").value == 0.7 and "failure" not in page.query_params


@pytest.mark.usefixtures("dashboard_files")
def test_the_report_has_the_threshold():
    page = open_page("Report", run="two", prompt="box", failure="0.85")
    assert report_says(page, "report.outcomes", threshold="0.85")
    assert "--failure-threshold 0.85" in report_of(page)


@pytest.fixture
def middling(results):
    """The folder of a run: A has an IoU of 0.4, B of 0.55 on 3 of 22 photographs and of 0.9 on the others."""
    finetuned = np.where(np.arange(22) < 3, 0.55, 0.9)
    scores = {"pretrained": {"full": np.full(22, 0.4)}, "finetuned": {"full": finetuned}}
    return write_set_run(results / "runs" / "r", scores)


def require(folder, failure_iou):
    """State that at most 5% of the photographs may be failures, and that nobody corrects them."""
    left_out = dict.fromkeys(("iou", "missed_water", "false_water", "seconds", "retention"))
    stated = Requirements(**left_out, failures=0.05, failure_iou=failure_iou, reviewed=0.0)
    write_requirements(load_run(folder), stated)


def outcomes_on_home(page):
    """How many photographs each outcome has; those without any are left out."""
    titles = {outcome_title(name, single=False): name for name in OUTCOMES}
    numbered = (re.fullmatch(r"\*\*(\d+)\*\* (.*)", link.value) for link in page.page_link)
    found = {titles[one[2]]: int(one[1]) for one in numbered if one and one[2] in titles}
    return {name: n for name, n in found.items() if n}


STRICT, LENIENT = {"fixed": 19, "both_fail": 3}, {"fixed": 22}


def test_requirements_state_the_threshold_of_the_outcomes_on_all_pages(middling):
    require(middling, 0.5)
    assert outcomes_on_home(open_page("Home")) == LENIENT
    assert shown_counts(open_page("Worst cases")) == LENIENT
    require(middling, 0.6)
    home, worst = open_page("Home"), open_page("Worst cases")
    assert outcomes_on_home(home) == STRICT and shown_counts(worst) == STRICT
    assert all(page.number_input(key="failure_shown").value == 0.6 for page in (home, worst))
    assert "failure" not in home.query_params
    assert report_says(open_page("Report"), "report.outcomes", threshold="0.6")


def test_the_report_has_the_chosen_threshold_also_where_it_is_the_runs_own(middling):
    require(middling, 0.6)
    page = open_page("Report", failure="0.5")
    assert report_says(page, "report.outcomes", threshold="0.5")
    assert "--failure-threshold 0.5" in report_of(page)


def test_the_control_overrides_the_requirements_for_verdict_and_outcomes_alike(middling):
    require(middling, 0.6)
    page = open_page("Home")
    assert holds(page.title[0].value, "home.title_fails") and outcomes_on_home(page) == STRICT
    page.number_input(key="failure_shown").set_value(0.5).run()
    assert holds(page.title[0].value, "home.title_meets") and outcomes_on_home(page) == LENIENT
    assert page.query_params["failure"] == "0.5"
    linked = open_page("Home", failure="0.5")
    assert holds(linked.title[0].value, "home.title_meets") and outcomes_on_home(linked) == LENIENT
    page.switch_page(PAGES["Worst cases"].script).run()
    assert shown_counts(page) == LENIENT
    page.number_input(key="failure_shown").set_value(0.6).run()  # as required, so links need not say it
    assert shown_counts(page) == STRICT and "failure" not in page.query_params
