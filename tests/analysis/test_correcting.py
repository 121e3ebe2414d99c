"""Clicks of an analyst who corrects, counted as the literature counts them."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floodeval.analysis.correcting import COLUMNS, click_curve, clicks_needed, clicks_saved

IOUS = {  # three clicks were allowed; `b` on the first photograph had nothing left to correct after one
    ("a", "i0"): [0.5, 0.7, 0.8],
    ("a", "i1"): [0.4, 0.5, 0.6],
    ("b", "i0"): [1.0],
    ("b", "i1"): [0.6, 0.86, 0.84],
}


def table_of(ious):
    rows = [
        (sample, f"s{sample}", variant, "clicks:max=3", click, iou)
        for (variant, sample), values in ious.items()
        for click, iou in enumerate(values, start=1)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_the_curve_keeps_the_last_iou_where_nothing_was_left_to_correct():
    curve = click_curve(table_of(IOUS), 3).set_index(["variant", "click"])["mean"]
    assert curve["a"].tolist() == pytest.approx([0.45, 0.6, 0.7])
    assert curve["b"].tolist() == pytest.approx([0.8, 0.93, 0.92])


def test_a_photograph_that_never_gets_there_counts_with_all_clicks_and_is_told_apart():
    needed = clicks_needed(table_of(IOUS), 3).set_index(["variant", "target"])
    assert needed.loc[("a", 0.80), "clicks"] == 3 and needed.loc[("a", 0.80), "n_never"] == 1
    assert needed.loc[("a", 0.85), "n_never"] == 2
    assert needed.loc[("b", 0.85), "clicks"] == pytest.approx(1.5)
    assert needed.loc[("b", 0.85), "n_never"] == 0


def test_clicks_saved_are_paired_on_the_photographs():
    saved = clicks_saved(table_of(IOUS), 3, "a", "b").set_index("target")
    assert saved.loc[0.80, "saved"] == pytest.approx((2 + 1) / 2)
    assert saved.loc[0.80, "low"] <= 1.5 <= saved.loc[0.80, "high"]
    back = clicks_saved(table_of(IOUS), 3, "b", "a").set_index("target")
    assert back.loc[0.85, "saved"] == -saved.loc[0.85, "saved"]
    assert clicks_saved(table_of(IOUS), 3, "a", "c").empty


grids = st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=4), min_size=1, max_size=4)


@settings(max_examples=15)
@given(grids)
def test_a_higher_target_never_takes_fewer_clicks_and_none_takes_more_than_allowed(ious):
    table = table_of({("a", f"i{i}"): values for i, values in enumerate(ious)})
    needed = clicks_needed(table, 4, (0.3, 0.6, 0.9))
    assert needed["clicks"].is_monotonic_increasing and needed["n_never"].is_monotonic_increasing
    assert needed["clicks"].between(1, 4).all()
    curve = click_curve(table, 4)
    assert list(curve["click"]) == [1, 2, 3, 4] and (curve["n"] == len(ious)).all()
