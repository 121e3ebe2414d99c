import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from floodeval.viz.style import Style, variant_styles
from floodeval.viz.svg.average_bars import AverageBar
from floodeval.viz.svg.report_charts import (
    PromptScore,
    averages_svg,
    curves_svg,
    histograms_svg,
    outcomes_svg,
    prompts_svg,
)
from floodeval.viz.svg.svg_canvas import Canvas, Scale

HOSTILE = "<script>&\"'"
SVG = "{http://www.w3.org/2000/svg}"
STYLES = list(variant_styles([HOSTILE, "new"]).values())


def shapes(drawing, tag):
    return list(ElementTree.fromstring(drawing.svg).iter(f"{SVG}{tag}"))


def words(drawing):
    return [shape.text for shape in shapes(drawing, "text")]


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "iou_a": [0.1, 0.9, 0.2, 0.8],
            "iou_b": [0.9, 0.1, 0.3, 0.7],
            "outcome": ["fixed", "regressed", "both_fail", "both_good"],
        }
    )


def test_a_bar_is_as_long_as_its_mean_and_says_it():
    drawing = averages_svg(
        {"IoU": (AverageBar(0.25, 0.3), AverageBar(0.5, None)), "Dice": (AverageBar(None, None),) * 2}, STYLES
    )
    bars = [float(one.get("width")) for one in shapes(drawing, "rect") if one.get("height") == "16"]
    assert bars[1] == pytest.approx(2 * bars[0], abs=0.2) and not bars[2:]
    assert {"0.250", "0.500", "–"} <= set(words(drawing)) and HOSTILE in words(drawing)


def test_a_histogram_says_medians_and_counts_and_leaves_missing_values_out():
    values = {HOSTILE: pd.Series([0.1, 0.2, np.nan]), "new": pd.Series([np.nan, np.nan])}
    drawing = histograms_svg(values, variant_styles(list(values)), "iou")
    assert f"{HOSTILE}: median 0.150, n=2" in words(drawing) and "new: no values" in words(drawing)


def test_every_photograph_has_its_mark(table):
    drawing = outcomes_svg(table, HOSTILE, "new", 0.5)
    marks = len(shapes(drawing, "polygon")) + len(shapes(drawing, "circle"))
    assert marks == 2 * 3  # fixed, regressed and both good: one photograph and one in the legend each
    assert {"fixed: 1", "both fail: 1"} <= set(words(drawing))


def test_both_scores_of_a_prompt_are_written():
    drawing = prompts_svg([PromptScore("box", 0.5, 0.75), PromptScore("none", None, None)], STYLES)
    assert {"A 0.500", "B 0.750", "box", "none"} <= set(words(drawing))


def test_a_curve_leaves_out_the_epochs_without_a_value():
    drawing = curves_svg(
        "Loss", [0, 1, 2], ("training", [np.nan, 1.0, 0.5]), ("validation", [2.0, 1.5, 1.0]), 2
    )
    first, second = (one.get("points").split() for one in shapes(drawing, "polyline"))
    assert len(first) == 2 and len(second) == 3


@pytest.mark.parametrize("values", [[0.0], [5.0, 5.0], [1e-9, 1e9], [-1.0, 1.0], [np.nan]])
def test_any_values_have_an_axis(values):
    drawing = curves_svg("t", list(range(len(values))), ("train", values), ("validation", values), None)
    assert "nan" not in drawing.svg and "inf" not in drawing.svg


def test_words_are_never_markup():
    canvas = Canvas(10, 10)
    canvas.words(0, 0, HOSTILE)
    assert "<script" not in canvas.finish(HOSTILE).svg
    assert words(canvas.finish(HOSTILE)) == [HOSTILE]


def test_a_scale_keeps_within_its_ends():
    scale = Scale(0, 1, 100, 200)
    assert [scale(value) for value in (-1, 0, 0.5, 1, 2)] == [100, 100, 150, 200, 200]


def test_no_chart_asks_for_anything(table):
    for drawing in (
        outcomes_svg(table, "a", "b", 0.5),
        averages_svg({"IoU": (AverageBar(1, 1),)}, [Style("x", "#000000")]),
    ):
        assert not re.search(r"href|url\(|<style|@import", drawing.svg)
