import importlib.util
import math
import warnings
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from floodeval.datasets.reference_masks import read_mask
from floodeval.metrics.borders import BorderDistances, border_distances
from floodeval.metrics.boundary import (
    BOUNDARY_METRICS,
    Boundary,
    assd_px,
    boundary,
    boundary_iou,
    boundary_width_px,
    hd95_px,
    nsd,
    nsd_tolerance_px,
)
from tests.support.absent import demand
from tests.support.mask_pairs import SHAPES, make_pairs, wet_pairs

pairs = array_shapes(min_dims=2, max_dims=2, max_side=12).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)
sides = st.integers(1, 9)


def test_the_metrics_of_a_hand_counted_pair():
    """A square of 3 x 3 and the same one pixel to the right: of 8 border pixels each, 4 lie on the other."""
    truth, predicted = np.zeros((2, 5, 7), bool)
    truth[1:4, 1:4] = predicted[1:4, 2:5] = True
    measured = boundary(truth, predicted, width_px=1, tolerance_px=0.9)
    assert measured == Boundary(boundary_iou=4 / 12, nsd=8 / 16, hd95_px=1, assd_px=0.5)
    assert boundary(truth, predicted, width_px=2, tolerance_px=1).boundary_iou == 6 / 12  # no interior left
    assert boundary(truth, predicted, width_px=2, tolerance_px=1).nsd == 1


def test_hd95_is_the_larger_of_the_two_percentiles_and_assd_the_mean_of_all():
    distances = BorderDistances(np.arange(21.0), np.array([0.0, 0.0, 40.0]), diagonal_px=100)
    assert hd95_px(distances) == pytest.approx(36)  # 19 one way; 0 + 0.9 x 40 the other
    assert assd_px(distances) == pytest.approx((210 + 40) / 24)
    assert nsd(distances, 2) == pytest.approx(5 / 24)


def test_width_and_tolerance_scale_with_the_photograph():
    assert [boundary_width_px(shape) for shape in ((3, 4), (300, 400), (4000, 3000))] == [1, 10, 100]
    assert [nsd_tolerance_px(shape) for shape in ((512, 512), (1024, 10), (10, 2048))] == [1, 2, 4]


def test_both_masks_empty_leave_every_metric_missing():
    dry = np.zeros((30, 40), bool)
    assert boundary(dry, dry) == Boundary(None, None, None, None)
    assert boundary_iou(dry, dry) is None


@pytest.mark.parametrize("shape", SHAPES)
def test_one_mask_empty_is_a_miss_as_far_off_as_the_image_allows(shape):
    dry = np.zeros(shape, bool)
    for _, water, _ in wet_pairs(shape):
        for pair in ((water, dry), (dry, water)):
            measured = boundary(*pair, tolerance_px=1e6)
            diagonal = pytest.approx(math.hypot(*shape))
            assert astuple(measured) == (0, 0, diagonal, diagonal)


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ({"width_px": 0}, "width_px is 0; expected 1 or more"),
        ({"tolerance_px": -1.0}, "tolerance_px is -1.0; expected 0 or more"),
        ({"tolerance_px": math.nan}, "tolerance_px is nan; expected 0 or more"),
    ],
)
def test_a_width_or_tolerance_that_cannot_be_is_refused(setting, complaint):
    with pytest.raises(ValueError, match=complaint):
        boundary(np.ones((3, 3), bool), np.ones((3, 3), bool), **setting)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_pair_of_masks_raises_a_warning(shape):
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for _, truth, predicted in make_pairs(shape):
            boundary(truth, predicted)


# Against references.


@pytest.mark.parametrize("width", [1, 2, 5, 40])
@pytest.mark.parametrize("shape", SHAPES)
def test_boundary_iou_is_that_of_the_paper(shape, width):
    """|bands of both| / |bands of either|, a band being the mask without its erosion, pixel by pixel."""
    for name, truth, predicted in make_pairs(shape):
        square = np.ones((3, 3), bool)
        bands = [m & ~ndimage.binary_erosion(m, square, iterations=width) for m in (truth, predicted)]
        either = int((bands[0] | bands[1]).sum())
        expected = int((bands[0] & bands[1]).sum()) / either if either else None
        assert boundary_iou(truth, predicted, width_px=width) == expected, name


@pytest.mark.parametrize("shape", SHAPES)
def test_hd95_nsd_and_assd_are_those_of_monai(shape):
    for name, truth, predicted in make_pairs(shape):
        ours, theirs = boundary(truth, predicted, tolerance_px=1.5), _monai(truth, predicted, 1.5)
        if truth.any() and predicted.any():  # elsewhere MONAI says nan or inf, and ours is the policy
            assert (ours.nsd, ours.hd95_px, ours.assd_px) == pytest.approx(theirs, rel=1e-6, abs=1e-4), name
        else:
            assert ours.nsd == (0 if truth.any() or predicted.any() else None), name
            assert theirs[0] == 0 or math.isnan(theirs[0]), name


@pytest.mark.real
def test_real_shores_are_as_far_apart_as_monai_says(real_dataset):
    for sample in real_dataset.samples[7::40]:
        truth = read_mask(sample.mask)
        predicted = np.roll(truth, (5, -9), axis=(0, 1))
        ours, theirs = boundary(truth, predicted, tolerance_px=3), _monai(truth, predicted, 3)
        assert (ours.nsd, ours.hd95_px, ours.assd_px) == pytest.approx(theirs, rel=1e-6, abs=1e-4), sample.id


