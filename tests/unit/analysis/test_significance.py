"""Rank-biserial effect size and sign-flip test, compared with SciPy and with all signs written out."""

import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from floodeval.analysis.verdicts import average_ranks, rank_biserial, sign_flip_p


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
