"""The bounds of subgroups are round numbers that leave enough samples in every part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.analysis.subgroup_bounds import SMALLEST_PART, round_bounds


def test_the_roundest_numbers_near_the_thirds_are_chosen():
    assert round_bounds(np.array([0.06, 0.09, 0.19, 0.21, 0.34, 0.56, 0.61, 0.87])) == (0.2, 0.5)


def test_values_close_together_get_finer_numbers():
    assert round_bounds(np.linspace(90, 99, 30)) == (93, 96)


def test_counts_have_whole_bounds():
    assert round_bounds(np.array([1.0, 1, 2, 2, 2, 3, 3, 3]), is_count=True) == (2, 3)


@pytest.mark.parametrize("values", [[], [0.0] * 9, [0.0] * 9 + [1.0]])
def test_values_that_are_all_or_nearly_all_equal_are_not_divided(values):
    assert round_bounds(np.array(values)) == ()


def test_a_trait_that_most_samples_lack_is_divided_in_two():
    assert round_bounds(np.array([0.0] * 7 + [0.05] * 3)) == (0.05,)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.booleans())
def test_every_part_has_enough_samples_and_bounds_ascend(values, is_count):
    known = np.array(values)
    bounds = round_bounds(known, is_count)
    assert list(bounds) == sorted(set(bounds))
    if bounds:
        parts = np.bincount(np.searchsorted(bounds, known, side="right"), minlength=len(bounds) + 1)
        assert parts.min() >= SMALLEST_PART * len(known) - 1e-9
