"""The bars of the averages say what the table says: means, intervals, n, units, and the gap beside them."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.compare import compare_pair
from floodeval.analysis.pairing import mean_table
from floodeval.datasets.iou_spread import Spread
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from floodeval.viz.charts.averages import VALUES, averages_html, gap_words
from floodeval.viz.style import variant_styles
from tests.support.fake_run import draw_dataset, write_run

STYLES = variant_styles(["pretrained", "finetuned"])


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    folder = tmp_path_factory.mktemp("averages")
    run = load_run(write_run(folder / "run", draw_dataset(folder / "pools", list("abcde"))))
    distances = np.linspace(1, 30, len(run.metrics))
    return run.metrics.assign(hd95_px=distances, assd_px=distances / 3, nsd=0.5)


def draw(metrics, styles=STYLES, **more):
    return ElementTree.fromstring(averages_html(mean_table(metrics, "box"), styles, **more))


def words(node):
    return "".join(node.itertext())


def parts(node, kind):
    return [one for one in node.iter() if one.get("class") == kind]


def names(chart):
    return [words(one) for one in parts(chart, "name")]


def at(node, side="left"):
    """Where something lies, as a share of the greatest score."""
    return VALUES * float(re.search(rf"\b{side}:([\d.]+)%", node.get("style"))[1]) / 100


def first_bar(chart, variant):
    return next(one for one in parts(chart, "bar") if one.get("aria-label").startswith(f"{variant},"))


def test_a_bar_shows_its_mean_interval_and_pooled_score(metrics):
    row = mean_table(metrics, "box").set_index(["variant", "metric"]).loc[("finetuned", "iou")]
    bar = first_bar(draw(metrics), "finetuned")
    (fill,), (whisker,), (diamond,) = (parts(bar, kind) for kind in ("fill", "whisker", "diamond"))
    assert at(fill, "width") == pytest.approx(row["mean"], abs=1e-4)
    assert at(whisker) == pytest.approx(row["low"], abs=1e-4)
    assert at(whisker) + at(whisker, "width") == pytest.approx(row["high"], abs=2e-4)
    assert at(diamond) == pytest.approx(row["pooled"], abs=1e-4)
    for said in (
        f"{row['mean']:.3f}",
        f"{row['low']:.3f} to {row['high']:.3f}",
        f"{row['pooled']:.3f}",
        "5 im",
    ):
        assert said in bar.get("aria-label") and said in bar.get("title")


def test_distances_stand_on_an_axis_of_their_own_in_pixels(metrics):
    chart = draw(metrics)
    scores, pixels = (words(one) for one in parts(chart, "title"))
    assert scores == "score, 0 to 1, higher is better, n=5"
    assert pixels == "pixels, lower is better, n=5"
    assert names(chart)[-2:] == ["HD95, px", "ASSD, px"]
    longest = max(at(fill, "width") for fill in parts(chart, "fill"))
    assert longest <= 1


def test_a_run_without_boundaries_has_no_axis_of_distances(metrics):
    chart = draw(metrics.assign(hd95_px=np.nan, assd_px=np.nan, nsd=np.nan, boundary_iou=np.nan))
    assert len(parts(chart, "title")) == 1 and "NSD" not in names(chart)


@pytest.mark.parametrize("px", [0.0, 0.004, 1.0, 97.0, 4000.0])
def test_an_axis_of_distances_has_a_few_round_numbers(metrics, px):
    chart = draw(metrics.assign(hd95_px=px, assd_px=px))
    marks = [float(mark.text.replace(",", "")) for mark in parts(chart, "axis")[1]]
    assert marks[0] == 0 and 2 <= len(marks) <= 6 and marks[-1] < VALUES * (px or 1)


def test_a_metric_on_fewer_images_says_so(metrics):
    chart = draw(metrics.assign(precision=metrics["precision"].where(metrics["id"] != "a")))
    assert words(parts(chart, "title")[0]).endswith("n=5")
    assert "Precisionn=4" in names(chart)


def test_a_metric_without_values_says_so(metrics):
    chart = draw(metrics.assign(iou=np.nan))
    assert words(parts(chart, "value")[0]) == "no value"


def test_a_value_stands_where_its_bar_whisker_and_diamond_have_ended(metrics):
    bars = parts(draw(metrics), "bar")
    assert bars
    for bar in bars:
        value = parts(bar, "value")[0]
        ends = [at(one, "width") for one in parts(bar, "fill")]
        ends += [at(one) + at(one, "width") for one in parts(bar, "whisker")]
        ends += [at(one) for one in parts(bar, "diamond")]
        assert at(value) >= max(ends) - 3e-4
        assert f" {value.text} " in bar.get("aria-label")


def test_every_gap_stands_beside_its_bars(metrics):
    found = compare_pair(metrics, "pretrained", "finetuned", "box").metrics
    chart = draw(metrics, gaps=found)
    assert names(chart)[0] == "IoU"
    said = [words(one) for one in parts(chart, "gap")]
    gap = found["iou"]
    assert said[0] == "gap, B − A" and said[1].startswith(f"+{gap.gap:.3f}")
    assert any(" px" in one for one in said)


def test_a_gap_is_bold_where_it_is_decided(metrics):
    gap = compare_pair(metrics, "pretrained", "finetuned", "box").metrics["iou"]
    assert gap_words(replace(gap, verdict="better"), in_pixels=False).startswith("<b>+")
    for open_yet in ("undecided", "too_few_scenes"):
        assert gap_words(replace(gap, verdict=open_yet), in_pixels=False).startswith("+")


def test_one_scene_has_a_mean_and_no_interval(metrics):
    table = mean_table(metrics.assign(scene="one"), "box")
    assert table["mean"].notna().any() and table["low"].isna().all()
    chart = ElementTree.fromstring(averages_html(table, variant_styles(["pretrained"])))
    assert not parts(chart, "whisker")
    assert say("home.no_interval") in parts(chart, "bar")[0].get("title")


def test_the_agreement_is_a_band_behind_the_bars_of_iou(metrics):
    chart = draw(metrics, agreement=Spread(3, 0.8, 0.1, 0.7, 0.9))
    (band,), (tick,) = parts(chart, "band"), parts(chart, "tick")
    assert (at(band), at(band) + at(band, "width")) == pytest.approx((0.7, 0.9), abs=2e-4)
    assert at(tick) == pytest.approx(0.8, abs=1e-4)
    assert words(parts(chart, "agreement")[0]) == "two annotations agree: 0.800"
    assert not parts(draw(metrics), "band")


def test_no_rows_draw_no_bars_and_fail_not():
    empty = pd.DataFrame(columns=["variant", "metric", "mean", "pooled", "n"])
    assert not parts(ElementTree.fromstring(averages_html(empty, {})), "bar")


def test_a_variants_name_is_never_markup(metrics):
    name = '<img src=x onerror="alert(1)">'
    renamed = metrics.assign(variant=metrics["variant"].replace("finetuned", name))
    chart = draw(renamed, variant_styles(["pretrained", name]))
    assert name in words(parts(chart, "key")[0])
    assert not [one for one in chart.iter("img") if one.get("onerror")]


def test_the_bars_speak_the_language_of_the_moment(metrics):
    with speaking("es"):
        assert "Precisión" in names(draw(metrics))
