"""Several trainings of one recipe are averaged photograph by photograph; no seed is chosen."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.compare import compare_pair
from floodeval.analysis.trainings import recipe_gaps, recipe_scores, recipes_of
from floodeval.cli.commands.seeds_command import show_seeds
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, load_run
from tests.support.fake_run import draw_dataset, write_run

IDS = [f"i{n}" for n in range(6)]
SHIFTS = {"pretrained": 0.0, "plain-s0": 0.1, "plain-s1": 0.2, "encoder-s0": 0.3, "encoder-s7": 0.25}


@pytest.fixture
def run(tmp_path) -> Run:
    made = load_run(write_run(tmp_path / "run", draw_dataset(tmp_path / "pools", IDS)))
    rows = made.metrics[(made.metrics["variant"] == "pretrained") & (made.metrics["prompt"] == "box")]
    base = np.linspace(0.3, 0.5, len(rows))
    tables = [rows.assign(variant=name, iou=base + shift) for name, shift in SHIFTS.items()]
    variants = tuple(replace(made.info.variants[0], name=name) for name in SHIFTS)
    return replace(made, metrics=pd.concat(tables), info=replace(made.info, variants=variants))


def test_variants_that_differ_in_their_seed_are_one_recipe():
    assert recipes_of(("pretrained", "plain-s0", "plain-s12", "two-stage", "-s3")) == {
        "pretrained": ["pretrained"],
        "plain": ["plain-s0", "plain-s12"],
        "two-stage": ["two-stage"],
        "-s3": ["-s3"],
    }


def test_a_recipes_score_is_the_mean_of_its_trainings_with_their_spread(run):
    scores = recipe_scores(run).set_index("recipe")
    assert list(scores.index) == ["pretrained", "plain", "encoder"]
    plain = scores.loc["plain"]
    assert plain["mean"] == pytest.approx(0.4 + 0.15) and plain["n_seeds"] == 2
    assert (plain["least"], plain["most"]) == pytest.approx((0.5, 0.6))
    assert plain["spread"] == pytest.approx(np.std([0.5, 0.6], ddof=1))
    assert plain["low"] < plain["mean"] < plain["high"]
    assert np.isnan(scores.loc["pretrained", "spread"])


def test_recipe_against_recipe_is_photograph_by_photograph_over_all_seeds(run):
    gaps = recipe_gaps(run).set_index(["a", "b"])
    gap = gaps.loc[("plain", "encoder")]
    assert gap["gap"] == pytest.approx(0.275 - 0.15) and gap["n"] == len(IDS)
    assert (gap["low"], gap["high"]) == pytest.approx((0.125, 0.125))
    assert (gap["least"], gap["most"]) == pytest.approx((0.05, 0.2))
    assert len(gaps) == 3


def test_recipes_of_one_training_are_compared_as_compare_does(run):
    made = run.metrics[run.metrics["variant"].isin(["pretrained", "plain-s0"])].copy()
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, len(made))
    made["iou"] += noise
    two = replace(run, metrics=made, info=replace(run.info, variants=run.info.variants[:2]))
    gap = recipe_gaps(two).iloc[0]
    known = compare_pair(made, "pretrained", "plain-s0", "box").metrics["iou"]
    assert (gap["gap"], gap["low"], gap["high"]) == pytest.approx((known.gap, known.ci_low, known.ci_high))


def test_a_photograph_without_a_score_is_left_out_for_all(run):
    lost = (run.metrics["id"] == "i0") & (run.metrics["variant"] == "plain-s1")
    gaps = recipe_gaps(replace(run, metrics=run.metrics.assign(iou=run.metrics["iou"].where(~lost))))
    n = gaps.set_index(["a", "b"])["n"]
    assert n[("plain", "encoder")] == len(IDS) - 1 and n[("pretrained", "encoder")] == len(IDS)


def test_a_variant_without_rows_has_no_score_and_stops_nobody(run, capsys):
    lost = replace(run, metrics=run.metrics[run.metrics["variant"] != "encoder-s0"])
    scores = recipe_scores(lost).set_index("recipe")
    assert scores.loc["encoder", "n"] == 0 and np.isnan(scores.loc["encoder", "low"])
    assert scores.loc["plain", "n"] == len(IDS)
    show_seeds(lost)
    assert "plain compared with pretrained: gap +0.150" in capsys.readouterr().out


def test_an_unknown_metric_is_told_with_those_there_are(run):
    with pytest.raises(FloodevalError, match="has no metric 'tp'; expected one of iou, dice"):
        recipe_scores(run, "tp")


def test_the_table_names_seeds_spread_and_gaps(run, capsys):
    show_seeds(run)
    said = capsys.readouterr().out
    assert "encoder compared with plain: gap +0.125" in said and "single trainings +0.050 to +0.200" in said
