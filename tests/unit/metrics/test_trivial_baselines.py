"""Trivial baselines: the masks are those that their definitions say, on frames of any shape."""

import numpy as np
import pytest

from floodeval.metrics.trivial_baselines import all_water, disc, filled_box, no_water, prior


def test_everything_and_nothing():
    assert all_water((2, 3)).all() and not no_water((2, 3)).any()
    assert all_water((2, 3)).shape == no_water((2, 3)).shape == (2, 3)


@pytest.mark.parametrize(
    ("box", "rows", "columns"),
    [
        ((1, 2, 4, 5), slice(2, 5), slice(1, 4)),
        ((0, 0, 8, 6), slice(0, 6), slice(0, 8)),
        ((0.6, 1.4, 3.6, 3.4), slice(1, 3), slice(1, 4)),  # of a box with jitter
    ],
)
def test_a_filled_box(box, rows, columns):
    wanted = np.zeros((6, 8), bool)
    wanted[rows, columns] = True
    assert np.array_equal(filled_box(np.array(box, np.float32), (6, 8)), wanted)


@pytest.mark.parametrize("point", [(20, 15), (0, 0), (39, 29), (3, 28)])
@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 1.0])
def test_a_disc_has_the_pixels_nearest_to_its_point_and_the_area_that_is_asked_for(point, share):
    mask = disc(*point, share, (30, 40))
    y, x = np.mgrid[:30, :40]
    distance = (x - point[0]) ** 2 + (y - point[1]) ** 2
    wanted = round(share * 1200)
    assert np.array_equal(mask, distance <= np.sort(distance.ravel())[wanted - 1])


def test_a_disc_without_area_is_empty():
    assert not disc(3, 3, 0.0, (8, 8)).any()


def test_the_prior_is_where_more_than_half_of_the_training_photographs_have_water():
    mean = np.zeros((4, 4), np.float32)
    mean[2:] = 1
    assert np.array_equal(prior(mean, (8, 6)), np.repeat([[False], [True]], 4, axis=0).repeat(6, axis=1))
    assert not prior(np.full((4, 4), 0.5, np.float32), (8, 6)).any()
