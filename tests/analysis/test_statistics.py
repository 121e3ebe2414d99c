import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from floodeval.analysis.statistics import Interval, holm, scene_bootstrap


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def interval(gaps, scenes, seed=0) -> Interval:
    return scene_bootstrap(pd.DataFrame({"iou": gaps}), pd.Series(scenes), seed)["iou"]


def test_scenes_cover_the_truth_where_images_do_not():
    """120 clustered data sets: 25 scenes of 8 photographs that mostly share their scene's gap."""
    rng, truth, by_scene, by_image = np.random.default_rng(0), 0.1, 0, 0
    scenes = np.repeat(np.arange(25), 8)
    for _ in range(120):
        gaps = truth + np.repeat(rng.normal(0, 0.2, 25), 8) + rng.normal(0, 0.05, 200)
        ours, images = interval(gaps, scenes), interval(gaps, np.arange(200))
        by_scene += ours.low <= truth <= ours.high
        by_image += images.low <= truth <= images.high
    assert by_scene / 120 >= 0.88
    assert by_image / 120 < 0.70


def test_the_interval_of_single_photograph_scenes_is_the_ordinary_bootstraps():
    gaps = np.random.default_rng(1).normal(0.1, 0.3, 60)
    ours = interval(gaps, np.arange(60))
    reference = stats.bootstrap((gaps,), np.mean, n_resamples=9999, method="percentile", rng=2)
    assert ours.low == pytest.approx(reference.confidence_interval.low, abs=0.01)
    assert ours.high == pytest.approx(reference.confidence_interval.high, abs=0.01)


def test_a_constant_gap_has_an_interval_of_no_width():
    found = interval([0.2] * 10, range(10))
    assert (found.low, found.high) == (pytest.approx(0.2), pytest.approx(0.2))


@pytest.mark.parametrize("gaps", [[0.3], [0.3, 0.4]])
def test_one_scene_has_no_interval(gaps):
    assert interval(gaps, [0] * len(gaps)) == Interval(None, None)


def test_all_missing_has_no_interval_and_some_missing_is_left_out():
    assert interval([np.nan] * 4, range(4)) == Interval(None, None)
    found = interval([0.2, np.nan, 0.2, np.nan], range(4))
    assert (found.low, found.high) == (pytest.approx(0.2), pytest.approx(0.2))


def test_the_same_seed_gives_the_same_interval():
    gaps = np.random.default_rng(0).normal(size=30)
    assert interval(gaps, range(30)) == interval(gaps, range(30))


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
