"""Bins, densities and cumulative shares, and the images of a bar, point or cell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gaussian_kde

from floodeval.analysis.distribution import (
    FEWEST_BINS,
    MOST_BINS,
    GridCell,
    HistogramBar,
    PickedPoints,
    bandwidth,
    bounds,
    cells,
    cumulative,
    density,
    edges_of,
    gap_bounds,
    gap_edges,
    metric_edges,
    picked_rows,
    rule_width,
)
from floodeval.viz.charts.distributions import shares

scores = st.lists(st.floats(0, 1), max_size=60).map(lambda found: pd.Series(found, dtype=float))


def area(curve):
    return float(np.trapezoid(curve["density"], curve["x"]))


@given(scores)
def test_the_rules_bins_are_of_one_width_and_hold_every_value(values):
    edges = edges_of(values, 0, 1)
    assert FEWEST_BINS <= len(edges) - 1 <= MOST_BINS
    assert np.allclose(np.diff(edges), edges[1] - edges[0])
    assert np.histogram(values, edges)[0].sum() == len(values)


@given(st.floats(0.01, 5000), st.integers(2, 60))
def test_bins_of_distances_hold_every_value_too(greatest, n):
    values = pd.Series(np.linspace(0, greatest, n))
    edges = edges_of(values, *bounds(values, scored=False))
    assert np.histogram(values, edges)[0].sum() == n and len(edges) - 1 <= MOST_BINS + 1


@pytest.mark.parametrize("n_bins", [None, 5, 7, 20])
def test_zero_is_an_edge_of_the_bins_of_gaps(n_bins):
    values = pd.Series([-0.31, 0.02, 0.5])
    edges = edges_of(values, *gap_bounds(values, scored=True), n_bins)
    assert 0 in edges and np.histogram(values, edges)[0].sum() == 3


def test_a_number_of_bins_by_hand_is_kept():
    assert len(edges_of(pd.Series([0.2, 0.9]), 0, 1, 20)) == 21


def test_the_rules_width_is_numpys():
    values = pd.Series(np.random.default_rng(0).beta(4, 2, 200))
    width = rule_width(values, 0, 1)
    assert np.ceil(np.ptp(values) / width) == len(np.histogram_bin_edges(values, "fd")) - 1
    assert np.diff(edges_of(values, 0, 1))[0] <= width


@given(scores.filter(len))
def test_a_density_has_an_area_of_one_and_nothing_outside_its_range(values):
    curve = density(values, 0, 1)
    assert area(curve) == pytest.approx(1, abs=0.02)
    assert curve["x"].between(0, 1).all() and (curve["density"] >= 0).all()


def test_a_density_is_scipys_away_from_the_ends():
    values = pd.Series(np.random.default_rng(1).normal(0.5, 0.06, 300))
    width = bandwidth(values, 0, 1) / values.std(ddof=1)
    curve = density(values, 0, 1)
    middle = curve[curve["x"].between(0.3, 0.7)]
    assert np.allclose(middle["density"], gaussian_kde(values, width)(middle["x"]), rtol=0.02, atol=0.02)


def test_equal_values_have_a_density():
    assert area(density(pd.Series([1.0] * 5), 0, 1)) == pytest.approx(1, abs=0.02)


@given(scores.filter(len))
def test_a_cumulative_share_rises_to_all_images(values):
    curve = cumulative(values, 0, 1)
    assert curve["share"].is_monotonic_increasing and curve["share"].iloc[-1] == pytest.approx(100)
    half = values.median()
    assert curve.loc[curve["x"] <= half, "share"].max() >= 50 - 1e-9


def test_nothing_has_neither_density_nor_share():
    nothing = pd.Series([np.nan, np.nan])
    assert density(nothing, 0, 1).empty and cumulative(nothing, 0, 1).empty


def test_ranges_are_of_the_metric_and_zero_is_in_the_middle_of_gaps():
    assert bounds(pd.Series([0.2]), scored=True) == (0, 1)
    assert bounds(pd.Series([1.03]), scored=True) == (0, 1.03)
    assert bounds(pd.Series([80.0]), scored=False) == (0, 80)
    assert gap_bounds(pd.Series([-0.31, 0.2]), scored=True) == pytest.approx((-0.4, 0.4))
    assert gap_bounds(pd.Series([np.nan]), scored=True) == pytest.approx((-0.1, 0.1))


TABLE = pd.DataFrame(
    {
        "id": list("abcd"),
        "iou_a": [0.1, 0.5, 1.0, np.nan],
        "iou_b": [0.3, 0.4, 1.0, 0.2],
        "outcome": ["both_fail", "both_fail", "both_good", None],
    }
)


def ids(pick):
    return list(picked_rows(TABLE, pick)["id"])


def test_a_bar_holds_its_lower_edge_and_the_last_its_upper_too():
    assert ids(HistogramBar("iou_a", 0.1, 0.5)) == ["a"]
    assert ids(HistogramBar("iou_a", 0.5, 1.0)) == ["b"]
    assert ids(HistogramBar("iou_a", 0.5, 1.0, last=True)) == ["b", "c"]


@given(st.lists(st.floats(0, 1), max_size=40), st.integers(1, 30))
def test_bars_list_as_many_images_as_they_count(values, n_bins):
    table = pd.DataFrame(
        {"id": [str(i) for i in range(len(values))], "iou_a": pd.Series(values, dtype=float)}
    )
    edges = np.linspace(0, 1, n_bins + 1)
    for low, high, n, _ in shares(table["iou_a"], edges).itertuples(index=False):
        assert len(picked_rows(table, HistogramBar("iou_a", low, high, last=high >= edges[-1]))) == n


def test_points_are_the_images_of_those_names():
    assert ids(PickedPoints(("b", "elsewhere"))) == ["b"]


def test_a_cell_holds_the_images_of_its_outcome_in_it():
    number = int(cells(TABLE["iou_a"], TABLE["iou_b"], (0.0, 1.0), 10).iloc[2])
    assert number == 99  # the last one holds the greatest values
    assert ids(GridCell("iou", "both_good", 99, (0.0, 1.0), 10)) == ["c"]
    assert ids(GridCell("iou", "fixed", 99, (0.0, 1.0), 10)) == []


@pytest.mark.parametrize(
    "pick",
    [HistogramBar("nothing_a", 0, 1), PickedPoints(()), GridCell("nothing", "fixed", 0, (0.0, 1.0), 10)],
)
def test_what_is_not_there_stands_for_nothing(pick):
    assert ids(pick) == []


def test_bins_of_scores_are_a_twentieth_wide_whatever_the_values():
    for values in ([0.5], [0.0, 1.0], [np.nan]):
        edges = metric_edges(pd.Series(values), scored=True)
        assert edges == pytest.approx(np.linspace(0, 1, 21))
    assert metric_edges(pd.Series([1.02]), scored=True)[-1] == pytest.approx(1.05)
    assert metric_edges(pd.Series([0.4]), scored=True, n_bins=10) == pytest.approx(np.linspace(0, 1, 11))


@given(st.integers(0, 20))
def test_a_score_on_an_edge_is_in_the_bin_above_it(step):
    score = round(step * 0.05, 2)
    counts, _ = np.histogram([score], metric_edges(pd.Series([score]), scored=True))
    assert counts[min(step, 19)] == 1


@given(st.lists(st.floats(-1, 1), min_size=1))
def test_gaps_are_binned_around_zero(gaps):
    edges = gap_edges(pd.Series(gaps), scored=True)
    assert 0.0 in edges and edges == pytest.approx(-edges[::-1])
    assert edges[0] <= min(gaps) + 1e-9 and edges[-1] >= max(gaps) - 1e-9


def test_bins_of_distances_follow_their_values():
    near, far = (metric_edges(pd.Series(range(most)), scored=False) for most in (20, 400))
    assert np.diff(near)[0] < np.diff(far)[0] and far[-1] >= 399
