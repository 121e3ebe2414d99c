"""Which images come first, what stands next to one, and what is on a page."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.ranking import DISAGREEMENT, RankedPlace, Ranking, by_id, place_of, ranked
from floodeval.dashboard.widgets.tables import page_count, page_of

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
