"""What several reviewers say together, and where they disagree."""

import pytest

from floodeval.evaluation.reviews import (
    ACCEPTABLE,
    NOTE,
    REVIEWER_LENGTH,
    MarkedCase,
    combined,
    is_disputed,
    names_in,
    reviewer_name,
)

ANA = MarkedCase("7", "shadow", "trees", reviewer="Ana")


def of_ben(tag="", note="", judgment="failure"):
    return MarkedCase("7", tag, note, reviewer="Ben", judgment=judgment)


@pytest.mark.parametrize(
    ("ben", "disputed"),
    [
        (of_ben("shadow"), False),
        (of_ben("glare"), True),
        (of_ben(), False),
        (of_ben(judgment=ACCEPTABLE), True),
        (of_ben(note="odd", judgment=NOTE), False),
    ],
)
def test_reviewers_disagree_on_the_judgment_or_on_the_reason(ben, disputed):
    assert is_disputed((ANA, ben)) is disputed


def test_one_failure_makes_a_failure_and_notes_keep_their_names():
    both = combined((of_ben(note="fine", judgment=ACCEPTABLE), ANA))
    assert both.is_failure and both.tag == "shadow" and both.note == "Ben: fine\nAna: trees"
    assert combined((ANA,)) == ANA


def test_the_names_in_combined_entries_are_told_apart():
    assert names_in([combined((ANA, of_ben())), MarkedCase("8")]) == ("Ana", "Ben")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ana \n Ruiz ", "Ana Ruiz"),
        ("Ruiz, Ana", "Ruiz Ana"),
        ("\x00\t", ""),
        ("x" * 99, "x" * REVIEWER_LENGTH),
    ],
)
def test_a_reviewers_name_is_one_short_line(typed, name):
    assert reviewer_name(typed) == name
