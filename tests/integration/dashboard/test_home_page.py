"""The home page answers in its first sentences, and everything that it counts can be opened."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from floodeval.analysis.pairing import OUTCOMES
from floodeval.dashboard.pages.home.cost_and_provenance import parameters_words, seconds_words, training_words
from floodeval.dashboard.pages.home.page import interval_words
from floodeval.i18n.catalog import say
from tests.support import fake_run
from tests.support.fake_run import draw_dataset, write_run
from tests.support.pages import open_page, says
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


@pytest.mark.usefixtures("dashboard_files")
def test_the_verdict_stands_first_with_its_interval():
    page = open_page("Home", run="two")
    assert holds(page.title[0].value, "home.undecided_above", a="pretrained", b="finetuned")
    counts = {"photographs": say("counts.photograph", n=15), "scenes": say("counts.scene", n=15)}
    assert says(page, "home.verdict", **counts, gap=said("home.gap_interval"))
    assert says(page, "home.field", prompt="`full`")


@pytest.mark.usefixtures("dashboard_files")
def test_with_a_prompt_of_the_field_the_verdict_is_said_once():
    assert not says(open_page("Home", run="two", prompt="full"), "home.field")


@pytest.mark.usefixtures("dashboard_files")
def test_every_outcome_that_holds_images_opens_them():
    page = open_page("Home", run="two")
    outcomes = {metric.label: metric.value for metric in page.metric}
    counts = {label: int(within("home.of", value)["n"]) for label, value in outcomes.items()}
    assert set(counts) == {say(f"outcomes.{name}") for name in OUTCOMES} and sum(counts.values()) == 15
    wanted = [say("home.open", images=say("counts.image", n=n)) for n in counts.values() if n]
    opening = re.compile("|".join(f"quadrant={name}" for name in OUTCOMES))
    opened = [link.value for link in page.page_link if opening.search(link.proto.query_string)]
    assert opened == wanted


@pytest.mark.usefixtures("dashboard_files")
def test_the_cost_stands_beside_the_gain_with_a_link_to_all_of_it():
    page = open_page("Home", run="two")
    assert f"#### {say('home.cost')}" in headings(page)
    cost = tables(page)[0]
    assert cost[0] == ["", "pretrained (A)", "finetuned (B)"]
    assert [row[0] for row in cost[1:]] == [
        say(f"home.cost_{what}") for what in ("training", "trained", "checkpoint", "seconds", "memory")
    ]
    assert say("home.cost_more") in links(page) and cost[4][2] == "0.00 s"


@pytest.mark.usefixtures("dashboard_files")
def test_every_prompt_stands_with_its_gap_and_whether_it_uses_the_truth():
    page = open_page("Home", run="two")
    heads, *rows = tables(page)[1]
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
    assert says(page, "home.way_review")


@pytest.mark.usefixtures("dashboard_files")
def test_one_variant_has_no_gap_and_no_gain():
    page = open_page("Home", run="one")
    assert holds(page.title[0].value, "home.alone", a="pretrained")
    assert f"#### {say('home.cost_alone')}" in headings(page) and len(tables(page)[0][0]) == 2
    alone = {say(f"outcomes.single_{name}") for name in ("both_fail", "both_good")}
    assert {metric.label for metric in page.metric} == alone
    assert {say("home.way_worst_alone"), say("home.way_subgroups_alone")} <= set(links(page))


@pytest.mark.usefixtures("dashboard_files")
def test_without_water_it_says_why_there_is_no_iou():
    page = open_page("Home", run="dry")
    assert page.title[0].value == say("home.no_iou")
    assert says(page, "home.no_iou_why")
    assert {metric.value for metric in page.metric} == {say("home.of", n=0, known=0)}


def test_one_scene_has_a_gap_without_an_interval(results, tmp_path):
    write_run(results / "runs" / "r", draw_dataset(tmp_path / "pools", ["a"]))
    page = open_page("Home")
    levels = [f"home.too_few_{level}" for level in ("above", "below", "level")]
    assert any(holds(page.title[0].value, level, scenes=1) for level in levels)
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
    assert holds(page.title[0].value, "home.worse", a="finetuned", b="pretrained")


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
    assert parameters_words(COST | {"trained_parameters": 4_058_340}) == say(
        "home.trained_of", trained="4.1", of="9.8"
    )
    assert seconds_words(COST) == "0.54 s"
    assert seconds_words(COST | {"encode_ms": np.nan}) == say("home.decode_only", seconds="0.04 s")


def test_an_interval_that_is_not_there_is_not_invented():
    assert interval_words(0.1, None, None) == interval_words(0.1, np.nan, np.nan)
    shown = say("home.gap_interval", gap="+0.100", low="±0.000", high="+0.200")
    assert interval_words(0.1, 0.0, 0.2) == shown
