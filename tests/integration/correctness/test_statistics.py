"""Statistics that hold with few scenes: intervals, tests, the one rule for verdicts, undefined values."""

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.calibration import SIZES, cell
from floodeval.analysis.compare import compare_pair
from floodeval.analysis.pairing import averages, mean_table
from floodeval.analysis.statistics import scene_intervals
from floodeval.analysis.subgroups import Subgroup, weakest
from floodeval.analysis.verdicts import sign_flip_p
from floodeval.metrics.overlap import OVERLAP_METRICS, Counts, overlap

SHARE = 1000  # pixels of a drawn photograph


def run_table(of_a: list[Counts], of_b: list[Counts], scenes: list[int] | None = None) -> pd.DataFrame:
    """A run's table of A and B with the prompt `box`, from counts of pixels, by default a scene each."""
    rows = []
    for variant, counts in (("a", of_a), ("b", of_b)):
        for i, one in enumerate(counts):
            scores = {name: getattr(overlap(one), name) for name in OVERLAP_METRICS}
            scene = str(i if scenes is None else scenes[i])
            keys = {"id": str(i), "scene": scene, "split": "test", "variant": variant, "prompt": "box"}
            sizes = {"width": 1, "height": SHARE, "truth_share": 0.5, "score": 0.5}
            rows.append(keys | sizes | scores | vars(one))
    return pd.DataFrame(rows).astype(dict.fromkeys(OVERLAP_METRICS, float))


def with_ious(of_a: list[float], of_b: list[float], scenes: list[int] | None = None) -> pd.DataFrame:
    """The same, from IoUs: the water that is not found is missed."""
    counts = [
        [Counts(round(SHARE * iou), 0, SHARE - round(SHARE * iou), 0) for iou in of] for of in (of_a, of_b)
    ]
    return run_table(*counts, scenes)


def compared(gaps: list[float], scenes: list[int] | None = None):
    return compare_pair(with_ious([0.5] * len(gaps), [0.5 + gap for gap in gaps], scenes), "a", "b", "box")


def test_two_photographs_give_no_verdict_whatever_they_say():
    found = compared([-0.3, -0.31])
    assert (found.verdict, found.primary.reason) == ("too_few_scenes", "few_scenes")
    assert found.primary.gap == pytest.approx(-0.305)
    assert (found.primary.range_low, found.primary.range_high) == pytest.approx((-0.31, -0.3))


def test_five_scenes_that_agree_are_too_few_and_six_decide():
    gaps = [0.2, 0.25, 0.3, 0.22, 0.28, 0.24]
    assert compared(gaps[:5]).verdict == "too_few_scenes"
    assert compared(gaps).verdict == "better"
    assert compared([-gap for gap in gaps]).verdict == "worse"


def test_one_scene_of_28_pictures_does_not_decide_among_six():
    scenes = [0] * 28 + [1, 2, 3, 4, 5]
    found = compared([0.3] * 33, scenes)
    assert found.n_scenes == 6
    assert found.primary.n_effective_scenes == pytest.approx(33**2 / (28**2 + 5))
    assert found.verdict == "too_few_scenes"


def test_more_photographs_of_the_same_six_scenes_do_not_make_a_difference_surer():
    of_scene = [0.2, -0.1, 0.15, 0.05, -0.05, 0.1]
    few, many = compared(of_scene), compared(list(np.repeat(of_scene, 28)), list(np.repeat(range(6), 28)))
    assert many.primary.p == pytest.approx(few.primary.p)
    assert many.primary.ci_low == pytest.approx(few.primary.ci_low)
    assert (few.verdict, many.verdict) == ("undecided", "undecided")


def test_the_estimate_stays_the_mean_over_photographs_where_scenes_are_unequal():
    found = compared([0.1] * 10 + [0.4, 0.4], [0] * 10 + [1, 2])
    assert found.primary.gap == pytest.approx((10 * 0.1 + 2 * 0.4) / 12)


def test_a_verdict_needs_the_interval_and_the_test_to_agree():
    gaps = [0.01, 0.02, 0.01, 0.02, 0.01, 0.02, 0.4]  # the test alone finds a difference
    found = compared(gaps)
    assert found.primary.p == pytest.approx(2 / 2**7)
    assert found.primary.ci_low < 0 < found.primary.ci_high
    assert (found.verdict, found.primary.reason) == ("undecided", "interval")


def test_few_skewed_scenes_are_said_to_have_an_interval_that_may_be_too_narrow():
    assert compared([0.01, 0.02, 0.01, 0.02, 0.01, 0.02, 0.4]).primary.skew_warning
    assert not compared([0.1, 0.2, 0.3, 0.4, 0.1, 0.2, 0.3, 0.4]).primary.skew_warning


def test_other_metrics_are_judged_by_the_corrected_test_and_the_primary_by_its_own():
    found = compared([0.2, 0.25, 0.3, 0.22, 0.28, 0.24])  # p is 2 / 2^6, corrected no longer below 0.05
    assert found.metrics["iou"].verdict == "better"
    assert found.metrics["dice"].p == found.metrics["iou"].p
    assert (found.metrics["dice"].verdict, found.metrics["dice"].reason) == ("undecided", "test")


