"""Averages with intervals: each variant's own, and the gap of every prompt."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.compare import compare_pair
from floodeval.analysis.pairing import mean_table, prompt_table
from floodeval.evaluation.run import load_run
from tests.support.fake_run import draw_dataset, write_run


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    folder = tmp_path_factory.mktemp("means")
    return load_run(write_run(folder / "run", draw_dataset(folder / "pools", list("abcdefgh")))).metrics


def test_a_mean_lies_within_its_interval_and_is_over_the_images_with_a_value(metrics):
    metrics = metrics.assign(iou=metrics["iou"].where(metrics["id"] != "a"))
    row = mean_table(metrics, "box").set_index(["variant", "metric"]).loc[("finetuned", "iou")]
    of = metrics.query("variant == 'finetuned' and prompt == 'box'")["iou"]
    assert row["mean"] == pytest.approx(of.mean()) and (row["n"], row["n_missing"]) == (7, 1)
    assert row["low"] < row["mean"] < row["high"]


def test_metrics_that_a_run_never_measured_have_no_row(metrics):
    assert "hd95_px" not in set(mean_table(metrics, "box")["metric"])
    assert "hd95_px" in set(mean_table(metrics.assign(hd95_px=3.0), "box")["metric"])


def test_iou_has_a_row_even_where_no_image_has_it(metrics):
    table = mean_table(metrics.assign(iou=np.nan), "box").set_index(["variant", "metric"])
    assert table.loc[("pretrained", "iou"), "n"] == 0


def test_an_unknown_prompt_has_no_averages(metrics):
    assert mean_table(metrics, "point").empty


def test_the_gap_of_a_prompt_is_that_of_the_comparison(metrics):
    table = prompt_table(metrics, "pretrained", "finetuned", ["box", "full", "point"])
    found = compare_pair(metrics, "pretrained", "finetuned", "box").metrics["iou"]
    row = table.iloc[0]
    assert list(table["prompt"]) == ["box", "full"]
    assert (row["gap"], row["low"], row["high"], row["n"]) == pytest.approx(
        (found.gap, found.ci_low, found.ci_high, found.n)
    )


def test_intervals_do_not_depend_on_the_order_of_the_variants(metrics):
    turned = pd.concat([part for _, part in list(metrics.groupby("variant"))[::-1]])
    first, second = (
        mean_table(table, "box").set_index(["variant", "metric"]).sort_index() for table in (metrics, turned)
    )
    assert first["low"].equals(second["low"]) or np.allclose(first["low"], second["low"], atol=0.05)
