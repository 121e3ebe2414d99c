"""Slices: cut by what samples are like, and the weakest of many found without being fooled."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.analysis.subgroups import (
    CATEGORIES,
    NUMBERS,
    Subgroup,
    compare_subgroups,
    cut_subgroups,
    error_table,
    weakest,
    weakest_subgroups,
    with_traits,
)
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.metrics.error_types import ERROR_KINDS
from tests.support.fake_run import draw_dataset, write_run


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def run(tmp_path):
    dataset = draw_dataset(tmp_path / "pools", [f"i{i}" for i in range(12)])
    return load_run(write_run(tmp_path / "run", dataset))


def traits(n: int, **given) -> pd.DataFrame:
    plain = dict.fromkeys(NUMBERS, [0.0] * n) | {name: ["brown"] * n for name in CATEGORIES}
    return pd.DataFrame(plain | given)


def inside(values: pd.Series, low: float | None, high: float | None) -> pd.Series:
    return (values >= (-np.inf if low is None else low)) & (values < (np.inf if high is None else high))


def test_a_number_is_cut_near_its_thirds_with_round_bounds():
    found = {
        one.part: one
        for one in cut_subgroups(traits(9, haze=[9, 8, 7, 6, 5, 4, 3, 2, 1]))
        if one.trait == "haze"
    }
    assert {name: (one.low, one.high) for name, one in found.items()} == {
        "low": (None, 4),
        "middle": (4, 7),
        "high": (7, None),
    }
    assert found["high"].name == "haze high (7 or more)"
    assert found["low"].members.tolist() == [False] * 6 + [True] * 3


def test_colors_are_slices_by_name_and_what_all_samples_share_is_none():
    found = cut_subgroups(traits(8, water_colour=["brown"] * 4 + ["grey"] * 3 + [None]))
    assert [one.name for one in found] == ["water_colour brown", "water_colour grey"]


@given(st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=1, max_size=40))
def test_each_known_value_is_in_one_slice_and_equal_values_stay_together(values):
    table = traits(len(values), glare_share=[np.nan if value is None else value for value in values])
    found = [one for one in cut_subgroups(table) if one.trait == "glare_share"]
    times = np.sum([one.members for one in found], axis=0) if found else np.zeros(len(values))
    assert (times <= 1).all()
    assert not times[table["glare_share"].isna().to_numpy()].any()
    for one in found:
        assert (inside(table["glare_share"], one.low, one.high) == one.members).all()


def test_slices_of_a_run_say_scores_and_gap_with_intervals(run):
    found = compare_subgroups(run, "pretrained", "finetuned", "box")
    table = with_traits(run, "pretrained", "finetuned", "box")
    one = found[(found["trait"] == "water_share") & (found["part"] == "high")].iloc[0]
    rows = table[inside(table["water_share"], one["low"], None)]
    assert np.isnan(one["high"]) and one["n"] == one["n_scenes"] == len(rows)
    assert one["mean_a"] == pytest.approx(rows["iou_a"].mean())
    assert one["gap"] == pytest.approx(rows["iou_gap"].mean())
    assert one["gap_low"] <= one["gap"] <= one["gap_high"]


def test_a_run_without_traits_says_how_to_get_them(run):
    (run.folder / "traits.parquet").unlink()
    with pytest.raises(FloodevalError, match="evaluate it again with force=True"):
        compare_subgroups(run, "pretrained", "finetuned", "box")


def random_slices(rng: np.random.Generator, n: int) -> list[Subgroup]:
    table = traits(n, **{name: rng.uniform(size=n) for name in NUMBERS})
    return cut_subgroups(table)


@pytest.mark.heavy
def test_where_no_slice_is_weak_one_is_named_in_few_of_many_runs():
    """Of 100 runs without any weak slice, in which a hundred slices are looked at, few may name one."""
    fooled = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        scores = pd.Series(rng.beta(6, 2, 45))
        found = weakest(random_slices(rng, 45), scores, pd.Series(np.arange(45)))
        fooled += bool((found["p_adjusted"] < 0.05).any())
    assert found.attrs["n_looked"] > 100
    assert fooled <= 10


def test_a_planted_weak_slice_is_found_first():
    rng = np.random.default_rng(7)
    table = traits(60, **{name: rng.uniform(size=60) for name in NUMBERS})
    scores = pd.Series(rng.normal(0.8, 0.08, 60))
    subgroups = cut_subgroups(table)
    planted = next(one.members for one in subgroups if (one.trait, one.part) == ("channel_width", "low"))
    scores[planted] -= 0.2
    found = weakest(subgroups, scores, pd.Series(np.arange(60)))
    assert found["slice"].iloc[0].startswith("channel_width low")
    assert found["p_adjusted"].iloc[0] < 0.01
    assert found["difference"].iloc[0] == pytest.approx(scores[planted].mean() - scores[~planted].mean())


def test_scenes_with_many_photographs_count_once():
    """Five scenes of eight photographs each: a slice of one scene is no evidence, however many pictures."""
    rng = np.random.default_rng(1)
    scenes = pd.Series(np.repeat(np.arange(8), 8))
    table = traits(64, haze=np.repeat(np.arange(8.0), 8))
    scores = pd.Series(np.where(scenes == 0, 0.2, 0.8) + rng.normal(0, 0.01, 64))
    assert not (weakest(cut_subgroups(table), scores, scenes)["p_adjusted"] < 0.05).any()


@pytest.mark.parametrize("scores", [[0.5] * 12, [np.nan] * 12, [0.1] * 6 + [np.nan] * 6])
def test_equal_or_missing_scores_have_no_weakest_slice(scores):
    rng = np.random.default_rng(0)
    found = weakest(random_slices(rng, 12), pd.Series(scores), pd.Series(range(12)))
    assert not (found["p_adjusted"] < 0.05).any()


def test_the_weakest_slices_of_a_run_are_ranked_and_the_same_each_time(run):
    found = weakest_subgroups(run, "pretrained", "finetuned", "box")
    assert found.equals(weakest_subgroups(run, "pretrained", "finetuned", "box"))
    assert found["p_adjusted"].is_monotonic_increasing
    assert (found["difference"] < 0).all()


def test_errors_are_summed_by_kind_and_their_shares_add_up(run):
    found = error_table(run)
    assert list(found["kind"][:6]) == list(ERROR_KINDS)
    of = found[(found["variant"] == "pretrained") & (found["prompt"] == "box")]
    assert of["share"].sum() == pytest.approx(1)
    rows = run.metrics.query("variant == 'pretrained' and prompt == 'box'")
    wrong = ((rows["fp"] + rows["fn"]) / (rows["width"] * rows["height"])).mean()
    assert of["frame"].sum() == pytest.approx(wrong)
    assert set(error_table(run, "full")["prompt"]) == {"full"}
