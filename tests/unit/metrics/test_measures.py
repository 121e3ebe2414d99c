import numpy as np
import pytest

from floodeval.metrics.boundary import boundary, boundary_iou
from floodeval.metrics.measures import measure
from floodeval.metrics.overlap import Counts, count, overlap
from tests.support.mask_pairs import SHAPES, make_pairs


@pytest.mark.parametrize("shape", SHAPES)
def test_one_call_gives_what_the_metrics_give_one_by_one(shape):
    for name, truth, predicted in make_pairs(shape):
        measured = measure(truth, predicted)
        assert measured.counts == count(truth, predicted), name
        assert measured.overlap == overlap(measured.counts), name
        assert measured.boundary == boundary(truth, predicted), name
        assert measured.boundary.boundary_iou == boundary_iou(truth, predicted), name


def test_measuring_leaves_the_masks_as_they_were():
    truth, predicted = np.random.default_rng(0).random((2, 40, 50)) < 0.5
    kept = truth.copy(), predicted.copy()
    measure(truth, predicted)
    np.testing.assert_array_equal(truth, kept[0])
    np.testing.assert_array_equal(predicted, kept[1])


def test_a_width_and_a_tolerance_given_are_used():
    truth, predicted = np.zeros((2, 5, 7), bool)
    truth[1:4, 1:4] = predicted[1:4, 2:5] = True
    measured = measure(truth, predicted, width_px=2, tolerance_px=1)
    assert measured.counts == Counts(tp=6, fp=3, fn=3, tn=23)
    assert (measured.boundary.boundary_iou, measured.boundary.nsd) == (6 / 12, 1)
