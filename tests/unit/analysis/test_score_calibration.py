"""A model's estimates of IoU compared with the IoU."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from floodeval.analysis.score_calibration import SCORE_BINS, score_calibration

shares = st.floats(0, 1)


def rows_of(scores, ious, scenes=None):
    return pd.DataFrame(
        {"score": scores, "iou": ious, "scene": scenes or [f"s{i}" for i in range(len(scores))]}
    )


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=12))
def test_the_error_is_the_weighted_gap_of_the_bins(pairs):
    scores, ious = map(list, zip(*pairs, strict=True))
    found = score_calibration(rows_of(scores, ious, ["s"] * len(pairs)))
    by_bin: dict[int, list[tuple[float, float]]] = {}
    for score, iou in pairs:
        by_bin.setdefault(min(SCORE_BINS - 1, int(score * SCORE_BINS)), []).append((score, iou))
    error = sum(
        len(of) * abs(np.mean([one[0] for one in of]) - np.mean([one[1] for one in of]))
        for of in by_bin.values()
    )
    assert found.error == pytest.approx(error / len(pairs), abs=1e-12)
    assert found.bins["n"].sum() == found.n == len(pairs)
    assert found.error_interval is None and found.n_scenes == 1
    assert found.excess == pytest.approx(np.mean(scores) - np.mean(ious))


def test_estimates_that_are_right_have_no_error():
    found = score_calibration(rows_of([0.2, 0.5, 0.9], [0.2, 0.5, 0.9]))
    assert found.error == 0 and found.excess == 0 and found.correlation == pytest.approx(1)


def test_the_correlation_is_spearmans():
    chance = np.random.default_rng(3)
    scores, ious = chance.random(40).round(1), chance.random(40).round(1)
    found = score_calibration(rows_of(scores, ious))
    assert found.correlation == pytest.approx(spearmanr(scores, ious).statistic)
    low, high = found.correlation_interval
    assert low < found.correlation < high


def test_estimates_above_one_are_in_the_last_bin():
    found = score_calibration(rows_of([1.02, -0.01], [0.9, 0.1]))
    assert found.bins["low"].tolist() == pytest.approx([0.0, 0.9])


def test_missing_values_are_counted_and_left_out():
    found = score_calibration(rows_of([0.5, np.nan, 0.4, np.inf], [0.5, 0.5, None, 0.2]))
    assert (found.n, found.n_missing) == (1, 3)
    assert found.correlation is None


def test_without_estimates_nothing_is_known():
    found = score_calibration(rows_of([np.nan, np.nan], [0.5, 0.6]))
    assert found.n == 0 and found.bins.empty
    assert found.error is None and found.excess is None and found.correlation is None


def test_the_interval_of_the_error_covers_the_true_one():
    """Estimates 0.1 too high, IoU with noise: the error of the population is 0.1 in every bin."""
    chance, held = np.random.default_rng(0), 0
    for _ in range(20):
        truth = chance.uniform(0.15, 0.75, 60)
        scores = truth + 0.1
        ious = np.clip(truth + chance.normal(0, 0.1, 60), 0, 1)
        low, high = score_calibration(rows_of(scores, ious)).error_interval
        held += low <= 0.1 <= high
    assert held >= 17
