"""The rank-biserial effect size."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from floodeval.analysis.statistics import average_ranks, rank_biserial

gap_lists = st.lists(st.floats(-1, 1, allow_nan=False).map(lambda x: round(x, 3)), min_size=1, max_size=40)


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


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
