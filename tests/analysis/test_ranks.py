"""Signed ranks, held against SciPy."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from floodeval.analysis.ranks import average_ranks, rank_biserial, signed_rank_p

gap_lists = st.lists(st.floats(-1, 1, allow_nan=False).map(lambda x: round(x, 3)), min_size=1, max_size=40)
coarse_gaps = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=200)


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@given(st.lists(st.floats(-1, 1, allow_nan=False), max_size=60))
def test_ranks_are_those_of_scipy(values):
    assert average_ranks(np.array(values)) == pytest.approx(stats.rankdata(values))


@pytest.mark.parametrize("n", [1, 2, 7, 20, 50, 51, 400])
def test_p_is_scipys_where_no_gap_is_zero_or_tied(n):
    gaps = np.random.default_rng(n).normal(0.2, 1, n)
    assert signed_rank_p(gaps) == pytest.approx(stats.wilcoxon(gaps).pvalue, rel=1e-9)


@given(coarse_gaps.filter(lambda gaps: len(gaps) > 50 and any(gaps)))
def test_p_is_scipys_with_many_ties_and_zeros(gaps):
    reference = stats.wilcoxon(gaps, zero_method="pratt", method="asymptotic").pvalue
    assert signed_rank_p(np.array(gaps)) == pytest.approx(reference, rel=1e-9)


@pytest.mark.parametrize("gaps", [[1, -1, 2, 2, 0, 3], [0, 0, 1], [2, 2, 2, -2], [1, 1, 1, 1, 1, 1, -1, 0]])
def test_few_gaps_with_ties_and_zeros_have_the_p_of_all_their_signs(gaps):
    gaps = np.array(gaps, float)
    ranks, n = stats.rankdata(np.abs(gaps)), len(gaps)
    signs = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    sums = (signs * ranks * (gaps != 0)).sum(axis=1)
    found = ranks[gaps > 0].sum()
    reference = min(1.0, 2 * min((sums <= found).mean(), (sums >= found).mean()))
    assert signed_rank_p(gaps) == pytest.approx(reference)


def test_signed_ranks_state_an_answer_where_there_is_nothing_to_rank():
    assert signed_rank_p(np.array([])) is None
    assert signed_rank_p(np.zeros(5)) == 1.0
    assert signed_rank_p(np.array([0.3])) == 1.0


@given(gap_lists)
def test_signed_ranks_are_in_bounds_and_do_not_mind_which_is_a(gaps):
    p, turned = signed_rank_p(np.array(gaps)), signed_rank_p(-np.array(gaps))
    assert 0 <= p <= 1
    assert p == pytest.approx(turned)


def test_the_effect_of_a_hand_ranked_sample():
    assert rank_biserial(np.array([0.1, 0.2, -0.3, 0.4])) == pytest.approx((1 + 2 + 4 - 3) / 10)
    assert rank_biserial(np.array([])) is None
    assert rank_biserial(np.zeros(3)) == 0


@given(gap_lists)
def test_the_effect_is_odd_and_in_bounds(gaps):
    effect = rank_biserial(np.array(gaps))
    assert -1 <= effect <= 1
    assert effect == pytest.approx(-rank_biserial(-np.array(gaps)))
