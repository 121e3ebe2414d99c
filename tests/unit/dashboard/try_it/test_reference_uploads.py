"""Uploaded reference masks: which photograph they belong to, and which of their values are water."""

import pytest

from floodeval.dashboard.pages.try_it.reference_uploads import (
    match_masks_by_name,
    stated_water,
    values_text,
)
from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.errors import FloodevalError


def test_a_mask_belongs_to_the_photograph_of_its_name():
    found = match_masks_by_name(["a.jpg", "b.JPG", "c.png"], ["b_mask.png", "a.tif", "c.png.png"])
    assert found.of == {1: 0, 0: 1, 2: 2} and not found.problems


def test_the_whole_name_counts_before_the_name_without_its_ending():
    assert match_masks_by_name(["a.jpg", "a_mask.jpg"], ["a_mask.png"]).of == {1: 0}


@pytest.mark.parametrize(
    ("photographs", "masks", "complaint"),
    [
        (["a.jpg"], ["b.png"], "no photograph has the name of"),
        (["a.jpg", "a.png"], ["a_mask.png"], "could belong to several photographs"),
        (["a.jpg"], ["a.png", "a_mask.png"], "has several reference masks"),
    ],
)
def test_an_ambiguous_mask_belongs_to_none_and_one_line_says_why(photographs, masks, complaint):
    found = match_masks_by_name(photographs, masks)
    (problem,) = found.problems
    assert not found.of and complaint in str(problem) and "\n" not in str(problem)


def test_values_of_water_are_read_and_written_alike():
    assert stated_water("  ") == BLACK_AND_WHITE and values_text(BLACK_AND_WHITE) == ""
    of_run = LabelScheme((3, 5), (255,))
    assert values_text(of_run) == "3, 5"
    assert stated_water("5,3", of_run) == of_run
    assert stated_water("1", of_run) == LabelScheme((1,))
    for wrong in ("water", "1;2", "-1", "1,,2", "999999"):
        with pytest.raises(FloodevalError, match="is not a list of values"):
            stated_water(wrong)
