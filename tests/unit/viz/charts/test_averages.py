"""The bars of the averages say what the table says: means, intervals, n, units, and the gap beside them."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.baseline_findings import BaselineFinding, BaselineMean
from floodeval.analysis.compare import compare_pair
from floodeval.analysis.pairing import mean_table
from floodeval.datasets.iou_spread import Spread
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from floodeval.viz.charts.averages import (
    COMPACT,
    NARROW,
    WIDE,
    average_panels,
    averages_html,
    gap_words,
    main_averages_html,
)
from floodeval.viz.style import variant_styles
from floodeval.viz.svg.average_bars import BAND
from floodeval.viz.svg.reference_lines import INK
from floodeval.viz.svg.svg_canvas import ON_PAGE
from tests.support.fake_run import draw_dataset, write_run

SVG = "{http://www.w3.org/2000/svg}"
STYLES = variant_styles(["pretrained", "finetuned"])
SPREAD = Spread(3, 0.8, 0.1, 0.7, 0.9)


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    folder = tmp_path_factory.mktemp("averages")
    run = load_run(write_run(folder / "run", draw_dataset(folder / "pools", list("abcde"))))
    distances = np.linspace(1, 30, len(run.metrics))
    return run.metrics.assign(hd95_px=distances, assd_px=distances / 3, nsd=0.5)


def draw(metrics, styles=STYLES, **more):
    """The wide drawing: the second one, for narrow places, has the same groups."""
    return drawings(mean_table(metrics, "box"), styles, **more)[0]


def drawings(table, styles, **more):
    page = ElementTree.fromstring(averages_html(table, styles, **more))
    wide, narrow = page.iter(f"{SVG}svg")
    assert [bar.get("aria-label") for bar in bars(wide)] == [bar.get("aria-label") for bar in bars(narrow)]
    return wide, narrow


def words(node):
    return [one.text for one in node.iter(f"{SVG}text")]


def shapes(node, tag, **attributes):
    return [
        one
        for one in node.iter(f"{SVG}{tag}")
        if all(one.get(name.replace("_", "-")) == value for name, value in attributes.items())
    ]


def bars(chart):
    return shapes(chart, "g", role="img")


def score_at(x):
    """The score at a place of the wide drawing's first axis."""
    return (float(x) - WIDE.left) / (WIDE.right - WIDE.left)


def bar_end(bar):
    (fill, *_) = shapes(bar, "rect")
    return score_at(float(fill.get("x")) + float(fill.get("width")))


def whisker(bar):
    lines = shapes(bar, "line", stroke=INK)
    return [score_at(lines[0].get(end)) for end in ("x1", "x2")] if lines else []


def diamonds(bar):
    return [score_at(one.get("points").split(",")[0]) for one in shapes(bar, "polygon")]


def titles(chart):
    return [one for one in words(chart) if re.search(r", n=\d+$", one)]


def first_bar(chart, variant):
    return next(one for one in bars(chart) if one.get("aria-label").startswith(f"{variant},"))


def test_a_bar_shows_its_mean_interval_and_pooled_score(metrics):
    row = mean_table(metrics, "box").set_index(["variant", "metric"]).loc[("finetuned", "iou")]
    bar = first_bar(draw(metrics), "finetuned")
    assert bar_end(bar) == pytest.approx(row["mean"], abs=5e-4)
    assert whisker(bar) == pytest.approx([row["low"], row["high"]], abs=5e-4)
    assert diamonds(bar) == pytest.approx([row["pooled"]], abs=5e-4)
    (title,) = shapes(bar, "title")
    for part in (
        f"{row['mean']:.3f}",
        f"{row['low']:.3f} to {row['high']:.3f}",
        f"{row['pooled']:.3f}",
        "5 im",
    ):
        assert part in bar.get("aria-label") and part in title.text


