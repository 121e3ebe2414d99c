import math

import cv2
import numpy as np
import pytest
from scipy.spatial.distance import cdist

from floodeval.metrics import borders
from floodeval.metrics.borders import border, border_distances
from tests.support.mask_pairs import SHAPES, make_pairs, wet_pairs

WAYS = {"distance transform": 0, "tree": 1}


def border_by_hand(mask):
    """Pixels of the mask with a dry 4-neighbor, the world round the image being dry."""
    padded = np.pad(mask, 1)
    neighbors = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
    return mask & ~np.logical_and.reduce(neighbors)


def distances_by_hand(truth, predicted):
    between = cdist(np.argwhere(border_by_hand(truth)), np.argwhere(border_by_hand(predicted)))
    return between.min(axis=1), between.min(axis=0)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_border_pixel_has_a_dry_neighbor_or_lies_at_the_frame(shape):
    for name, truth, predicted in make_pairs(shape):
        for mask in (truth, predicted):
            np.testing.assert_array_equal(border(mask), border_by_hand(mask), err_msg=name)


@pytest.mark.parametrize("dense", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("shape", SHAPES)
def test_both_ways_of_measuring_find_the_exact_distances(shape, dense, monkeypatch):
    monkeypatch.setattr(borders, "DENSE", dense)
    for name, truth, predicted in wet_pairs(shape):
        found = border_distances(truth, predicted)
        for ours, exact in zip(
            (found.from_truth, found.from_predicted), distances_by_hand(truth, predicted), strict=True
        ):
            np.testing.assert_allclose(np.sort(ours), np.sort(exact), rtol=1e-15, err_msg=name)


@pytest.mark.parametrize("dense", WAYS.values(), ids=WAYS)
def test_distances_across_a_large_photograph_survive_32_bits(dense, monkeypatch):
    monkeypatch.setattr(borders, "DENSE", dense)
    truth, predicted = np.zeros((2, 3001, 5001), bool)
    truth[0, :3] = predicted[-1, -2:] = predicted[1200, 500] = True
    distances = border_distances(truth, predicted)
    np.testing.assert_allclose(distances.from_truth, np.hypot([500, 499, 498], 1200), rtol=1e-15)
    expected = [math.hypot(498, 1200), math.hypot(4997, 3000), math.hypot(4998, 3000)]
    np.testing.assert_allclose(np.sort(distances.from_predicted), expected, rtol=0, atol=5e-4)


def test_distances_to_an_empty_mask_are_infinite_and_an_empty_mask_has_none():
    water, dry = np.ones((4, 5), bool), np.zeros((4, 5), bool)
    distances = border_distances(water, dry)
    assert len(distances.from_truth) == 14
    assert np.isinf(distances.from_truth).all()
    assert len(distances.from_predicted) == 0
    assert distances.diagonal_px == pytest.approx(41**0.5)


def test_masks_are_measured_however_they_lie_in_memory():
    truth, predicted = (
        cv2.GaussianBlur(np.random.default_rng(s).normal(size=(60, 80)), (0, 0), 4) > 0 for s in (1, 2)
    )
    straight = border_distances(truth[::-2, 3:], predicted[::-2, 3:])
    copied = border_distances(truth[::-2, 3:].copy(order="F"), predicted[::-2, 3:].copy())
    np.testing.assert_array_equal(straight.from_truth, copied.from_truth)
    np.testing.assert_array_equal(straight.from_predicted, copied.from_predicted)
