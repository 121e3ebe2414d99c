"""The bars of the averages say what the table says: means, intervals, n, units, and the gap beside them."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.compare import compare_pair
from floodeval.analysis.means import mean_table
from floodeval.evaluation.run import load_run
from floodeval.language.sentences import speaking
from floodeval.pictures.averages import averages_figure, gap_words
from floodeval.pictures.palette import variant_inks
from tests.ui.fake_run import draw_dataset, write_run


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    folder = tmp_path_factory.mktemp("averages")
    run = load_run(write_run(folder / "run", draw_dataset(folder / "pools", list("abcde"))))
    distances = np.linspace(1, 30, len(run.metrics))
    return run.metrics.assign(hd95_px=distances, assd_px=distances / 3, nsd=0.5)


def traces(figure, kind):
    return [trace for trace in figure.data if trace.type == kind]


def values(figure):
    return [trace for trace in traces(figure, "scatter") if trace.mode == "text"]


def draw(metrics, **more):
    return averages_figure(mean_table(metrics, "box"), variant_inks(["pretrained", "finetuned"]), **more)


def test_a_bar_shows_its_mean_and_interval(metrics):
    row = mean_table(metrics, "box").set_index(["variant", "metric"]).loc[("finetuned", "iou")]
    bar = traces(draw(metrics), "bar")[1]
    assert bar.x[0] == pytest.approx(row["mean"])
    assert bar.error_x.array[0] == pytest.approx(row["high"] - row["mean"])
    assert bar.error_x.arrayminus[0] == pytest.approx(row["mean"] - row["low"])


def test_distances_stand_on_an_axis_of_their_own_in_pixels(metrics):
    figure = draw(metrics)
    own = [bar for bar in traces(figure, "bar") if bar.xaxis == "x2"]
    assert len(own) == 2 and list(figure.layout.yaxis2.ticktext) == ["HD95, px", "ASSD, px"]
    assert figure.layout.xaxis2.title.text == "pixels, lower is better, n=5"
    assert "HD95, px" not in figure.layout.yaxis.ticktext and "NSD" in figure.layout.yaxis.ticktext


def test_a_run_without_boundaries_has_no_axis_of_distances(metrics):
    figure = draw(metrics.assign(hd95_px=np.nan, assd_px=np.nan, nsd=np.nan, boundary_iou=np.nan))
    assert not [bar for bar in traces(figure, "bar") if bar.xaxis == "x2"]
    assert "NSD" not in figure.layout.yaxis.ticktext


def test_a_metric_on_fewer_images_says_so(metrics):
    metrics = metrics.assign(precision=metrics["precision"].where(metrics["id"] != "a"))
    figure = draw(metrics)
    assert figure.layout.xaxis.title.text.endswith("n=5")
    assert "Precision<br>n=4" in figure.layout.yaxis.ticktext


def test_a_metric_without_values_says_so(metrics):
    assert values(draw(metrics.assign(iou=np.nan)))[0].text[0].endswith("no value")


def test_a_value_stands_where_its_bar_whisker_and_diamond_have_ended(metrics):
    figure = draw(metrics)
    for axis, value in zip(("x", "x2"), values(figure), strict=True):
        bars = [bar for bar in traces(figure, "bar") if bar.xaxis == axis]
        means, ends = np.concatenate([bar.x for bar in bars]), [bar.x + bar.error_x.array for bar in bars]
        assert [float(said) for said in value.text] == pytest.approx(list(means), abs=0.05)
        assert (np.array(value.x) >= np.concatenate(ends)).all()


def test_every_gap_stands_beside_its_bars(metrics):
    found = compare_pair(metrics, "pretrained", "finetuned", "box")
    figure = draw(metrics, gaps=found.metrics)
    words = [note.text for note in figure.layout.annotations]
    assert gap_words(found.metrics["iou"], in_pixels=False) in words
    assert any(" px" in word for word in words)


def test_a_gap_is_bold_where_its_interval_leaves_out_zero(metrics):
    gap = compare_pair(metrics, "pretrained", "finetuned", "box").metrics["iou"]
    assert gap.ci_low > 0 and gap_words(gap, in_pixels=False).startswith("<b>+")


def test_one_scene_has_a_mean_and_no_interval(metrics):
    table = mean_table(metrics.assign(scene="one"), "box")
    assert table["mean"].notna().any() and table["low"].isna().all()
    bar = traces(averages_figure(table, variant_inks(["pretrained"])), "bar")[0]
    assert not bar.error_x.visible


def test_no_rows_draw_no_bars_and_fail_not():
    assert averages_figure(
        pd.DataFrame(columns=["variant", "metric", "mean", "pooled", "n"]), {}
    ).layout.height


def test_the_bars_speak_the_language_of_the_moment(metrics):
    with speaking("es"):
        assert "Precisión" in draw(metrics).layout.yaxis.ticktext
