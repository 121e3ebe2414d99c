"""The home page answers in its first sentences, and everything that it counts can be opened."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from floodeval.analysis.pairing import OUTCOMES
from floodeval.analysis.requirements import REQUIREMENTS, Requirements
from floodeval.analysis.requirements_file import read_requirements
from floodeval.dashboard.pages.home.cost_and_provenance import seconds_words, training_words
from floodeval.dashboard.pages.home.verdict_line import BADGES, interval_words
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_parts import Group
from floodeval.i18n.catalog import say
from tests.support import fake_run
from tests.support.fake_run import draw_dataset, write_run
from tests.support.pages import open_page, says, words
from tests.support.set_runs import write_set_run
from tests.support.wording import holds, said, within

COST = {
    "training_s": np.nan,
    "epochs": np.nan,
    "parameters": 9_800_000,
    "trained_parameters": 0,
    "encode_ms": 500.0,
    "decode_ms": 40.0,
}


def links(page):
    return [link.value for link in page.page_link]


def tables(page):
    """Every table of words, as rows of cells, the heads first."""
    roots = (ElementTree.fromstring(node.proto.body) for node in page.get("html"))
    found = [root.find("table") for root in roots]
    return [
        [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
        for table in found
        if table is not None
    ]


def headings(page):
    return [one.value for one in page.markdown if str(one.value).startswith("####")]


def write_good_run(results, tmp_path, **more):
    """A run of more photographs than the requirements ask for scenes; B is nearly right."""
    pools = draw_dataset(tmp_path / "pools", [f"i{n}" for n in range(22)], sizes=[(60, 96)])
    return write_run(results / "runs" / "r", pools, **more)


@pytest.mark.usefixtures("dashboard_files")
def test_the_first_sentence_is_about_the_best_field_prompt():
    page = open_page("Home", run="two", prompt="box")
    assert holds(page.title[0].value, "home.title_too_few", a="pretrained", b="finetuned", scenes="15")
    assert says(page, "heading.prompt", prompt="`full`")
    assert says(page, "home.sidebar_prompt", prompt="`box`")
    counts = {"photographs": say("counts.photograph", n=15), "scenes": say("counts.scene", n=15)}
    assert says(page, "home.verdict", **counts, gap=said("home.gap_interval"))


def test_without_a_field_prompt_the_first_sentence_names_the_ground_truth(results, tmp_path):
    write_good_run(results, tmp_path, prompts=("box",))
    assert holds(open_page("Home").title[0].value, "home.title_prompted", b="finetuned")


def test_a_variant_that_is_good_enough_is_said_to_map_the_floods(results, tmp_path):
    write_good_run(results, tmp_path)
    page = open_page("Home")
    assert holds(page.title[0].value, "home.title_meets", a="pretrained", b="finetuned")
    assert say("requirements.verdict_meets_all")[1:] in words(page)
    rows = [link for link in page.page_link if any(holds_label(link, name) for name in REQUIREMENTS)]
    assert len(rows) == len(REQUIREMENTS)  # each opens its evidence
    swapped = open_page("Home", a="finetuned", b="pretrained")
    assert holds(swapped.title[0].value, "home.title_fails", a="finetuned", b="pretrained")


def holds_label(link, name):
    key = "short" if name == "failures" else "label"
    return link.value.endswith(say(f"requirements.{key}_{name}"))


def form():
    """The dialog's content as a page of its own: a test clicks through no dialog."""
    from floodeval.dashboard.pages.home.home_queries import stated_requirements
    from floodeval.dashboard.pages.home.requirements_form import draw_form
    from floodeval.dashboard.state.sidebar import Sidebar

    selection = Sidebar(frozenset(), wants_id=False).choose()
    draw_form(selection, stated_requirements(selection).requirements)


def test_edited_requirements_are_kept_with_the_run_and_change_the_verdict(results, tmp_path):
    folder = write_good_run(results, tmp_path)
    page = AppTest.from_function(form, default_timeout=20).run()
    page.button(key="requirements_save").click().run()
    assert read_requirements(load_run(folder)) == Requirements()  # what is not edited stays as it was
    page.number_input(key="requirement_iou").set_value(0.99)
    page.number_input(key="requirement_missed_water").set_value(12.5)  # percent
    page.number_input(key="requirement_seconds").set_value(None)
    page.button(key="requirements_save").click().run()
    assert not page.exception and not page.error
    assert read_requirements(load_run(folder)) == Requirements(iou=0.99, missed_water=0.125, seconds=None)
    assert holds(open_page("Home").title[0].value, "home.title_fails")
    page.button(key="requirements_defaults").click().run()
    assert read_requirements(load_run(folder)) == Requirements()


