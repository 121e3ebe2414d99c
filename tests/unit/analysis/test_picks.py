"""From a selected bar, point or cell to its images."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.analysis.distribution import GridCell, HistogramBar, PickedPoints, cells, picked_rows
from floodeval.viz.charts.distributions import shares

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
