"""The charts say what the table says, with n, and show names as text."""

import base64
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.pairing import paired
from floodeval.evaluation.run import load_run
from floodeval.pictures.distributions import SCORE_EDGES, gap_figure, histogram_figure, scatter_figure, shares
from floodeval.pictures.legend import swatch
from floodeval.pictures.palette import Ink, variant_inks
from tests.ui.fake_run import draw_dataset, write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    return load_run(write_run(folder / "run", draw_dataset(folder / "pools", list("abcde"))))


def test_shares_add_up_to_all_images_with_a_value():
    bins = shares(pd.Series([0.0, 0.5, 1.0, np.nan]), SCORE_EDGES)
    assert bins["n"].sum() == 3 and bins["share"].sum() == pytest.approx(100)
    assert bins.loc[0, "n"] == 1 and bins.iloc[-1]["n"] == 1


def test_shares_of_nothing_are_zero():
    assert shares(pd.Series([np.nan]), SCORE_EDGES)["share"].sum() == 0


def test_histograms_name_median_and_n_and_share_their_bins(run):
    rows = run.metrics[run.metrics["prompt"] == "box"]
    values = {name: rows.loc[rows["variant"] == name, "iou"] for name in ("pretrained", "finetuned")}
    figure = histogram_figure(values, variant_inks(list(values)), "iou")
    median = values["pretrained"].median()
    assert figure.data[0].name == f"pretrained: median {median:.2f}, n=5"
    assert all(sum(trace.y) == pytest.approx(100) for trace in figure.data)
    assert set(np.round(figure.data[0].width, 3)) == {0.05}
    assert figure.data[0].marker.pattern.shape != figure.data[1].marker.pattern.shape


def test_a_histogram_without_values_is_empty_and_says_so():
    figure = histogram_figure({"a": pd.Series([np.nan])}, variant_inks(["a"]), "iou")
    assert figure.data[0].name == "a: n=0"


def test_the_gaps_are_told_apart_by_their_sign():
    figure = gap_figure(pd.Series([-0.3, -0.01, 0.0, 0.2, np.nan]), "gap")
    assert [trace.name for trace in figure.data] == ["B lower than A, n=2", "B higher than A, n=1"]


def test_a_point_carries_its_raw_id_and_shows_it_as_text(run):
    table = paired(run.metrics, "pretrained", "finetuned", "box").assign(id="<b>x</b>")
    figure = scatter_figure(table, "pretrained", "finetuned", 0.5)
    shown = [trace for trace in figure.data if len(trace.x)]
    assert shown[0].text[0] == "&lt;b&gt;x&lt;/b&gt;" and shown[0].customdata[0] == "<b>x</b>"


@pytest.mark.parametrize("hatch", ["", "/", "x", "-", "."])
def test_a_swatch_is_a_picture(hatch):
    content = base64.b64decode(swatch(Ink("a", "#E69F00", hatch)).partition(",")[2])
    assert ElementTree.fromstring(content).tag.endswith("svg")


def test_more_variants_than_colours_still_have_inks():
    assert len(variant_inks([f"v{i}" for i in range(12)])) == 12
