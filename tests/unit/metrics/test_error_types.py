"""Wrong pixels by kind, on masks whose errors are drawn, and for any masks that they add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from floodeval.metrics.error_types import count_errors, error_kinds, truth_parts
from floodeval.metrics.overlap import count

pairs = st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(
    lambda shape: st.tuples(arrays.arrays(np.bool_, shape), arrays.arrays(np.bool_, shape))
)


def lake() -> np.ndarray:
    """A lake of 200 x 200 in a frame of 600 x 800, whose band is 20 pixels wide and thin water 16."""
    truth = np.zeros((600, 800), bool)
    truth[200:400, 100:300] = True
    return truth


def kinds(truth: np.ndarray, predicted: np.ndarray) -> dict[str, int]:
    return {name: n for name, n in count_errors(truth, predicted).items() if n}


def test_a_perfect_mask_has_no_error():
    assert kinds(lake(), lake()) == {}


def test_a_shore_drawn_too_wide_is_a_shore_error():
    wide = lake()
    wide[190:410, 90:310] = True
    assert kinds(lake(), wide) == {"false_shore": 220 * 220 - 200 * 200}


def test_water_that_ran_over_the_land_is_a_spill_beyond_the_band():
    spilt = lake()
    spilt[250:300, 300:500] = True
    assert kinds(lake(), spilt) == {"false_shore": 50 * 20, "false_spill": 50 * 180}


def test_a_false_lake_of_its_own_is_detached():
    other = lake()
    other[500:550, 600:700] = True
    assert kinds(lake(), other) == {"false_detached": 50 * 100}


def test_missed_water_is_thin_small_or_large():
    truth = lake()
    truth[300:310, 300:800] = True  # a channel 10 pixels wide, joined to the lake
    truth[500:530, 500:560] = True  # a pond of 0.4 % of the frame
    found = kinds(truth, np.zeros_like(truth))
    assert found == {"missed_thin": 10 * 500, "missed_small": 30 * 60, "missed_large": 200 * 200}


def test_water_along_the_frame_is_not_thin_for_being_cut_off():
    truth = np.zeros((600, 800), bool)
    truth[:, :5] = True  # the rest of it lies beyond the frame
    assert kinds(truth, np.zeros_like(truth)) == {"missed_small": 600 * 5}


@given(pairs)
def test_the_kinds_add_up_to_the_false_and_the_missed_pixels(masks):
    truth, predicted = masks
    found, counts = count_errors(truth, predicted), count(truth, predicted)
    assert sum(n for kind, n in found.items() if kind.startswith("false")) == counts.fp
    assert sum(n for kind, n in found.items() if kind.startswith("missed")) == counts.fn
    assert all(n >= 0 for n in found.values())


@given(pairs)
def test_turning_both_masks_turns_nothing_else(masks):
    truth, predicted = masks
    assert count_errors(truth.T, predicted.T) == count_errors(truth, predicted)
    assert count_errors(truth[::-1], predicted[::-1]) == count_errors(truth, predicted)


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(ValueError, match="expected one shape"):
        error_kinds(truth_parts(lake()), np.zeros((5, 5), bool))
