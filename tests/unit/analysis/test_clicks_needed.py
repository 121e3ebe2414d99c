"""Clicks until a mask is good enough, counted as the literature counts them."""

from dataclasses import replace

import pandas as pd
import pytest

from floodeval.analysis.clicks_needed import click_curve, click_prompts, clicks_needed, clicks_saved
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, load_run
from floodeval.evaluation.run_tables import DETAILS
from floodeval.sam.prompts import parse_prompt
from tests.support.fake_run import draw_dataset, write_run

IOUS = {  # three clicks were allowed; `b` on the first photograph had nothing left to correct after one
    ("a", "i0"): [0.5, 0.7, 0.8],
    ("a", "i1"): [0.4, 0.5, 0.6],
    ("b", "i0"): [1.0],
    ("b", "i1"): [0.6, 0.86, 0.84],
}


@pytest.fixture
def run(tmp_path) -> Run:
    dataset = draw_dataset(tmp_path / "pools", ["i0", "i1"])
    made = load_run(write_run(tmp_path / "run", dataset))
    rows = [
        (sample, f"s{sample}", variant, "clicks:max=3", click, 0.0, 0.0, True, iou)
        for (variant, sample), ious in IOUS.items()
        for click, iou in enumerate(ious, start=1)
    ]
    pd.DataFrame(rows, columns=list(DETAILS["clicks"])).to_parquet(made.folder / "clicks.parquet")
    variants = tuple(replace(made.info.variants[0], name=name) for name in "ab")
    return replace(made, info=replace(made.info, variants=variants, prompts=(parse_prompt("clicks:max=3"),)))


def test_the_curve_keeps_the_last_iou_where_nothing_was_left_to_correct(run):
    curve = click_curve(run).set_index(["variant", "click"])["iou"]
    assert curve["a"].tolist() == pytest.approx([0.45, 0.6, 0.7])
    assert curve["b"].tolist() == pytest.approx([0.8, 0.93, 0.92])


def test_a_photograph_that_never_gets_there_counts_with_all_clicks_and_is_told_apart(run):
    needed = clicks_needed(run).set_index(["variant", "target"])
    assert needed.loc[("a", 0.80), "noc"] == 3  # reached by the third click, and never
    assert needed.loc[("a", 0.80), "share_never"] == 0.5
    assert needed.loc[("a", 0.85), "n_never"] == 2
    assert needed.loc[("b", 0.85), "noc"] == pytest.approx(1.5)
    assert needed.loc[("b", 0.85), "n_never"] == 0


def test_clicks_saved_are_counted_where_both_reach_the_target_and_the_others_are_named(run):
    saved = clicks_saved(run, targets=(0.55, 0.80, 0.85)).set_index("target")
    assert saved.loc[0.55, "saved"] == pytest.approx((1 + 2) / 2)
    assert saved.loc[0.55, "ci_low"] <= 1.5 <= saved.loc[0.55, "ci_high"]
    unreached = ["n", "n_only_a", "n_only_b", "n_neither"]
    assert saved.loc[0.55, unreached].tolist() == [2, 0, 0, 0]
    assert saved.loc[0.80, ["saved", *unreached]].tolist() == [2, 1, 0, 1, 0]  # not 3 clicks for the second
    assert saved.loc[0.85, unreached].tolist() == [0, 0, 2, 0]
    assert pd.isna(saved.loc[0.85, "saved"])
    assert (saved["a"] + saved["b"] == "ab").all()
    assert saved["verdict"].tolist() == ["too_few_scenes", "too_few_scenes", "undecided"]


def test_a_run_without_clicks_has_no_curve_and_one_that_lost_its_table_says_so(run, tmp_path):
    plain = replace(run, info=replace(run.info, prompts=(parse_prompt("box"),)))
    assert click_prompts(plain) == []
    assert click_curve(plain).empty
    assert clicks_needed(plain).empty
    assert clicks_saved(plain).empty
    (run.folder / "clicks.parquet").unlink()
    with pytest.raises(FloodevalError, match=r"no clicks\.parquet"):
        click_curve(run)


def test_a_click_that_stands_twice_in_the_table_is_refused(run):
    table = run.table("clicks")
    pd.concat([table, table.head(1)]).to_parquet(run.folder / "clicks.parquet")
    with pytest.raises(FloodevalError, match="twice"):
        click_curve(run)
