"""The page Distributions: its views and choices, and what a selection in a chart comes to."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.distribution import GridCell, HistogramBar, PickedPoints
from floodeval.analysis.ranking import bounds_of
from floodeval.dashboard.navigation import PAGES
from floodeval.dashboard.pages.distributions.picked_images import bar_of, images_of, list_params
from floodeval.i18n.catalog import say
from tests.support.pages import open_page, says

SIDES = {"pretrained": "a", "finetuned": "b"}
SCORES = (0.0, 1.0)


def charts(page):
    return page.get("plotly_chart")


def headings(page):
    return [one.value for one in page.markdown if str(one.value).startswith("####")]


@pytest.mark.usefixtures("dashboard_files")
@pytest.mark.parametrize("run", ["two", "three", "one", "dry", "doubtful", "gone"])
def test_every_view_shows_every_kind_of_run(run):
    page = open_page("Distributions", run=run)
    for view in ("density", "cumulative", "histogram"):
        page.segmented_control(key="spread_view").set_value(view).run()
        assert not page.exception
        n_metrics = len(page.multiselect(key="spread_metrics").value)
        assert len(charts(page)) == n_metrics + (0 if run == "one" else 2)


@pytest.mark.usefixtures("dashboard_files")
def test_the_rule_of_bins_and_of_densities_is_said():
    page = open_page("Distributions", run="two")
    assert says(page, "distributions.how_rule")
    page.number_input(key="spread_bins").set_value(20).run()
    assert not says(page, "distributions.how_rule")
    page.segmented_control(key="spread_view").set_value("density").run()
    assert says(page, "distributions.how_density")


@pytest.mark.usefixtures("dashboard_files")
def test_other_metrics_can_be_chosen_and_none_is_said():
    page = open_page("Distributions", run="two")
    page.multiselect(key="spread_metrics").set_value(["specificity", "score"]).run()
    page.selectbox(key="spread_paired").select("dice").run()
    assert headings(page) == [
        f"#### {say('metrics.specificity')}",
        f"#### {say('metrics.score')}",
        f"#### {say('distributions.gap', metric=say('metrics.dice'))}",
        f"#### {say('distributions.pairs')}",
    ]
    page.multiselect(key="spread_metrics").set_value([]).run()
    assert not page.exception and page.info[0].value == say("distributions.none")


@pytest.mark.usefixtures("dashboard_files")
def test_the_choices_stay_from_page_to_page():
    page = open_page("Distributions", run="two")
    page.segmented_control(key="spread_view").set_value("cumulative").run()
    page.multiselect(key="spread_metrics").set_value(["recall"]).run()
    page.switch_page(PAGES["Home"].script).run()
    page.switch_page(PAGES["Distributions"].script).run()
    assert page.segmented_control(key="spread_view").value == "cumulative"
    assert page.multiselect(key="spread_metrics").value == ["recall"]


@pytest.mark.usefixtures("dashboard_files")
def test_a_metric_that_the_next_run_lacks_is_clear():
    page = open_page("Distributions", run="two")
    page.multiselect(key="spread_metrics").set_value(["iou", "specificity"]).run()
    page.selectbox(key="spread_paired").select("dice").run()
    page.selectbox(key="run").select("dry").run()
    assert not page.exception
    assert page.multiselect(key="spread_metrics").value == ["specificity"]
    assert page.selectbox(key="spread_paired").value != "dice"


def test_a_selected_bar_is_read_from_what_plotly_says():
    event = [{"customdata": ["finetuned", 0.9, 1.0, 3]}]
    assert bar_of(event, "iou", SIDES, 1.0) == HistogramBar("iou_b", 0.9, 1.0, last=True)
    assert bar_of([{"customdata": ["gap", -0.1, 0, 3]}], "dice", {"gap": "gap"}, 1.0) == HistogramBar(
        "dice_gap", -0.1, 0.0
    )


@pytest.mark.parametrize("event", [[], [{}], [{"customdata": None}], [{"customdata": ["other", 0, 1, 2]}]])
def test_a_selection_that_means_nothing_is_none(event):
    assert bar_of(event, "iou", SIDES, 1.0) is None


@pytest.mark.parametrize("said", ["i1", ["i1"]])
def test_selected_points_are_their_images(said):
    assert images_of([{"customdata": said}], "iou", SCORES, 40) == PickedPoints(("i1",))


def test_a_selected_cell_is_its_images():
    cell = images_of([{"customdata": ["fixed", 17, 3]}], "iou", SCORES, 40)
    assert cell == GridCell("iou", "fixed", 17, SCORES, 40)
    assert images_of([], "iou", SCORES, 40) is None
    assert images_of([{"customdata": ["fixed", np.nan, 3]}], "iou", SCORES, 40) is None


def test_the_images_of_a_bar_open_as_the_list_of_worst_cases():
    rows = pd.DataFrame({"iou_b": [0.0512345678, 0.09]})
    params = list_params(HistogramBar("iou_b", 0.05, 0.1), rows)
    low, high = bounds_of(params["between"])
    assert (params["metric"], params["of"]) == ("iou", "b")
    assert 0.05 < low <= 0.0512345678 and 0.09 <= high < 0.1
    assert params["quadrant"] == params["slice"] == params["marked"] == params["reviewer"] == "all"