def test_the_json_of_a_comparison_says_its_verdict_why_and_on_how_many_effective_scenes():
    content = json.loads(compared([0.2, 0.25, 0.3]).to_json())
    assert content["verdict"] == content["metrics"]["iou"]["verdict"] == "too_few_scenes"
    assert content["reason"] == "few_scenes"
    assert content["n_effective_scenes"] == 3
    assert content["skew_warning"] in (True, False)


def test_a_slice_of_five_scenes_is_never_called_weak():
    scores = pd.Series([0.1] * 5 + [0.9] * 15)
    members = np.arange(20) < 5
    found = weakest([Subgroup("glare_share", "high", 0.0, 1.0, members)], scores, pd.Series(range(20)))
    assert found.attrs["n_looked"] == 0
    assert found.empty


def test_a_slice_is_weaker_where_the_permutation_test_and_the_interval_agree():
    rng = np.random.default_rng(0)
    scores = pd.Series(np.r_[rng.normal(0.3, 0.05, 10), rng.normal(0.8, 0.05, 20)])
    members = np.arange(30) < 10
    found = weakest([Subgroup("glare_share", "high", 0.0, 1.0, members)], scores, pd.Series(range(30))).iloc[
        0
    ]
    assert found["high"] < 0
    assert found["p_adjusted"] < 0.05
    assert found["verdict"] == "worse"


def test_precision_of_an_empty_prediction_and_recall_of_an_empty_truth_enter_no_mean():
    nothing_predicted, nothing_true, found = (
        Counts(0, 0, 50, 950),
        Counts(0, 50, 0, 950),
        Counts(40, 10, 0, 950),
    )
    table = run_table([nothing_predicted, nothing_true, found], [found] * 3)
    means = mean_table(table, "box").set_index(["variant", "metric"])
    assert means.loc[("a", "precision"), "mean"] == pytest.approx((0 + 0.8) / 2)
    assert tuple(means.loc[("a", "precision"), ["n", "n_missing"]]) == (2, 1)
    assert means.loc[("a", "recall"), "mean"] == pytest.approx((0 + 1) / 2)
    assert tuple(means.loc[("a", "recall"), ["n", "n_missing"]]) == (2, 1)
    assert means.loc[("a", "iou"), "mean"] == pytest.approx((0 + 0 + 0.8) / 3)
    assert averages(table).set_index(["variant", "metric"]).loc[("a", "recall"), "n"] == 2
    compared_both = compare_pair(table, "a", "b", "box").metrics
    assert (compared_both["precision"].n, compared_both["precision"].n_missing) == (2, 1)
    assert (compared_both["iou"].n, compared_both["iou"].n_missing) == (3, 0)


def test_pooled_precision_is_missing_where_nothing_was_predicted_anywhere():
    table = run_table([Counts(0, 0, 50, 950)] * 2, [Counts(0, 0, 50, 950)] * 2)
    row = averages(table).set_index(["variant", "metric"]).loc[("a", "precision")]
    assert pd.isna(row["pooled"])
    assert pd.isna(row["mean"])


def test_six_scenes_of_28_pictures_without_an_effect_rarely_look_significant():
    """The old test counted photographs and found an effect in two thirds of such runs."""
    rng, found, scenes = np.random.default_rng(0), 0, pd.Series(np.repeat(range(6), 28))
    for _ in range(400):
        gaps = np.repeat(rng.normal(0, 0.2, 6), 28) + rng.normal(0, 0.05, 168)
        found += sign_flip_p(pd.DataFrame({"iou": gaps}), scenes)["iou"] < 0.05
    assert found / 400 <= 0.06


@pytest.mark.parametrize(("n", "before"), [(6, 0.855), (10, 0.895)])
def test_intervals_of_few_scenes_hold_the_true_gap_more_often_than_the_percentile_bootstrap(n, before):
    rng, held = np.random.default_rng(1), 0
    for _ in range(1000):
        one = scene_intervals(pd.DataFrame({"iou": rng.normal(0, 0.2, n)}), pd.Series(range(n)))["iou"]
        held += one.low <= 0 <= one.high
    assert held / 1000 >= 0.93 > before


@pytest.mark.slow
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("n_scenes", [6, 10, 20, 35, 100])
@pytest.mark.parametrize("shape", ["normal", "zero-inflated", "real, `full`", "real, `box`", "log-normal"])
def test_coverage_and_false_positives_are_those_of_the_published_table(shape, n_scenes, sizes):
    """Symmetric gaps from 6 effective scenes on, every shape from 20 on; at half the table's replications."""
    found = cell(shape, sizes, n_scenes, 2000)
    noise = 0.015  # three standard errors of a share near 0.95
    assert found.verdict <= (0.06 if shape != "log-normal" or n_scenes >= 20 else 0.10) + noise
    if n_scenes >= 20 or (shape != "log-normal" and found.effective >= 5.9):
        assert found.coverage >= 0.93 - noise
    assert found.coverage >= 0.90


def test_differences_near_the_smallest_number_have_an_interval_too():
    gaps = pd.DataFrame({"iou": [7e-120, 0.0, 1e-300]})
    found = scene_intervals(gaps, pd.Series(["a", "b", "c"]))["iou"]
    assert found.low <= 7e-120 / 3 <= found.high
