"""Pictures are made small enough for a screen, never larger."""

import numpy as np
import pytest

from floodeval.pictures.shrink import coverage, shrink_photograph, shrunk_size


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((4000, 6000), (1067, 1600)),
        ((6000, 4000), (1600, 1067)),
        ((30, 20), (30, 20)),
        ((1, 9000), (1, 1600)),
    ],
)
def test_the_longer_side_is_at_most_1600(size, shown):
    assert shrunk_size(*size) == shown


def test_a_small_photograph_is_returned_as_it_is():
    picture = np.zeros((10, 12, 3), np.uint8)
    assert shrink_photograph(picture) is picture


def test_coverage_is_the_share_of_a_shown_pixel_that_is_water():
    water = np.zeros((8, 16), bool)
    water[:, :2] = True
    assert coverage(water, 4).tolist() == [[128, 0, 0, 0], [128, 0, 0, 0]]
