"""Histograms, densities, cumulative shares, gaps and pairs: what they show and what their marks carry."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.pairing import paired
from floodeval.evaluation.run import load_run
from floodeval.viz.charts.distributions import cumulative_figure, density_figure, histogram_figure, shares
from floodeval.viz.charts.gaps import MOST_POINTS, gap_curve_figure, gap_figure, pairs_figure
from floodeval.viz.style import Style, variant_styles
from tests.support.fake_run import draw_dataset, write_run

EDGES = np.linspace(0, 1, 21)
GAP_EDGES = np.linspace(-1, 1, 41)
SCORES = (0.0, 1.0)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    return load_run(write_run(folder / "run", draw_dataset(folder / "pools", list("abcde"))))


@pytest.fixture(scope="module")
def values(run):
    rows = run.metrics[run.metrics["prompt"] == "box"]
    return {name: rows.loc[rows["variant"] == name, "iou"] for name in ("pretrained", "finetuned")}


def test_shares_add_up_to_all_images_with_a_value():
    bins = shares(pd.Series([0.0, 0.5, 1.0, np.nan]), EDGES)
    assert bins["n"].sum() == 3 and bins["share"].sum() == pytest.approx(100)
    assert bins.loc[0, "n"] == 1 and bins.iloc[-1]["n"] == 1


def test_shares_of_nothing_are_zero():
    assert shares(pd.Series([np.nan]), EDGES)["share"].sum() == 0


def test_histograms_name_median_and_n_and_share_their_bins(values):
    figure = histogram_figure(values, variant_styles(list(values)), EDGES, "IoU")
    median = values["pretrained"].median()
    assert figure.data[0].name == f"pretrained: median {median:.3f}, n=5"
    assert all(sum(trace.y) == pytest.approx(100) for trace in figure.data)
    assert set(np.round(figure.data[0].width, 3)) == {0.05}
    assert figure.data[0].marker.pattern.shape != figure.data[1].marker.pattern.shape
    assert figure.layout.xaxis.title.text == "IoU, in bins of 0.05"
    assert figure.layout.yaxis.title.text == "share of images"


def test_a_bar_carries_its_variant_bounds_and_count(values):
    figure = histogram_figure(values, variant_styles(list(values)), EDGES, "IoU")
    assert len(figure.data[1].customdata)
    for side, low, high, n in figure.data[1].customdata:
        assert side == "finetuned" and n == values[side].between(low, high, "left").sum()


def test_one_variant_alone_says_its_median_and_n_too(values):
    alone = {"pretrained": values["pretrained"]}
    styles = variant_styles(list(alone))
    for figure in (
        histogram_figure(alone, styles, EDGES, "IoU"),
        density_figure(alone, styles, SCORES, "IoU"),
    ):
        assert figure.layout.showlegend and "median" in figure.data[0].name and "n=5" in figure.data[0].name


def test_a_histogram_without_values_is_empty_and_says_so():
    figure = histogram_figure({"a": pd.Series([np.nan])}, variant_styles(["a"]), EDGES, "IoU")
    assert figure.data[0].name == "a: n=0"


@pytest.mark.parametrize("draw", [density_figure, cumulative_figure])
def test_curves_are_told_apart_by_more_than_color(values, draw):
    figure = draw(values, variant_styles(list(values)), SCORES, "IoU")
    assert figure.data[0].line.dash != figure.data[1].line.dash
    assert figure.layout.yaxis.title.text and figure.layout.xaxis.title.text == "IoU"
    assert figure.data[0].name.endswith("n=5")


@pytest.mark.parametrize("draw", [density_figure, cumulative_figure])
def test_curves_of_nothing_are_empty(draw):
    figure = draw({"a": pd.Series([], dtype=float)}, variant_styles(["a"]), SCORES, "IoU")
    assert len(figure.data[0].x) == 0 and figure.data[0].name == "a: n=0"


def test_the_gaps_are_told_apart_by_their_sign():
    figure = gap_figure(pd.Series([-0.3, -0.01, 0.0, 0.2, np.nan]), GAP_EDGES, "gap")
    assert [trace.name for trace in figure.data] == ["B lower than A, n=2", "B higher than A, n=1"]


def test_of_a_distance_the_lower_gap_has_the_color_of_a_gain():
    gaps = pd.Series([-0.3, 0.2])
    of_score, of_distance = (gap_figure(gaps, GAP_EDGES, "gap", lower) for lower in (False, True))
    assert of_score.data[0].marker.color == of_distance.data[1].marker.color


@pytest.mark.parametrize("view", ["density", "cumulative"])
def test_the_gaps_have_curves_too(view):
    figure = gap_curve_figure(pd.Series([-0.3, 0.1, 0.2]), 0.3, "gap", view)
    assert figure.data[0].name == "B − A, n=3" and len(figure.data[0].x) > 3


def test_a_point_carries_its_raw_id_and_shows_it_as_text(run):
    table = paired(run.metrics, "pretrained", "finetuned", "box").assign(id="<b>x</b>")
    figure = pairs_figure(table, "iou", ("A", "B"), SCORES, 0.5)
    shown = [trace for trace in figure.data if len(trace.x)]
    assert shown[0].text[0] == "&lt;b&gt;x&lt;/b&gt;" and shown[0].customdata[0] == "<b>x</b>"


def test_too_many_points_are_drawn_cell_by_cell_and_none_is_lost():
    n = MOST_POINTS + 500
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"id": [str(i) for i in range(n)], "iou_a": rng.random(n), "iou_b": rng.random(n)})
    table["outcome"] = np.where(table["iou_b"] < 0.5, "both_fail", "both_good")
    figure = pairs_figure(table, "iou", ("A", "B"), SCORES, 0.5)
    marks = [mark for trace in figure.data for mark in trace.customdata]
    assert len(marks) <= 1600 + 40 and sum(count for *_, count in marks) == n


def test_labels_of_close_medians_are_to_both_sides(values):
    near = {"pretrained": values["pretrained"], "finetuned": values["pretrained"] + 0.01}
    styles = {name: Style(name, "#CC8400", letter=letter) for name, letter in zip(near, "AB", strict=True)}
    figure = histogram_figure(near, styles, np.linspace(0, 1, 21), "IoU")
    assert {one.text: one.xanchor for one in figure.layout.annotations} == {"A": "right", "B": "left"}
    far = {"pretrained": values["pretrained"] * 0, "finetuned": values["pretrained"] * 0 + 0.5}
    figure = histogram_figure(far, styles, np.linspace(0, 1, 21), "IoU")
    assert {one.xanchor for one in figure.layout.annotations} == {"center"}


@pytest.mark.parametrize("reach", [0.05, 0.3, 1.0, 250.0])
def test_ticks_of_a_gap_are_signed_but_for_zero(reach):
    figure = gap_figure(pd.Series([-0.01, 0.02]), np.array([-reach, 0, reach]), "gap")
    axis = figure.layout.xaxis
    assert len(axis.tickvals) <= 11 and axis.ticktext[list(axis.tickvals).index(0)] == "0"
    assert axis.ticktext[0].startswith("−") and axis.ticktext[-1].startswith("+")