def test_a_saved_failure_threshold_replaces_the_one_chosen_before(results, tmp_path):
    folder = write_good_run(results, tmp_path)
    page = AppTest.from_function(form, default_timeout=20)
    page.session_state["failure"] = "0.6"
    page.run()
    assert page.number_input(key="requirement_failure_iou").value == 0.6
    page.number_input(key="requirement_failure_iou").set_value(0.7)
    page.button(key="requirements_save").click().run()
    assert read_requirements(load_run(folder)).failure_iou == 0.7
    assert page.number_input(key="requirement_failure_iou").value == 0.7
    assert page.session_state["failure"] is None


def test_requirements_that_nothing_is_left_of_are_refused_in_the_form(results, tmp_path):
    folder = write_good_run(results, tmp_path)
    page = AppTest.from_function(form, default_timeout=20).run()
    for name in REQUIREMENTS:
        page.number_input(key=f"requirement_{name}").set_value(None)
    page.button(key="requirements_save").click().run()
    assert len(page.error) == 1
    assert not (folder / "requirements.toml").exists()


def test_a_form_that_was_open_saves_nothing_once_the_dashboard_is_read_only(results, tmp_path, monkeypatch):
    folder = write_good_run(results, tmp_path)
    page = AppTest.from_function(form, default_timeout=20).run()
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    page.button(key="requirements_save").click().run()
    assert len(page.error) == 1
    assert not (folder / "requirements.toml").exists()


def test_a_read_only_dashboard_states_requirements_and_edits_none(results, tmp_path, monkeypatch):
    write_good_run(results, tmp_path)
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    page = open_page("Home")
    assert say("home.requirements") in words(page)
    assert "edit_requirements" not in [button.key for button in page.button]


def test_requirements_that_cannot_be_read_are_said_and_the_page_goes_on(results, tmp_path):
    folder = write_good_run(results, tmp_path)
    (folder / "requirements.toml").write_text("iou = nan\n")
    page = open_page("Home")
    assert not page.exception
    assert "requirements" in page.error[0].value and "nan" in page.error[0].value
    assert f"#### {say('home.how_well')}" in headings(page)


def outcome_links(page):
    """The number of photographs and the link of each outcome, by its title."""
    found = [(within("home.outcome", link.value), link) for link in page.page_link if "**" in link.value]
    return {values["title"]: (int(values["n"]), link) for values, link in found if values}


@pytest.mark.usefixtures("dashboard_files")
def test_every_outcome_that_holds_images_opens_them():
    page = open_page("Home", run="two")
    found = outcome_links(page)
    assert set(found) == {say(f"outcomes.{name}") for name in OUTCOMES}
    assert sum(n for n, _ in found.values()) == 15
    assert all(link.proto.disabled == (n == 0) for n, link in found.values())
    for name in OUTCOMES:
        assert f"quadrant={name}" in found[say(f"outcomes.{name}")][1].proto.query_string


@pytest.mark.usefixtures("dashboard_files")
def test_the_cost_stands_beside_the_gain_with_a_link_to_all_of_it():
    page = open_page("Home", run="two")
    assert f"##### {say('home.cost_of', variant='finetuned')}" in headings(page)
    assert f"{say('home.cost_seconds')}: **0.00 s**" in words(page)
    assert say("home.cost_more") in links(page)


@pytest.mark.usefixtures("dashboard_files")
def test_every_prompt_stands_with_its_gap_and_whether_it_uses_the_truth():
    page = open_page("Home", run="two")
    heads, *rows = tables(page)[0]
    prompt, uses, gap = (say(f"home.column_{what}") for what in ("prompt", "uses", "gap"))
    assert heads == [prompt, uses, "A → B", gap, "n"]
    assert {row[0]: row[1] for row in rows} == {"box": say("home.yes"), "full": say("home.no")}
    signed = re.compile(r"[+−±][\d.]+")
    interval = said("home.gap_within", gap=signed, low=signed, high=signed)
    assert all(interval.fullmatch(row[3]) and row[4] == "15" for row in rows)


@pytest.mark.usefixtures("dashboard_files")
def test_report_reasons_and_doubtful_images_are_one_click_away():
    page = open_page("Home", run="two")
    for way in ("worst", "subgroups", "spread", "report"):
        assert say(f"home.way_{way}") in links(page)
    cards = [link for link in links(page) if holds(link, "home.open_one", name=re.compile("`.+`"))]
    assert cards and len(page.get("image")) == len(cards)


