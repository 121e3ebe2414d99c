"""Histograms of logits: exact counts, and the scores that follow from them, against direct computation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from floodeval.metrics.logit_histograms import (
    LOGIT_BINS,
    LOGIT_EDGES,
    bins_of_logits,
    bins_of_probabilities,
    expected_calibration_error,
    logit_histograms,
    reliability,
    threshold_scores,
)

ON_EDGES = st.sampled_from([float(edge) for edge in LOGIT_EDGES])
LOGITS = st.floats(-20, 20, width=32) | ON_EDGES | st.sampled_from([-np.inf, np.inf])
answers = array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(
    lambda shape: st.tuples(
        arrays(np.float32, shape, elements=LOGITS), arrays(bool, shape), arrays(bool, shape)
    )
)


@settings(max_examples=50)
@given(answers)
def test_the_scores_at_every_edge_are_those_of_the_mask_above_it(answer):
    logits, truth, ignored = answer
    found = logit_histograms(bins_of_logits(logits), truth, ignored)
    assert sum(found.inside) == (truth & ~ignored).sum()
    assert sum(found.outside) == (~truth & ~ignored).sum()
    at = threshold_scores(found.inside, found.outside)
    assert len(at.threshold) == LOGIT_BINS - 1 and 0.0 in at.threshold
    masks = (logits > at.threshold[:, None, None]) & ~ignored
    tp = (masks & truth).sum(axis=(1, 2))
    n_predicted, n_water = masks.sum(axis=(1, 2)), (truth & ~ignored).sum()
    with np.errstate(invalid="ignore"):
        assert np.array_equal(at.iou, tp / (n_predicted + n_water - tp), equal_nan=True)
        assert np.array_equal(at.precision, tp / n_predicted, equal_nan=True)
        assert np.array_equal(at.recall, tp / n_water, equal_nan=True)


def test_many_photographs_are_scored_at_once_as_each_alone():
    counts = np.random.default_rng(0).integers(0, 9, (2, 3, LOGIT_BINS))
    together = threshold_scores(*counts)
    assert together.iou.shape == (3, LOGIT_BINS - 1)
    for place in range(3):
        alone = threshold_scores(counts[0, place], counts[1, place])
        assert np.array_equal(together.iou[place], alone.iou)


def test_a_probability_is_in_the_bin_of_its_logit():
    logits = np.linspace(-15.9, 15.9, 301)
    probability = 1 / (1 + np.exp(-logits))
    assert np.array_equal(bins_of_probabilities(probability), bins_of_logits(logits.astype(np.float32)))


def test_counts_are_exact_where_one_bin_has_more_pixels_than_single_precision_counts(monkeypatch):
    monkeypatch.setattr("floodeval.metrics.logit_histograms._STRIPE", 10)
    rng = np.random.default_rng(1)
    bins, truth, ignored = (
        rng.integers(0, LOGIT_BINS, (7, 4)),
        rng.random((7, 4)) < 0.5,
        rng.random((7, 4)) < 0.3,
    )
    found = logit_histograms(bins.astype(np.uint8), truth, ignored)
    for counts, where in ((found.inside, truth), (found.outside, ~truth)):
        assert counts == np.bincount(bins[where & ~ignored], minlength=LOGIT_BINS).tolist()


def test_calibration_compares_the_probability_of_a_bin_with_its_share_of_water():
    inside, outside = np.zeros((2, LOGIT_BINS))
    inside[32], outside[32] = 3, 1  # logits from 0 to 0.5
    inside[40], outside[40] = 0, 4  # from 4 to 4.5
    found = reliability(inside, outside)
    low, high = (np.mean(1 / (1 + np.exp(-np.linspace(a, a + 0.5, 10001)))) for a in (0, 4))
    assert found.probability[[32, 40]] == pytest.approx([low, high], abs=1e-6)
    assert found.share[32] == 0.75 and found.weight[32] == 0.5 and np.isnan(found.share[0])
    wanted = (abs(0.75 - low) + high) / 2
    assert float(expected_calibration_error(inside, outside)) == pytest.approx(wanted, abs=1e-6)


def test_logits_that_state_the_share_of_water_have_no_calibration_error():
    logits = np.random.default_rng(2).uniform(-6, 6, (400, 500)).astype(np.float32)
    truth = np.random.default_rng(3).random(logits.shape) < 1 / (1 + np.exp(-logits))
    found = logit_histograms(bins_of_logits(logits), truth)
    assert expected_calibration_error(found.inside, found.outside) < 0.01
    turned = logit_histograms(bins_of_logits(logits), ~truth)
    assert expected_calibration_error(turned.inside, turned.outside) > 0.4


def test_without_pixels_nothing_is_known():
    none = np.zeros(LOGIT_BINS)
    assert np.isnan(threshold_scores(none, none).iou).all()
    assert np.isnan(expected_calibration_error(none, none))


def test_arrays_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="expected one shape"):
        logit_histograms(np.zeros((2, 3), np.uint8), np.zeros((3, 2), bool))