def test_distances_stand_on_an_axis_of_their_own_in_pixels(metrics):
    chart = draw(metrics)
    assert titles(chart) == ["score, 0 to 1, higher is better, n=5", "pixels, lower is better, n=5"]
    assert {"HD95, px", "ASSD, px"} <= set(words(chart))
    assert max(map(bar_end, bars(chart))) <= 1


def test_a_run_without_boundaries_has_no_axis_of_distances(metrics):
    chart = draw(metrics.assign(hd95_px=np.nan, assd_px=np.nan, nsd=np.nan, boundary_iou=np.nan))
    assert len(titles(chart)) == 1 and "NSD" not in words(chart)


@pytest.mark.parametrize("px", [0.0, 0.004, 1.0, 97.0, 4000.0])
def test_an_axis_of_distances_has_a_few_round_numbers(metrics, px):
    table = mean_table(metrics.assign(hd95_px=px, assd_px=px), "box")
    panel = average_panels(table, STYLES, None, {})[1]
    assert panel.ticks[0] == 0 and 2 <= len(panel.ticks) <= 6
    assert panel.ticks[-1] <= panel.end * (1 + 1e-9) and panel.end == pytest.approx(px or 1)


def test_a_metric_on_fewer_images_says_so(metrics):
    chart = draw(metrics.assign(precision=metrics["precision"].where(metrics["id"] != "a")))
    assert titles(chart)[0].endswith("n=5")
    said = words(chart)
    assert said[said.index("Precision") + 1] == "n=4"


def test_a_metric_without_values_says_so(metrics):
    chart = draw(metrics.assign(iou=np.nan))
    assert words(bars(chart)[0]) == ["no value"]


def test_a_value_stands_where_its_bar_whisker_and_diamond_have_ended(metrics):
    found = bars(draw(metrics))
    assert found
    for bar in found:
        (value,) = shapes(bar, "text")
        assert score_at(value.get("x")) >= max([bar_end(bar), *whisker(bar), *diamonds(bar)])
        assert f" {value.text} " in bar.get("aria-label")


def test_every_gap_stands_beside_its_bars(metrics):
    found = compare_pair(metrics, "pretrained", "finetuned", "box").metrics
    for chart in drawings(mean_table(metrics, "box"), STYLES, gaps=found):
        said = words(chart)
        gap = found["iou"]
        assert f"+{gap.gap:.3f}" in said
        assert any(" px" in one for one in said)
    assert "gap, B − A" in words(draw(metrics, gaps=found))


def test_a_gap_is_bold_where_it_is_decided(metrics):
    gap = compare_pair(metrics, "pretrained", "finetuned", "box").metrics["iou"]
    known = replace(gap, ci_low=0.1, ci_high=0.2)
    assert gap_words(replace(known, verdict="better"), in_pixels=False).decided
    for open_yet in ("undecided", "too_few_scenes"):
        assert not gap_words(replace(known, verdict=open_yet), in_pixels=False).decided
    found = {"iou": replace(known, verdict="better")}
    (bold,) = shapes(draw(metrics, gaps=found), "text", x=f"{WIDE.gaps_x:g}", font_weight="600")
    assert bold.text.startswith("+")


def test_one_scene_has_a_mean_and_no_interval(metrics):
    table = mean_table(metrics.assign(scene="one"), "box")
    assert table["mean"].notna().any() and table["low"].isna().all()
    chart, _ = drawings(table, variant_styles(["pretrained"]))
    assert not any(map(whisker, bars(chart)))
    assert say("home.no_interval") in bars(chart)[0].get("aria-label")


def test_the_agreement_is_a_band_behind_the_bars_of_iou(metrics):
    chart = draw(metrics, agreement=SPREAD)
    (band,) = shapes(chart, "rect", fill=BAND)
    left, width = (float(band.get(name)) for name in ("x", "width"))
    assert (score_at(left), score_at(left + width)) == pytest.approx((0.7, 0.9), abs=5e-4)
    (tick, _) = shapes(chart, "line", stroke=ON_PAGE.text)
    assert score_at(tick.get("x1")) == pytest.approx(0.8, abs=5e-4)
    assert "two annotations agree: 0.800" in words(chart)
    assert not shapes(draw(metrics), "rect", fill=BAND)


