"""Lists of images: their order, neighbors and filters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.analysis.pairing import paired
from floodeval.analysis.ranking import (
    DISAGREEMENT,
    Filters,
    RankedPlace,
    Ranking,
    bounds_around,
    bounds_of,
    bounds_text,
    by_id,
    described,
    matching,
    place_of,
    ranked,
    reviewer_key,
    subgroup_key,
    subgroups_in,
    tag_key,
    tag_of,
)
from floodeval.analysis.subgroups import CATEGORIES, NUMBERS
from floodeval.dashboard.widgets.tables import page_count, page_of
from floodeval.evaluation.reviews import MarkedCase
from floodeval.evaluation.run import load_run
from tests.support.fake_run import draw_dataset, write_run

TABLE = pd.DataFrame(
    {
        "id": ["10", "9", "2", "x", "none"],
        "iou_gap": [0.1, -0.4, 0.1, 0.9, np.nan],
        "dice_a": [0.5, 0.1, 0.9, 0.3, np.nan],
        "hd95_px_a": [3.0, 9.0, 1.0, 0.0, np.nan],
        "hd95_px_gap": [-2.0, 5.0, 0.0, 1.0, np.nan],
        DISAGREEMENT: [0.1, 0.9, 0.2, 0.0, np.nan],
        "outcome": ["fixed", "regressed", "fixed", "both_good", None],
    }
)


@pytest.mark.parametrize(
    ("ranking", "ids"),
    [
        (Ranking(), ["9", "2", "10", "x", "none"]),
        (Ranking(order="best"), ["x", "2", "10", "9", "none"]),
        (Ranking("dice", "a"), ["9", "x", "10", "2", "none"]),
        (Ranking("hd95_px", "a"), ["9", "10", "2", "x", "none"]),
        (Ranking("hd95_px", "gap"), ["9", "x", "2", "10", "none"]),
        (Ranking("hd95_px", "gap", "best"), ["10", "2", "x", "9", "none"]),
        (Ranking(DISAGREEMENT), ["9", "2", "10", "x", "none"]),
        (Ranking(outcome="fixed"), ["2", "10"]),
        (Ranking(outcome="both_fail"), []),
    ],
)
def test_images_are_in_the_order_asked_for_with_missing_values_last(ranking, ids):
    assert list(ranked(by_id(TABLE), ranking)["id"]) == ids


def test_ties_stay_in_the_order_of_the_table():
    assert list(by_id(TABLE)["id"]) == ["2", "9", "10", "none", "x"]
    assert list(ranked(TABLE, Ranking())["id"])[1:3] == ["10", "2"]


def test_neighbors():
    ids = ["a", "b", "c"]
    assert place_of(ids, "a") == RankedPlace(1, 3, None, "b")
    assert place_of(ids, "b") == RankedPlace(2, 3, "a", "c")
    assert place_of(ids, "c") == RankedPlace(3, 3, "b", None)


def test_an_image_outside_the_filter_leads_to_the_first_of_the_list():
    assert place_of(["a", "b"], "z") == RankedPlace(None, 2, None, "a")
    assert place_of([], "z") == RankedPlace(None, 0, None, None)


def test_an_image_outside_the_filter_has_the_neighbors_between_which_it_would_stand():
    everything = ["a", "b", "c", "d", "e"]
    assert place_of(["b", "d"], "c", everything) == RankedPlace(None, 2, "b", "d")
    assert place_of(["b", "d"], "a", everything) == RankedPlace(None, 2, None, "b")
    assert place_of(["b", "d"], "e", everything) == RankedPlace(None, 2, "d", None)


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (12, 1), (13, 2), (24, 2), (25, 3)])
def test_pages(rows, pages):
    assert page_count(rows, 12) == pages
    table = pd.DataFrame({"id": range(rows)})
    assert sum(len(page_of(table, page, 12)) for page in range(1, pages + 1)) == rows


CASES = {"2": MarkedCase("2", "shadow"), "5": MarkedCase("5", "mirror"), "gone": MarkedCase("gone")}


BRIGHTNESS = [1.0, 5.0, 9.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0]  # in three parts of three: 20 and 50


def table():
    n = 9
    traits = dict.fromkeys(NUMBERS, np.ones(n)) | {"brightness": BRIGHTNESS}
    return pd.DataFrame(
        {
            "id": [str(i) for i in range(n)],
            "iou_gap": np.linspace(-0.4, 0.4, n),
            "iou_a": [np.nan, *np.linspace(0.1, 0.8, n - 1)],
            "outcome": ["fixed", "regressed", "fixed"] * 3,
        }
        | traits
        | dict.fromkeys(CATEGORIES, "brown")
    )


def kept(ranking=None, **filters):
    return list(matching(table(), ranking or Ranking(), Filters(**filters), tuple(CASES.values()))["id"])


def test_without_filters_everything_is_listed():
    assert kept() == [str(i) for i in range(9)]
    assert not Filters().any and Filters(marked="yes").any


def test_a_slice_keeps_its_images():
    assert kept(subgroup="brightness.low") == ["0", "1", "2"]
    assert kept(subgroup="brightness.middle") == ["3", "4", "5"]
    assert kept(subgroup="brightness.high") == ["6", "7", "8"]
    assert kept(subgroup="brightness.nothing") == []


def test_a_range_keeps_what_lies_between_its_bounds_and_nothing_without_a_value():
    assert kept(between=(-0.1, 0.1)) == ["3", "4", "5"]
    assert kept(Ranking("iou", "a"), between=(0.0, 1.0)) == [str(i) for i in range(1, 9)]


def test_marked_unmarked_and_tagged_images_can_be_listed():
    assert kept(marked="yes") == ["2", "5"]
    assert kept(marked="no") == ["0", "1", "3", "4", "6", "7", "8"]
    assert kept(marked=tag_key("mirror")) == ["5"] and kept(marked=tag_key("other")) == []
    assert tag_of(tag_key("#odd")) == "#odd" and tag_of("yes") is None


def test_images_can_be_listed_by_reviewer_and_by_what_reviewers_say():
    reviews = (
        MarkedCase("1", "shadow", reviewer="Ana"),
        MarkedCase("1", reviewer="Ben", judgment="acceptable"),
        MarkedCase("2", note="odd", reviewer="Ben", judgment="note"),
        MarkedCase("3"),
    )

    def listed(**filters):
        return list(matching(table(), Ranking(), Filters(**filters), reviews)["id"])

    assert listed(marked="yes") == ["1", "3"] and listed(marked="acceptable") == ["1"]
    assert listed(marked="disputed") == ["1"] and listed(marked="noted") == ["2"]
    assert listed(reviewer=reviewer_key("Ben")) == ["1", "2"]
    assert listed(reviewer=reviewer_key("")) == ["3"]
    assert listed(reviewer=reviewer_key("Ben"), marked="yes") == []
    assert listed(reviewer=reviewer_key("Ana"), marked="no") == ["0", *"2345678"]
    assert listed(reviewer=reviewer_key("Ben"), marked="disputed") == ["1"]
    assert listed(reviewer=reviewer_key(""), marked="disputed") == []


def test_a_part_of_the_id_is_found_in_any_case_and_letter_by_letter():
    rows = pd.DataFrame({"id": ["Flood.1", "flood_1", "dry"], "iou_gap": [0.1, 0.2, 0.3]})
    assert list(matching(rows, Ranking(), Filters(find="FLOOD."), ())["id"]) == ["Flood.1"]


@given(st.lists(st.floats(-1, 1), min_size=1))
def test_the_bounds_around_values_contain_them_in_a_link_too(values):
    low, high = bounds_of(bounds_text(bounds_around(pd.Series(values))))
    assert low <= min(values) and max(values) <= high
    assert low == pytest.approx(min(values), abs=2e-6) and high == pytest.approx(max(values), abs=2e-6)


def test_filters_and_the_outcome_work_together():
    assert kept(Ranking(outcome="fixed"), subgroup="brightness.low", marked="yes") == ["2"]


@given(st.tuples(st.floats(-100, 100), st.floats(-100, 100)).map(sorted))
def test_bounds_survive_a_link(bounds):
    low, high = bounds_of(bounds_text(tuple(bounds)))
    assert low == pytest.approx(bounds[0], rel=1e-5) and high == pytest.approx(bounds[1], rel=1e-5)


@pytest.mark.parametrize("text", ["", "1", "2~1", "nan~1", "a~b", "1~2~3"])
def test_bounds_that_are_no_range_are_refused(text):
    with pytest.raises(ValueError):
        bounds_of(text)


@pytest.mark.parametrize("order", [("pretrained", "finetuned"), ("finetuned", "pretrained")])
def test_disagreement_and_traits_come_from_the_runs_tables_in_the_order_of_ids(tmp_path, order):
    dataset = draw_dataset(tmp_path / "pools", [f"i{i}" for i in (10, 9, 2, 1)])
    run = load_run(write_run(tmp_path / "run", dataset))
    found = described(paired(run.metrics, *order, "box"), run, *order, "box")
    agreement = run.table("agreement").query("prompt == 'box'").set_index("id")["iou"]
    assert list(found["id"]) == ["i1", "i2", "i9", "i10"]
    assert np.allclose(found[DISAGREEMENT], 1 - agreement[found["id"]])
    assert {subgroup_key(one) for one in subgroups_in(found)} >= {"megapixels.high"}


def test_a_run_without_these_tables_is_listed_all_the_same(tmp_path):
    run = load_run(write_run(tmp_path / "run", draw_dataset(tmp_path / "pools", ["a", "b"])))
    for name in ("agreement", "traits"):
        (run.folder / f"{name}.parquet").unlink()
    found = described(paired(run.metrics, "pretrained", "finetuned", "box"), run, "pretrained", None, "box")
    assert DISAGREEMENT not in found and subgroups_in(found) == []
