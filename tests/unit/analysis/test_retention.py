"""Retention: the ratio of means, its interval over scenes, and where it is undefined."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.retention import MOST, retention_of
from floodeval.analysis.statistics import mean_interval


def series(*values):
    return pd.Series(list(values), dtype=float)


def test_means_are_divided_not_photographs():
    found = retention_of(series(0.1, 0.5), series(0.2, 0.9), pd.Series(["s", "t"]))
    assert found.value == pytest.approx(0.6 / 1.1)


def test_photographs_that_lack_a_score_count_nowhere():
    found = retention_of(series(0.4, np.nan, 0.9), series(0.8, 0.9, np.nan), pd.Series(["s", "t", "u"]))
    assert found.value == pytest.approx(0.5)
    assert found.low is None and found.high is None  # one scene is left


@pytest.mark.parametrize(("mean", "is_defined"), [(0.099, False), (0.1, True)])
def test_it_is_undefined_where_the_baseline_scores_below_a_tenth(mean, is_defined):
    found = retention_of(series(0.3, 0.3), series(mean, mean), pd.Series(["s", "t"]))
    assert (found.value is not None) == is_defined
    assert (found.low is not None) == is_defined


def test_no_photograph_has_no_retention():
    assert retention_of(series(), series(), pd.Series(dtype=str)).value is None


def test_the_ends_are_the_ratios_at_which_the_interval_of_the_difference_touches_zero():
    rng = np.random.default_rng(3)
    baseline, scenes = rng.uniform(0.4, 1, 40), pd.Series([f"s{i // 2}" for i in range(40)])
    variant = baseline * rng.uniform(0.2, 0.9, 40)
    found = retention_of(pd.Series(variant), pd.Series(baseline), scenes)
    per_scene = [part.reshape(20, 2).sum(axis=1) for part in (variant, baseline)]
    low, high = (
        mean_interval(per_scene[0] - end * per_scene[1], np.full(20, 2.0)) for end in (found.low, found.high)
    )
    assert low.low == pytest.approx(0, abs=1e-9)
    assert high.high == pytest.approx(0, abs=1e-9)
    assert found.low < found.value < found.high


def test_an_interval_without_an_end_stops_at_the_largest_possible_ratio():
    found = retention_of(series(0.9, 0.1), series(0.01, 0.6), pd.Series(["s", "t"]))
    assert (found.low, found.high) == (0.0, MOST)


def coverage(n_scenes, repeats, seed):
    """How often the interval has the true retention, where a variant forgets a part of the photographs."""
    rng, truth = np.random.default_rng(seed), 0.6 * 0.1 + 0.4 * 0.9  # of the baseline's mean score
    hits = 0
    for _ in range(repeats):
        sizes = rng.integers(1, 5, n_scenes)
        scenes = np.repeat(np.arange(n_scenes), sizes)
        ease = rng.beta(8, 2, n_scenes)[scenes]
        kept = np.where(rng.random(len(scenes)) < 0.6, 0.1, 0.9)
        found = retention_of(pd.Series(kept * ease), pd.Series(ease), pd.Series(scenes))
        hits += found.low <= truth <= found.high
    return hits / repeats


def test_the_interval_has_the_true_retention_about_as_often_as_it_claims():
    assert coverage(12, 150, seed=1) >= 0.91


@pytest.mark.slow
@pytest.mark.parametrize("n_scenes", [6, 12, 30])
def test_the_interval_covers_with_few_and_with_many_scenes(n_scenes):
    assert coverage(n_scenes, 2000, seed=n_scenes) >= 0.94
