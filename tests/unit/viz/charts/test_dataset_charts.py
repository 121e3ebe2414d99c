"""A data set's charts count what the table holds, subset by subset, and show names as text."""

import numpy as np
import pandas as pd
import pytest

from floodeval.viz.charts.dataset_charts import (
    NOT_IN_SPLIT,
    formats_figure,
    sizes_figure,
    subset_styles,
    water_figures,
)

TABLE = pd.DataFrame(
    {
        "id": ["<b>1</b>", "2", "3", "4"],
        "width": [100.0, 200.0, np.nan, 400.0],
        "height": [50.0, 100.0, np.nan, 300.0],
        "format": ["JPEG", "JPEG", None, "PNG"],
        "water_share": [0.05, 0.95, np.nan, 0.5],
        "subset": ["test", "test", "train", None],
    }
)


def test_every_subset_is_drawn_over_the_same_scale():
    figures = water_figures(TABLE)
    assert list(figures) == ["train", "test", NOT_IN_SPLIT]
    assert len({figure.layout.yaxis.range for figure in figures.values()}) == 1
    assert sum(figures["test"].data[0].y) == pytest.approx(100)
    assert len(figures["train"].data[0].y) == 0


def test_a_subset_keeps_its_style_whichever_others_occur():
    alone = subset_styles(pd.Series(["test"]))["test"]
    assert alone == subset_styles(pd.Series(["train", "validation", "test"]))["test"]


def test_sizes_and_formats_count_what_could_be_read():
    sizes, formats = sizes_figure(TABLE), formats_figure(TABLE)
    assert [trace.name for trace in sizes.data] == ["train, n=0", "test, n=2", "in no subset, n=1"]
    assert sizes.data[1].text[0] == "&lt;b&gt;1&lt;/b&gt;"
    assert list(formats.data[0].x) == ["JPEG<br>n=2", "PNG<br>n=1"]
    assert sum(sum(trace.y) for trace in formats.data) == 3