@pytest.mark.usefixtures("dashboard_files")
def test_one_variant_has_no_gap_and_no_gain():
    page = open_page("Home", run="one")
    assert holds(page.title[0].value, "home.title_too_few_alone", b="pretrained")
    assert f"##### {say('home.cost_of', variant='pretrained')}" in headings(page)
    assert set(outcome_links(page)) == {say(f"outcomes.single_{name}") for name in ("both_fail", "both_good")}
    assert {say("home.way_worst_alone"), say("home.way_subgroups_alone")} <= set(links(page))


@pytest.mark.usefixtures("dashboard_files")
def test_without_water_it_says_why_there_is_no_iou():
    page = open_page("Home", run="dry")
    assert page.title[0].value == say("home.no_iou")
    assert says(page, "home.no_iou_why")
    assert {n for n, _ in outcome_links(page).values()} == {0}


def test_one_scene_has_a_gap_without_an_interval(results, tmp_path):
    write_run(results / "runs" / "r", draw_dataset(tmp_path / "pools", ["a"]))
    page = open_page("Home")
    assert holds(page.title[0].value, "home.title_too_few", scenes=1)
    assert says(page, "verdicts.few", scenes=1)


@pytest.mark.slow
@pytest.mark.usefixtures("dashboard_files")
def test_flagged_pairs_are_doubtful_and_the_verdict_without_them_is_said():
    page = open_page("Home", run="doubtful")
    assert says(page, "home.flagged", pairs=say("counts.flagged_pair", n=1))
    assert says(page, "home.review_flagged_count", n=1)
    page.segmented_control(key="flagged").set_value("out").run()
    assert not page.exception
    assert not says(page, "home.flagged") and not says(page, "home.review_flagged_count")


def test_a_worse_variant_is_called_worse(results, tmp_path):
    pools = draw_dataset(tmp_path / "pools", list("abcdef"))
    write_run(results / "runs" / "r", pools)
    page = open_page("Home", a="finetuned", b="pretrained")
    assert f"{BADGES['worse']} {say('home.badge_worse')}]" in words(page)


def test_a_leak_is_said_above_the_verdict(results, tmp_path):
    folder = write_run(results / "runs" / "r", draw_dataset(tmp_path / "pools", list("abc")))
    fake_run.say(folder, leaks={"finetuned": ["a"]})
    leak = say("heading.leak", variant="finetuned", leaked=1, total=3)
    assert open_page("Home").error[0].value == leak


def trained(took, epochs):
    return say("home.trained_for", took=took, epochs=epochs)


def test_costs_are_said_in_the_unit_that_fits():
    assert training_words(COST) == say("home.untrained")
    assert training_words(COST | {"training_s": 40.0, "epochs": 3}) == trained("40 s", 3)
    assert training_words(COST | {"training_s": 1260.0, "epochs": 15}) == trained("21 min", 15)
    assert training_words(COST | {"training_s": 9000.0, "epochs": 15}) == trained("2.5 h", 15)
    assert training_words(COST | {"trained_parameters": np.nan}) == "–"
    assert seconds_words(COST) == "0.54 s"
    assert seconds_words(COST | {"encode_ms": np.nan}) == say("home.decode_only", seconds="0.04 s")


def test_an_interval_that_is_not_there_is_not_invented():
    assert interval_words(0.1, None, None) == interval_words(0.1, np.nan, np.nan)
    shown = say("home.gap_interval", gap="+0.100", low="±0.000", high="+0.200")
    assert interval_words(0.1, 0.0, 0.2) == shown


def test_the_retention_of_a_group_is_that_of_its_worst_other_set(results):
    group = Group("all", ("aerial", "objects"), "aerial")
    noise = np.linspace(-0.02, 0.02, 22)

    def write(name, pretrained, finetuned):
        scores = {"pretrained": {"full": pretrained + noise}, "finetuned": {"full": finetuned + noise}}
        write_set_run(results / "runs" / name, scores, group=group)

    write("objects", 0.8, 0.6)
    write("aerial", 0.4, 0.8)
    page = open_page("Home", run="aerial")
    assert not page.exception
    assert "**75%**" in words(page)
    assert holds(page.title[0].value, "home.title_fails")  # 90% are required


@pytest.mark.usefixtures("dashboard_files")
def test_b_keeps_following_the_prompt_of_a_when_the_page_runs_again():
    page = open_page("Home", run="two", prompt="box").run()
    assert page.session_state["prompt_b"] == ""
    page.selectbox(key="prompt").select("full").run()
    assert not says(page, "heading.prompt_b")