def _monai(truth, predicted, tolerance_px):
    """NSD, HD95 and ASSD as MONAI computes them by default."""
    demand(importlib.util.find_spec("monai") is not None, "MONAI: pip install 'floodeval[dev]'")
    import torch
    from monai import metrics

    one_hot = [torch.from_numpy(mask)[None, None] for mask in (predicted, truth)]
    with warnings.catch_warnings(action="ignore"):  # of empty masks, and of its own future
        return (
            float(metrics.compute_surface_dice(*one_hot, [tolerance_px], include_background=True)),
            float(metrics.compute_hausdorff_distance(*one_hot, include_background=True, percentile=95)),
            float(
                metrics.compute_average_surface_distance(*one_hot, include_background=True, symmetric=True)
            ),
        )


@pytest.mark.filterwarnings("ignore:Please import:DeprecationWarning")
@pytest.mark.parametrize("shape", SHAPES)
def test_the_farthest_border_is_as_far_as_surface_distance_says(shape):
    """Its border runs through pixel corners, ours through pixel centers: half a pixel's diagonal, twice."""
    surface_distance = _surface_distance()
    for name, truth, predicted in wet_pairs(shape):
        theirs = surface_distance.compute_surface_distances(truth, predicted, (1, 1))
        ours = border_distances(truth, predicted)
        farthest = max(ours.from_truth.max(), ours.from_predicted.max())
        assert abs(farthest - surface_distance.compute_robust_hausdorff(theirs, 100)) <= math.sqrt(2), name


@pytest.mark.filterwarnings("ignore:Please import:DeprecationWarning")
@pytest.mark.parametrize("margin", [1, 3, 12])
def test_on_straight_shores_the_metrics_are_those_of_surface_distance(margin):
    """It weighs the border by length, which is the count of its pixels along rows and columns."""
    surface_distance = _surface_distance()
    truth, predicted = np.zeros((2, 300, 400), bool)
    truth[50:250, 100:300] = True
    predicted[50 - margin : 250 + margin, 100 - margin : 300 + margin] = True
    theirs = surface_distance.compute_surface_distances(truth, predicted, (1, 1))
    means = surface_distance.compute_average_surface_distance(theirs)
    for tolerance in (margin, margin - 0.5):
        ours = boundary(truth, predicted, tolerance_px=tolerance)
        score = surface_distance.compute_surface_dice_at_tolerance(theirs, tolerance)
        assert ours.hd95_px == pytest.approx(surface_distance.compute_robust_hausdorff(theirs, 95))
        assert ours.nsd == pytest.approx(score, abs=0.01 * margin)  # corners
        assert ours.assd_px == pytest.approx(sum(means) / 2, rel=0.01)


def _surface_distance():
    found = importlib.util.find_spec("surface_distance") is not None
    demand(found, "surface-distance: pip install 'floodeval[dev]'")
    return importlib.import_module("surface_distance")


# What holds for any pair.


@given(pairs)
def test_metrics_stay_in_bounds_and_are_missing_together(pair):
    measured = boundary(*pair)
    values = [getattr(measured, name) for name in BOUNDARY_METRICS]
    assert all(value is None for value in values) == (not (pair[0] | pair[1]).any())
    if measured.nsd is not None:
        assert 0 <= measured.boundary_iou <= 1
        assert 0 <= measured.nsd <= 1
        assert 0 <= measured.assd_px <= math.hypot(*pair[0].shape) * (1 + 1e-12)
        assert 0 <= measured.hd95_px <= math.hypot(*pair[0].shape)


@given(pairs)
def test_exchanging_truth_and_prediction_changes_nothing(pair):
    _assert_equal(boundary(*pair), boundary(*reversed(pair)))


@given(pairs)
def test_turning_both_masks_changes_nothing(pair):
    truth, predicted = pair
    _assert_equal(boundary(truth.T, predicted.T), boundary(truth, predicted))


@given(pairs, st.tuples(sides, sides), st.tuples(sides, sides))
def test_moving_both_masks_within_a_frame_changes_nothing(pair, before, after):
    frames = [
        [np.pad(m, list(zip(*c, strict=True))) for m in pair] for c in ((before, after), (after, before))
    ]
    here, there = (boundary(*frame, width_px=2, tolerance_px=1) for frame in frames)
    _assert_equal(here, there)


@given(pairs.map(lambda pair: pair[0]).filter(np.any))
def test_a_mask_is_equal_to_itself(mask):
    assert boundary(mask, mask) == Boundary(boundary_iou=1, nsd=1, hd95_px=0, assd_px=0)


@given(st.tuples(sides, sides), st.integers(0, 8), st.integers(0, 8), st.integers(1, 6))
def test_a_smaller_error_never_scores_worse(lake, margin, extra, reach):
    """A lake drawn too large, by a margin all round."""
    truth = np.pad(np.ones(lake, bool), 17)
    farther, nearer = (
        boundary(truth, ndimage.maximum_filter(truth, 2 * m + 1), width_px=reach, tolerance_px=reach)
        for m in (margin + extra, margin)
    )
    assert nearer.boundary_iou >= farther.boundary_iou
    assert nearer.nsd >= farther.nsd
    assert nearer.hd95_px <= farther.hd95_px
    assert nearer.assd_px <= farther.assd_px


def _assert_equal(measured, other):
    for ours, theirs in zip(astuple(measured), astuple(other), strict=True):
        assert ours == theirs or ours == pytest.approx(theirs, rel=1e-12)  # sums in another order
