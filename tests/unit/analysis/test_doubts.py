"""The doubtful images: which, why, and in what order."""

import pandas as pd

from floodeval.analysis.review_queue import review_queue

TABLE = pd.DataFrame(
    [
        ("good", 0.7, 0.9, "both_good"),
        ("lower", 0.9, 0.8, "both_good"),
        ("much lower", 0.9, 0.6, "both_good"),
        ("regressed", 0.6, 0.4, "regressed"),
        ("fail", 0.2, 0.3, "both_fail"),
        ("worst fail", 0.2, 0.2, "both_fail"),
        ("suspect", 0.7, 0.8, "both_good"),
        ("flagged and regressed", 0.8, 0.1, "regressed"),
        ("dry", None, None, None),
    ],
    columns=["id", "iou_a", "iou_b", "outcome"],
).assign(iou_gap=lambda table: table["iou_b"] - table["iou_a"])


def test_the_gravest_doubt_comes_first_and_each_image_once():
    found = review_queue(TABLE, suspects=["suspect"], flagged=["flagged and regressed"])
    assert list(found["id"]) == [
        "flagged and regressed",
        "regressed",
        "suspect",
        "much lower",
        "lower",
        "worst fail",
        "fail",
    ]
    assert list(found["reason"])[:4] == ["regressed", "regressed", "suspect", "lower"]


def test_an_image_without_iou_is_doubtful_only_where_its_truth_is():
    assert "dry" not in set(review_queue(TABLE)["id"])
    assert review_queue(TABLE, flagged=["dry"]).query("id == 'dry'")["reason"].item() == "flagged"


def test_where_all_is_well_nothing_is_doubtful():
    assert review_queue(TABLE.query("id == 'good'")).empty


def test_an_unknown_suspect_is_no_image():
    assert len(review_queue(TABLE, suspects=["elsewhere"])) == len(review_queue(TABLE))
