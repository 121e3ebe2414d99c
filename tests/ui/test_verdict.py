"""The facts of the home page's first line."""

import math

import numpy as np
import pandas as pd
import pytest

from floodeval.ui.verdict import verdict


def table(a, b):
    a, b = np.array(a, float), np.array(b, float)
    return pd.DataFrame({"iou_a": a, "iou_b": b, "iou_gap": b - a})


def test_means_gap_and_counts():
    found = verdict(table([0.2, 0.5, 0.6, 0.6], [0.4, 0.4, 0.6, 0.9]), "iou")
    assert found.mean_a == pytest.approx(0.475) and found.mean_b == pytest.approx(0.575)
    assert found.gap == pytest.approx(found.mean_b - found.mean_a)
    assert (found.n, found.higher, found.lower, found.equal, found.missing) == (4, 2, 1, 1, 0)


def test_an_image_without_a_value_under_one_variant_counts_for_neither():
    found = verdict(table([0.2, math.nan, 0.4], [0.4, 0.0, math.nan]), "iou")
    assert (found.n, found.missing) == (1, 2)
    assert (found.mean_a, found.mean_b) == (0.2, 0.4)


def test_nothing_to_compare():
    found = verdict(table([math.nan], [math.nan]), "iou")
    assert found.n == 0 and math.isnan(found.gap)
