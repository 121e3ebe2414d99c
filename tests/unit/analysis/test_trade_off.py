"""The trade-off: the Pareto front, the tolerance, and the variant that is recommended."""

from hypothesis import given
from hypothesis import strategies as st

from floodeval.analysis.trade_off import Point, loses_at_most, pareto_front, recommended

places = st.lists(st.tuples(*[st.sampled_from([-0.6, -0.1, 0.0, 0.1, 0.4])] * 2), min_size=1, max_size=8)


@given(places)
def test_the_front_has_what_no_other_point_beats_in_one_and_equals_in_the_other(points):
    for (gain, worst), on_front in zip(points, pareto_front(points), strict=True):
        beaten = any((g > gain and w >= worst) or (g >= gain and w > worst) for g, w in points)
        assert on_front != beaten


def point(variant, gain, worst, tolerance=0.05):
    return Point(variant, gain, worst, "objects", True, loses_at_most(worst, tolerance))


BASELINE = point("pretrained", 0.0, 0.0)


def test_the_highest_gain_within_the_tolerance_is_recommended():
    points = [BASELINE, point("special", 0.42, -0.6), point("kept", 0.40, -0.03), point("half", 0.2, 0.1)]
    assert recommended(points, "pretrained") == "kept"


def test_of_two_with_one_gain_the_one_that_loses_less_is_recommended():
    points = [BASELINE, point("a", 0.4, -0.04), point("b", 0.4, -0.01)]
    assert recommended(points, "pretrained") == "b"


def test_none_is_recommended_where_every_gain_costs_too_much_or_nothing_is_gained():
    assert recommended([BASELINE, point("special", 0.42, -0.6)], "pretrained") is None
    assert recommended([BASELINE, point("worse", -0.1, 0.2)], "pretrained") is None


def test_a_loss_of_exactly_the_tolerance_is_within_it():
    assert loses_at_most(0.7 - 0.75, 0.05)
    assert not loses_at_most(-0.0501, 0.05)
