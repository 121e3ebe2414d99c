"""Intervals over scenes, compared with SciPy and with formulas written out."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from floodeval.analysis.statistics import (
    Interval,
    difference_interval,
    effective_scenes,
    scene_error,
    scene_intervals,
)


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def interval(gaps, scenes, **options) -> Interval:
    return scene_intervals(pd.DataFrame({"iou": gaps}), pd.Series(scenes), **options)["iou"]


def test_of_symmetric_gaps_and_equal_scenes_it_is_the_t_interval_of_the_scenes_means():
    of_scene = np.array([-0.3, -0.2, -0.1, 0.1, 0.2, 0.3]) + 0.05  # without any skewness
    found = interval(np.repeat(of_scene, 3), np.repeat(range(6), 3))
    low, high = stats.t.interval(0.95, 5, of_scene.mean(), stats.sem(of_scene))
    assert (found.low, found.high) == pytest.approx((low, high))


@given(st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), min_size=2, max_size=30))
def test_it_is_never_narrower_than_the_t_interval_of_equal_scenes(gaps):
    found, known = interval(gaps, range(len(gaps))), np.array(gaps)
    reach = stats.t.ppf(0.975, len(gaps) - 1) * known.std(ddof=1) / np.sqrt(len(gaps))
    assert found.low <= known.mean() - reach + 1e-9
    assert found.high >= known.mean() + reach - 1e-9


def test_it_reaches_further_on_the_side_of_the_long_tail():
    gaps = np.array([0.0, 0.01, 0.02, 0.0, 0.03, 0.02, 0.01, 0.9])
    found = interval(gaps, range(8))
    assert found.high - gaps.mean() > gaps.mean() - found.low
    mirrored = interval(-gaps, range(8))
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))


def test_the_error_and_degrees_of_freedom_of_unequal_scenes_are_those_of_the_matrices():
    rng = np.random.default_rng(0)
    sizes = rng.integers(1, 29, 9).astype(float)
    means = rng.normal(size=9)
    w = sizes / sizes.sum()
    residual = np.eye(9) - np.ones((9, 1)) * w  # takes scene means to their deviations
    h = np.diag(residual @ residual.T)
    quadratic = residual.T @ np.diag(w**2 / h) @ residual
    freedom = np.trace(quadratic) ** 2 / np.trace(quadratic @ quadratic)
    error, found = scene_error(means * sizes, sizes)
    assert error**2 == pytest.approx(means @ quadratic @ means)
    assert found == pytest.approx(freedom)


def test_a_constant_gap_has_an_interval_of_no_width():
    found = interval([0.2] * 10, range(10))
    assert (found.low, found.high) == (pytest.approx(0.2), pytest.approx(0.2))


def test_one_scene_has_a_range_and_no_interval():
    found = interval([0.3, 0.4], [0, 0])
    assert (found.low, found.high, found.n_scenes) == (None, None, 1)
    assert (found.least, found.most) == (pytest.approx(0.35), pytest.approx(0.35))


def test_all_missing_has_no_interval_and_some_missing_is_left_out():
    assert interval([np.nan] * 4, range(4)) == Interval(None, None)
    found = interval([0.2, np.nan, 0.2, np.nan], range(4))
    assert (found.low, found.high, found.n_scenes) == (pytest.approx(0.2), pytest.approx(0.2), 2)


def test_the_effective_number_of_scenes_of_worked_examples():
    assert effective_scenes(np.array([4.0] * 6)) == 6
    assert effective_scenes(np.array([28.0, 1, 1, 1, 1, 1])) == pytest.approx(33**2 / 789)
    assert effective_scenes(np.array([])) == 0


def test_an_interval_of_a_score_ends_where_scores_end():
    found = interval([0.9, 0.99, 0.95], range(3), limits=(0.0, 1.0))
    assert found.high == 1.0
    assert found.low >= 0.0


def test_few_skewed_scenes_are_warned_of_and_many_or_even_ones_are_not():
    few = [0.0, 0.01, 0.02, 0.0, 0.03, 0.02, 0.01, 0.9]
    assert interval(few, range(8)).may_be_too_narrow
    assert not interval(few * 4, range(32)).may_be_too_narrow
    assert not interval(np.linspace(-1, 1, 8), range(8)).may_be_too_narrow


def test_the_interval_of_a_difference_is_welchs():
    rng = np.random.default_rng(3)
    first, second = rng.normal(0.4, 0.1, 9), rng.normal(0.6, 0.3, 14)
    found = difference_interval((first, np.ones(9)), (second, np.ones(14)))
    known = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((known.low, known.high))


def test_columns_do_not_depend_on_each_other():
    rng = np.random.default_rng(0)
    both = pd.DataFrame({"a": rng.normal(size=30), "b": rng.normal(size=30)})
    scenes = pd.Series(np.arange(30) // 3)
    assert scene_intervals(both, scenes)["b"] == scene_intervals(both[["b"]], scenes)["b"]
