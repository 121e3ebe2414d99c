"""The home page answers in its first sentences, and everything that it counts can be opened."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from floodeval.ui.home.price import parameters_words, seconds_words, training_words
from floodeval.ui.home.verdict import interval_words
from tests.support.fake_run import draw_dataset, say, write_run
from tests.support.pages import open_page, words

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
    assert "in mean IoU" in page.title[0].value
    said = words(page)
    assert "over 15 photographs of 15 scenes: gap" in said and "95 % interval" in said
    assert "Without ground truth, as in the field (prompt `full`)" in said


@pytest.mark.usefixtures("dashboard_files")
def test_with_a_prompt_of_the_field_the_verdict_is_said_once():
    assert "as in the field (prompt" not in words(open_page("Home", run="two", prompt="full"))


@pytest.mark.usefixtures("dashboard_files")
def test_every_quadrant_that_holds_images_opens_them():
    page = open_page("Home", run="two")
    quadrants = {metric.label: metric.value for metric in page.metric}
    counts = {label: int(value.split(" of ")[0]) for label, value in quadrants.items()}
    assert set(counts) == {"Fixed", "Regressed", "Both fail", "Both good"} and sum(counts.values()) == 15
    opened = [link for link in links(page) if link.startswith("Open ") and "image" in link]
    assert len(opened) == sum(n > 0 for n in counts.values())


@pytest.mark.usefixtures("dashboard_files")
def test_the_cost_stands_beside_the_gain_with_a_link_to_all_of_it():
    page = open_page("Home", run="two")
    assert "#### What the gain costs" in headings(page)
    cost = tables(page)[0]
    assert cost[0] == ["", "pretrained (A)", "finetuned (B)"]
    assert [row[0] for row in cost[1:]] == [
        "Fine-tuning, once",
        "Parameters trained",
        "Checkpoint",
        "Per photograph",
        "Peak memory",
    ]
    assert "The cost with every prompt" in links(page) and cost[4][2] == "0.00 s"


@pytest.mark.usefixtures("dashboard_files")
def test_every_prompt_stands_with_its_gap_and_whether_it_uses_the_truth():
    page = open_page("Home", run="two")
    heads, *rows = tables(page)[1]
    assert heads == ["prompt", "uses the truth", "A → B", "gap, with its 95 % interval", "n"]
    assert {row[0]: row[1] for row in rows} == {"box": "yes", "full": "no"}
    assert all(re.fullmatch(r"[+−±][\d.]+ \(.* to .*\)", row[3]) and row[4] == "15" for row in rows)


@pytest.mark.usefixtures("dashboard_files")
def test_report_reasons_and_doubtful_images_are_one_click_away():
    page = open_page("Home", run="two")
    for way in ("Largest losses first", "Where the gain comes from", "How it is spread", "Write the report"):
        assert way in links(page)
    cards = [link for link in links(page) if link.startswith("Open `")]
    assert cards and len(page.get("image")) == len(cards)
    assert "doubtful images](#doubtful)" in words(page)


@pytest.mark.usefixtures("dashboard_files")
def test_one_variant_has_no_gap_and_no_gain():
    page = open_page("Home", run="one")
    assert "reaches a mean IoU of" in page.title[0].value
    assert "#### What it costs" in headings(page) and len(tables(page)[0][0]) == 2
    assert {metric.label for metric in page.metric} == {"Fails", "Good"}
    assert {"Lowest scores first", "Where it is weak"} <= set(links(page))


@pytest.mark.usefixtures("dashboard_files")
def test_without_water_it_says_why_there_is_no_iou():
    page = open_page("Home", run="dry")
    assert page.title[0].value == "No photograph here has an IoU"
    assert "missing by definition" in words(page)
    assert {metric.value for metric in page.metric} == {"0 of 0"}


def test_one_scene_has_a_gap_without_an_interval(results, tmp_path):
    write_run(results / "runs" / "r", draw_dataset(tmp_path / "pools", ["a"]))
    page = open_page("Home")
    assert page.title[0].value.startswith("Too few scenes (1) to decide")
    assert "too few scenes (1) to decide" in words(page)


@pytest.mark.usefixtures("dashboard_files")
def test_flagged_pairs_are_doubtful_and_the_verdict_without_them_is_said():
    page = open_page("Home", run="doubtful")
    assert "**1 flagged pair**: the audit doubts the truth" in words(page)
    assert "1 whose truth the audit doubts" in words(page)
    page.segmented_control(key="flagged").set_value("out").run()
    assert not page.exception and "the audit doubts" not in words(page)


def test_a_worse_variant_is_called_worse(results, tmp_path):
    pools = draw_dataset(tmp_path / "pools", list("abcdef"))
    write_run(results / "runs" / "r", pools)
    page = open_page("Home", a="finetuned", b="pretrained")
    assert page.title[0].value.startswith("pretrained is worse than finetuned, by")


def test_a_leak_is_said_above_the_verdict(results, tmp_path):
    folder = write_run(results / "runs" / "r", draw_dataset(tmp_path / "pools", list("abc")))
    say(folder, leaks={"finetuned": ["a"]})
    assert "was trained on 1 of the 3 samples" in open_page("Home").error[0].value


def test_costs_are_said_in_the_unit_that_fits():
    assert training_words(COST) == "none"
    assert training_words(COST | {"training_s": 40.0, "epochs": 3}) == "40 s, 3 epochs"
    assert training_words(COST | {"training_s": 1260.0, "epochs": 15}) == "21 min, 15 epochs"
    assert training_words(COST | {"training_s": 9000.0, "epochs": 15}) == "2.5 h, 15 epochs"
    assert training_words(COST | {"trained_parameters": np.nan}) == "–"
    assert parameters_words(COST | {"trained_parameters": 4_058_340}) == "4.1 of 9.8 million"
    assert seconds_words(COST) == "0.54 s"
    assert seconds_words(COST | {"encode_ms": np.nan}) == "0.04 s, decoding alone"


def test_an_interval_that_is_not_there_is_not_invented():
    assert interval_words(0.1, None, None) == interval_words(0.1, np.nan, np.nan)
    assert "95 %" in interval_words(0.1, 0.0, 0.2)