def test_no_rows_draw_no_bars_and_fail_not():
    empty = pd.DataFrame(columns=["variant", "metric", "mean", "pooled", "n"])
    assert not bars(drawings(empty, {})[0])


def test_a_variants_name_is_never_markup(metrics):
    name = '<img src=x onerror="alert(1)">'
    renamed = metrics.assign(variant=metrics["variant"].replace("finetuned", name))
    chart = draw(renamed, variant_styles(["pretrained", name]))
    assert name in words(chart)
    assert not [one for one in chart.iter() if one.tag.endswith("img") or one.get("onerror")]


def test_the_bars_speak_the_language_of_the_moment(metrics):
    with speaking("es"):
        assert "Precisión" in words(draw(metrics))


def test_no_text_leaves_the_drawing(metrics):
    """A letter is about 0.6 of its font's size wide."""
    gaps = compare_pair(metrics, "pretrained", "finetuned", "box").metrics
    for language in ("en", "es"):
        with speaking(language):
            charts = drawings(mean_table(metrics, "box"), STYLES, gaps=gaps, agreement=SPREAD)
        for chart, layout in zip(charts, (WIDE, NARROW), strict=True):
            for one in shapes(chart, "text"):
                x, width = float(one.get("x")), 0.55 * float(one.get("font-size")) * len(one.text)
                left = x - {"start": 0, "middle": 0.5, "end": 1}[one.get("text-anchor")] * width
                assert left >= -2 and left + width <= layout.width + 2, one.text


def test_hatches_fill_the_bars_of_hatched_variants(metrics):
    plain, hatched = (first_bar(draw(metrics), name) for name in ("pretrained", "finetuned"))
    assert not shapes(plain, "path") and shapes(hatched, "path")


def baseline(name, iou, others=0.5):
    means = {"iou": iou, "dice": others, "precision": others, "recall": others}
    return BaselineFinding(
        name, "none", {key: BaselineMean(one, None, None, 5, 5) for key, one in means.items()}
    )


def draw_main(metrics, **more):
    page = ElementTree.fromstring(main_averages_html(mean_table(metrics, "box"), STYLES, **more))
    return next(page.iter(f"{SVG}svg"))


def lines_at(chart, dash):
    """The values of the vertical lines with a dash, without their key."""
    span = COMPACT.right - COMPACT.left
    found = shapes(chart, "line", stroke=INK, stroke_dasharray=dash)
    values = [(float(one.get("x1")) - COMPACT.left) / span for one in found if one.get("x1") == one.get("x2")]
    return [value for value in values if value > 0]


def test_the_main_chart_has_four_metrics_and_no_pooled_scores(metrics):
    chart = draw_main(metrics)
    assert len(bars(chart)) == 8
    assert not shapes(chart, "polygon")


def test_a_trivial_baseline_is_a_line_at_its_score_across_every_metric(metrics):
    chart = draw_main(metrics, baselines=[baseline("all_water", 0.4), baseline("no_water", 0.0)])
    assert sorted(lines_at(chart, "4 3")) == pytest.approx([0.4, 0.5, 0.5, 0.5], abs=1e-3)
    assert words(chart).count(say("baselines.all_water")) == 1
    assert say("home.agreement", mean="0.800") not in words(chart)


def test_a_baseline_without_a_score_has_no_line(metrics):
    chart = draw_main(metrics, baselines=[baseline("filled_box", None, None)])
    assert say("baselines.filled_box") not in words(chart)


def test_no_number_of_the_main_chart_is_among_the_bars(metrics):
    chart = draw_main(metrics, agreement=SPREAD)
    assert say("home.agreement", mean="0.800") in words(chart)
    scores = [one for one in chart.iter(f"{SVG}text") if re.fullmatch(r"\d\.\d{3}", one.text)]
    assert len(scores) == 8
    assert {float(one.get("x")) for one in scores} == {COMPACT.values_x}
