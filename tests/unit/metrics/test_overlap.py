import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from floodeval.metrics.boundary import boundary, boundary_iou
from floodeval.metrics.measures import measure
from floodeval.metrics.overlap import OVERLAP_METRICS, Counts, count, overlap

pairs = array_shapes(min_dims=2, max_dims=2, max_side=12).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)


def test_the_metrics_of_a_hand_counted_pair():
    truth = np.array([[1, 1, 1, 0], [1, 0, 0, 0]], bool)
    predicted = np.array([[1, 1, 0, 1], [0, 0, 0, 0]], bool)
    counts = count(truth, predicted)
    assert counts == Counts(tp=2, fp=1, fn=2, tn=3)
    measured = overlap(counts)
    assert measured.iou == pytest.approx(2 / 5)
    assert measured.dice == pytest.approx(4 / 7)
    assert measured.precision == pytest.approx(2 / 3)
    assert measured.recall == pytest.approx(2 / 4)
    assert measured.specificity == pytest.approx(3 / 4)
    assert measured.accuracy == pytest.approx(5 / 8)
    assert measured.iou_dry == pytest.approx(3 / 6)
    assert measured.miou == pytest.approx((2 / 5 + 3 / 6) / 2)


def test_both_masks_empty_leave_the_metrics_of_water_missing():
    measured = overlap(Counts(0, 0, 0, 9))
    assert (measured.iou, measured.dice, measured.precision, measured.recall, measured.miou) == (None,) * 5
    assert (measured.specificity, measured.accuracy, measured.iou_dry) == (1, 1, 1)


@pytest.mark.parametrize("counts", [Counts(0, 4, 0, 5), Counts(0, 0, 4, 5)])
def test_one_mask_empty_is_a_miss_and_never_a_missing_value(counts):
    measured = overlap(counts)
    assert (measured.iou, measured.dice) == (0, 0)


def test_precision_without_a_prediction_and_recall_without_true_water_are_missing():
    false_water, missed_water = overlap(Counts(0, 4, 0, 5)), overlap(Counts(0, 0, 4, 5))
    assert (false_water.precision, false_water.recall) == (0, None)
    assert (missed_water.precision, missed_water.recall) == (None, 0)


def test_specificity_is_missing_where_nothing_is_truly_dry():
    assert overlap(Counts(5, 0, 4, 0)).specificity is None
    assert overlap(Counts(5, 4, 0, 0)).specificity == 0


def test_two_full_masks_leave_the_metrics_of_the_dry_class_missing():
    measured = overlap(Counts(9, 0, 0, 0))
    assert (measured.iou, measured.dice, measured.accuracy) == (1, 1, 1)
    assert (measured.iou_dry, measured.specificity, measured.miou) == (None, None, None)


def test_masks_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="expected one shape"):
        count(np.zeros((2, 3), bool), np.zeros((3, 2), bool))


@given(pairs)
def test_metrics_stay_in_bounds_and_dice_follows_from_iou(pair):
    measured = overlap(count(*pair))
    values = [getattr(measured, name) for name in OVERLAP_METRICS]
    assert all(value is None or 0 <= value <= 1 for value in values)
    if measured.iou is not None:
        assert measured.dice == pytest.approx(2 * measured.iou / (1 + measured.iou))


@given(pairs)
def test_exchanging_truth_and_prediction_exchanges_precision_and_recall(pair):
    truth, predicted = pair
    ours, theirs = overlap(count(truth, predicted)), overlap(count(predicted, truth))
    assert (ours.iou, ours.dice, ours.precision) == (theirs.iou, theirs.dice, theirs.recall)


@given(pairs)
def test_naming_the_other_class_exchanges_the_two_ious(pair):
    truth, predicted = pair
    ours, theirs = overlap(count(truth, predicted)), overlap(count(~truth, ~predicted))
    assert (ours.iou, ours.iou_dry, ours.recall) == (theirs.iou_dry, theirs.iou, theirs.specificity)


@given(pairs)
def test_turning_both_masks_changes_nothing(pair):
    truth, predicted = pair
    assert count(truth.T, predicted.T) == count(truth, predicted)


@given(arrays(bool, (6, 7)))
def test_a_mask_is_equal_to_itself(mask):
    measured = overlap(count(mask, mask))
    assert measured.iou in (1, None)
    assert measured.accuracy == 1


WATER = np.ones((2, 3), bool)


@pytest.mark.parametrize("metric", [boundary, boundary_iou, count, measure])
@pytest.mark.parametrize(
    ("predicted", "complaint"),
    [
        (np.ones((3, 2), bool), r"truth is \(2, 3\) and predicted \(3, 2\); expected one shape"),
        (np.ones((2, 3), np.uint8), "predicted is uint8 of shape .*; expected bool"),
        (
            np.ones((2, 3, 1), bool),
            r"predicted is bool of shape \(2, 3, 1\); expected bool of shape \(H, W\)",
        ),
        (np.ones((0, 3), bool), r"predicted is bool of shape \(0, 3\)"),
    ],
)
def test_what_is_not_a_pair_of_masks_is_refused_by_name(metric, predicted, complaint):
    with pytest.raises(ValueError, match=complaint):
        metric(WATER, predicted)
