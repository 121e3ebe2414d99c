"""The small histogram of Worst cases: its counts, and which bars are pale."""

import numpy as np
import pandas as pd
import pytest

from floodeval.i18n import formats
from floodeval.viz.charts.range_histogram import range_figure

EDGES = np.array([-0.1, 0.0, 0.1, 0.2])
VALUES = pd.Series([-0.05, 0.0, 0.05, 0.15, None])


@pytest.mark.parametrize(
    ("between", "solid"),
    [
        (None, [True, True, True]),
        ((0.0, 0.1), [False, True, False]),
        ((0.0, 0.0), [False, True, False]),
        ((0.12, 0.2), [False, False, True]),
        ((5.0, 6.0), [False] * 3),
    ],
)
def test_bars_that_a_range_touches_are_solid_and_the_others_pale(between, solid):
    (bars,) = range_figure(VALUES, EDGES, between, formats.gap).data
    assert list(bars.y) == [1, 2, 1]
    assert [opacity == 1 for opacity in bars.marker.opacity] == solid


def test_dragging_selects_a_range_of_values_only():
    figure = range_figure(VALUES, EDGES, None, formats.gap)
    assert (figure.layout.dragmode, figure.layout.selectdirection) == ("select", "h")
