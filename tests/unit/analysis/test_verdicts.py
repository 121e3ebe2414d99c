import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.analysis.statistics import Interval
from floodeval.analysis.verdicts import find, holm, judge, scenes_needed


def of(low, high, effective=12.0) -> Interval:
    return Interval(low, high, n_scenes=12, n_effective=effective)


@pytest.mark.parametrize(
    ("interval", "p", "word", "reason"),
    [
        (of(0.1, 0.2), 0.01, "better", "agree"),
        (of(-0.2, -0.1), 0.01, "worse", "agree"),
        (of(0.1, 0.2), 0.06, "undecided", "test"),
        (of(-0.1, 0.2), 0.01, "undecided", "interval"),
        (of(0.0, 0.2), 0.01, "undecided", "interval"),
        (of(-0.1, 0.2), 0.4, "undecided", "both"),
        (of(0.1, 0.2, effective=5.99), 0.01, "too_few_scenes", "few_scenes"),
        (of(0.1, 0.2, effective=6.0), 0.01, "better", "agree"),
        (Interval(None, None, n_scenes=1, n_effective=1.0), 1.0, "too_few_scenes", "few_scenes"),
        (Interval(None, None), None, "undecided", "no_value"),
    ],
)
def test_a_verdict_needs_enough_scenes_and_the_interval_and_the_test_to_agree(interval, p, word, reason):
    assert judge(interval, p).word == word
    assert judge(interval, p).reason == reason


def test_a_shorter_distance_is_better():
    assert judge(of(-5.0, -1.0), 0.01, lower_is_better=True).word == "better"
    assert judge(of(1.0, 5.0), 0.01, lower_is_better=True).word == "worse"


def test_comparisons_that_are_read_together_are_corrected_for_their_number():
    gaps = pd.DataFrame({str(i): np.linspace(0.05, 0.15, 8) for i in range(9)})
    alone = find(gaps[["0"]], pd.Series(range(8)))["0"]
    together = find(gaps, pd.Series(range(8)))["0"]
    assert alone.p == together.p == 2 / 2**8
    assert (alone.verdict.word, together.verdict.word) == ("better", "undecided")
    assert together.p_holm == 9 * together.p


@given(st.integers(1, 500))
def test_the_scenes_needed_are_the_fewest_whose_least_p_survives_the_correction(n):
    needed = scenes_needed(n)
    assert n * 2 / 2**needed < 0.05
    assert needed == 6 or n * 2 / 2 ** (needed - 1) >= 0.05


def test_scenes_needed_of_worked_examples():
    assert [scenes_needed(n) for n in (1, 2, 5, 9, 12)] == [6, 7, 8, 9, 9]


def test_holm_of_a_worked_example():
    assert holm([0.01, 0.04, 0.03, None]) == [
        pytest.approx(0.03),
        pytest.approx(0.06),
        pytest.approx(0.06),
        None,
    ]


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_never_lowers_a_p_and_keeps_their_order(p_values):
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    by_p = [q for _, q in sorted(zip(p_values, adjusted, strict=True))]
    assert by_p == sorted(by_p)
