import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from floodeval.analysis.statistics import Interval
from floodeval.analysis.verdicts import (
    average_ranks,
    find,
    holm,
    judge,
    rank_biserial,
    scenes_needed,
    sign_flip_p,
)


def of(low, high, effective=12.0) -> Interval:
    return Interval(low, high, n_scenes=12, n_effective=effective)


@pytest.mark.parametrize(
    ("interval", "p", "word", "reason"),
    [
        (of(0.1, 0.2), 0.01, "better", "agree"),
        (of(-0.2, -0.1), 0.01, "worse", "agree"),
        (of(0.1, 0.2), 0.06, "undecided", "test"),
        (of(-0.1, 0.2), 0.01, "undecided", "interval"),
        (of(0.0, 0.2), 0.01, "undecided", "interval"),
        (of(-0.1, 0.2), 0.4, "undecided", "both"),
        (of(0.1, 0.2, effective=5.99), 0.01, "too_few_scenes", "few_scenes"),
        (of(0.1, 0.2, effective=6.0), 0.01, "better", "agree"),
        (Interval(None, None, n_scenes=1, n_effective=1.0), 1.0, "too_few_scenes", "few_scenes"),
        (Interval(None, None), None, "undecided", "no_value"),
    ],
)
def test_a_verdict_needs_enough_scenes_and_the_interval_and_the_test_to_agree(interval, p, word, reason):
    assert judge(interval, p).word == word
    assert judge(interval, p).reason == reason


def test_a_shorter_distance_is_better():
    assert judge(of(-5.0, -1.0), 0.01, lower_is_better=True).word == "better"
    assert judge(of(1.0, 5.0), 0.01, lower_is_better=True).word == "worse"


def test_comparisons_that_are_read_together_are_corrected_for_their_number():
    gaps = pd.DataFrame({str(i): np.linspace(0.05, 0.15, 8) for i in range(9)})
    alone = find(gaps[["0"]], pd.Series(range(8)))["0"]
    together = find(gaps, pd.Series(range(8)))["0"]
    assert alone.p == together.p == 2 / 2**8
    assert (alone.verdict.word, together.verdict.word) == ("better", "undecided")
    assert together.p_holm == 9 * together.p


@given(st.integers(1, 500))
def test_the_scenes_needed_are_the_fewest_whose_least_p_survives_the_correction(n):
    needed = scenes_needed(n)
    assert n * 2 / 2**needed < 0.05
    assert needed == 6 or n * 2 / 2 ** (needed - 1) >= 0.05


def test_scenes_needed_of_worked_examples():
    assert [scenes_needed(n) for n in (1, 2, 5, 9, 12)] == [6, 7, 8, 9, 9]


def test_holm_of_a_worked_example():
    assert holm([0.01, 0.04, 0.03, None]) == [
        pytest.approx(0.03),
        pytest.approx(0.06),
        pytest.approx(0.06),
        None,
    ]


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_never_lowers_a_p_and_keeps_their_order(p_values):
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    by_p = [q for _, q in sorted(zip(p_values, adjusted, strict=True))]
    assert by_p == sorted(by_p)


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


gap_lists = st.lists(st.floats(-1, 1, allow_nan=False).map(lambda x: round(x, 3)), min_size=1, max_size=40)


@given(st.lists(st.floats(-1, 1, allow_nan=False), max_size=60))
def test_ranks_are_those_of_scipy(values):
    assert average_ranks(np.array(values)) == pytest.approx(stats.rankdata(values))


def test_the_effect_of_a_hand_ranked_sample():
    assert rank_biserial(np.array([0.1, 0.2, -0.3, 0.4])) == pytest.approx((1 + 2 + 4 - 3) / 10)
    assert rank_biserial(np.array([])) is None
    assert rank_biserial(np.zeros(3)) == 0


@given(gap_lists)
def test_the_effect_is_odd_and_in_bounds(gaps):
    effect = rank_biserial(np.array(gaps))
    assert -1 <= effect <= 1
    assert effect == pytest.approx(-rank_biserial(-np.array(gaps)))


def p_of(gaps, scenes=None) -> float | None:
    scenes = range(len(gaps)) if scenes is None else scenes
    return sign_flip_p(pd.DataFrame({"iou": gaps}), pd.Series(scenes))["iou"]


@given(st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=9))
def test_few_scenes_have_the_p_of_all_their_signs_ties_and_zeros_included(gaps):
    sums = [
        abs(sum(s * g for s, g in zip(signs, gaps, strict=True)))
        for signs in product((-1, 1), repeat=len(gaps))
    ]
    assert p_of(gaps) == pytest.approx(np.mean(np.array(sums) >= abs(sum(gaps))))


def test_exact_p_is_scipys():
    gaps = np.random.default_rng(1).normal(0.3, 1, 11)
    known = stats.permutation_test((gaps,), np.sum, permutation_type="samples", n_resamples=np.inf)
    assert p_of(gaps) == pytest.approx(known.pvalue)


@pytest.mark.parametrize("n", [17, 35, 120, 3000])
def test_p_of_many_scenes_is_near_that_of_the_t_test_and_never_zero(n):
    gaps = np.random.default_rng(n).normal(0, 1, n)
    gaps += 2.2 / np.sqrt(n) - gaps.mean()  # about p = 0.03
    assert p_of(gaps) == pytest.approx(stats.ttest_1samp(gaps, 0).pvalue, abs=0.012)
    assert 0 < p_of(np.abs(gaps) + 1) <= 1e-4


def test_photographs_of_a_scene_flip_together_so_that_more_of_them_change_nothing():
    of_scene = np.array([0.3, 0.1, 0.2, -0.05, 0.25, 0.15])
    assert p_of(np.repeat(of_scene, 28), np.repeat(range(6), 28)) == pytest.approx(p_of(of_scene))


def test_unequal_scenes_are_flipped_by_their_sums():
    gaps, scenes = [0.1, 0.1, 0.1, -0.2, 0.1], [0, 0, 0, 1, 2]
    assert p_of(gaps, scenes) == pytest.approx(p_of([0.3, -0.2, 0.1]))


def test_six_scenes_that_agree_have_the_least_p_and_five_cannot_decide():
    assert p_of([0.1] * 6) == 2 / 2**6
    assert p_of([0.1] * 5) == 2 / 2**5


def test_no_gap_has_no_p_and_equal_scores_have_one():
    assert p_of([np.nan, np.nan]) is None
    assert p_of([0.0] * 5) == 1.0
    assert p_of([0.0] * 40) == 1.0


def test_drawn_signs_are_the_same_each_time():
    gaps = np.random.default_rng(5).normal(0.1, 1, 50)
    assert p_of(gaps) == p_of(gaps)
