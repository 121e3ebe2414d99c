"""The review queue and the label suspects: which images, why, and in what order."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.review_queue import label_suspects, review_queue
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from tests.support.fake_run import draw_dataset, write_run

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


def test_a_truth_that_all_variants_contradict_alike_is_a_suspect_with_its_reason(run):
    found = label_suspects(run)
    assert list(found["id"]) == ["i3"]
    assert found["agreement"].iloc[0] == 1
    assert found["doubt"].iloc[0] == pytest.approx(1 - found["best_iou"].iloc[0])
    assert found["reason"].iloc[0].startswith("Every variant finds water on at least")
    assert list(label_suspects(run, "full")["id"]) == ["i3"]


def test_variants_that_fail_each_in_its_way_make_no_suspect(tmp_path):
    dataset = draw_dataset(tmp_path / "pools", ["i0", "i1"])
    folder = write_run(
        tmp_path / "run",
        dataset,
        predict=lambda truth, name, *_: np.zeros_like(truth) if name == "pretrained" else ~truth,
    )
    assert label_suspects(load_run(folder)).empty


def test_suspects_ask_for_two_variants_and_a_prompt_of_the_run(run, tmp_path):
    with pytest.raises(FloodevalError, match="has no prompt 'circle'; expected one of box, full"):
        label_suspects(run, "circle")
    alone = write_run(tmp_path / "one", draw_dataset(tmp_path / "pools", ["i0"]), ("pretrained",))
    with pytest.raises(FloodevalError, match="label suspects need two"):
        label_suspects(load_run(alone))
