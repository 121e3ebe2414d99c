"""The prompts of one image on Compare: which pictures are shown, in which order, and what a click opens."""

import json

import pytest
import streamlit as st

from floodeval.dashboard.pages.compare import prompt_grid
from floodeval.dashboard.pages.compare.prompt_grid import ALL, HIDDEN, TWO, choices, ordered, shown_prompts
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import parse_prompt
from tests.support.fake_run import draw_dataset, write_run
from tests.support.pages import open_page

SPECS = ["box", "box:jitter=20", "full", "point"]


@pytest.fixture
def run(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    dataset = draw_dataset(tmp_path / "pools", list("abc"))
    return write_run(results / "runs" / "mine", dataset, prompts=SPECS)


def grid(page):
    """What the grid was given, by prompt; empty where there is none."""
    found = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    return {column["prompt"]: column for one in found if "columns" in one for column in one["columns"]}


def prompts(*specs):
    return [parse_prompt(spec) for spec in specs]


def test_point_and_box_come_first_whatever_the_runs_order():
    found = [one.spec for one in ordered(prompts(*SPECS))]
    assert found == ["point", "box", "box:jitter=20", "full"]
    assert [one.spec for one in ordered(prompts("full", "box"))] == ["box", "full"]


@pytest.mark.parametrize(
    ("specs", "wanted"),
    [
        (SPECS, [TWO, ALL, HIDDEN]),
        (["box", "point"], [TWO, HIDDEN]),
        (["box", "full"], [ALL, HIDDEN]),
        (["box", "full", "points:n=5"], [ALL, HIDDEN]),
    ],
)
def test_only_what_the_run_has_can_be_chosen(specs, wanted):
    assert choices(prompts(*specs)) == wanted


def test_a_choice_shows_its_prompts():
    all_of_them = ordered(prompts(*SPECS))
    assert [one.spec for one in shown_prompts(all_of_them, TWO)] == ["point", "box"]
    assert shown_prompts(all_of_them, ALL) == all_of_them and shown_prompts(all_of_them, HIDDEN) == []


def test_point_against_box_is_shown_with_the_iou_of_a_and_b(run):
    page = open_page("Compare", run="mine", id="b", prompt="box", grid=TWO)
    assert not page.exception
    assert list(grid(page)) == ["point", "box"]
    assert [column["current"] for column in grid(page).values()] == [False, True]
    rows = load_run(run).metrics.set_index(["id", "variant", "prompt"])["iou"]
    for spec, column in grid(page).items():
        for picture, name in zip(column["pictures"], ("pretrained", "finetuned"), strict=True):
            assert picture["source"].startswith("data:image/jpeg;base64,")
            assert picture["text"].startswith(name)
            assert picture["text"].endswith(f"IoU {rows['b', name, spec]:.3f}")
            assert spec in picture["name"]


def test_the_url_keeps_the_choice_of_prompts(run):
    page = open_page("Compare", run="mine", id="b", grid=ALL)
    assert list(grid(page)) == ["point", "box", "box:jitter=20", "full"]
    assert page.query_params["grid"] == ALL
    assert grid(open_page("Compare", run="mine", grid=HIDDEN)) == {}


@pytest.mark.parametrize("asked", [{}, {"grid": "<b>"}])
def test_no_picture_is_sent_before_it_is_asked_for(run, asked):
    page = open_page("Compare", run="mine", **asked)
    assert not page.exception and grid(page) == {}
    page.segmented_control(key=prompt_grid.CHOICE).set_value(TWO).run()
    assert list(grid(page)) == ["point", "box"] and page.query_params["grid"] == TWO


def test_the_images_of_prompts_lead_to_all_prompts_of_an_image(run):
    page = open_page("Prompts", run="mine", section="images")
    links = [link.proto.query_string for link in page.page_link if link.proto.page.endswith("Compare")]
    assert [query for query in links if "grid=all" in query]


def test_a_run_with_one_prompt_has_no_grid(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    write_run(results / "runs" / "mine", draw_dataset(tmp_path / "pools", ["a"]), prompts=["box"])
    page = open_page("Compare", run="mine", grid=ALL)
    assert not page.exception and grid(page) == {}
    assert not [one for one in page.markdown if say("compare.grid") in one.value]


@pytest.mark.parametrize("asked", ["full", None, 3, {"prompt": "box"}])
def test_a_click_opens_a_shown_prompt_and_nothing_else(monkeypatch, asked):
    state = {prompt_grid.KEY: {"open": asked}, "prompt": "box", "view": "errors"}
    monkeypatch.setattr(st, "session_state", state)
    prompt_grid._open(["point", "box"])
    assert (state["prompt"], state["view"]) == ("box", "errors")
    state[prompt_grid.KEY] = {"open": "point"}
    prompt_grid._open(["point", "box"])
    assert (state["prompt"], state["view"]) == ("point", None)
