"""A paired with B, and averages with intervals per variant."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.compare import compare_pair
from floodeval.analysis.pairing import averages, mean_table, outcome_of, paired, prompt_table
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.metrics.overlap import OVERLAP_METRICS, Counts, overlap
from tests.support.fake_run import draw_dataset, write_run


def row(sample_id: str, variant: str, counts: Counts, prompt: str = "box") -> dict:
    measured = {name: getattr(overlap(counts), name) for name in OVERLAP_METRICS}
    place = {"id": sample_id, "scene": sample_id, "split": "test", "variant": variant, "prompt": prompt}
    size = {"width": 10, "height": 10, "truth_share": 0.5, "score": 0.9}
    return place | size | measured | vars(counts)


def table() -> pd.DataFrame:
    return pd.DataFrame(
        [
            row("a", "pretrained", Counts(10, 30, 10, 50)),
            row("a", "finetuned", Counts(20, 0, 0, 80)),
            row("b", "pretrained", Counts(60, 0, 20, 20)),
            row("b", "finetuned", Counts(20, 0, 60, 20)),
            row("dry", "pretrained", Counts(0, 0, 0, 100)),
            row("dry", "finetuned", Counts(0, 5, 0, 95)),
        ]
    )


def test_the_mean_over_images_and_the_score_pooled_over_pixels_are_both_given_with_their_n():
    found = averages(table()).set_index(["variant", "metric"])
    iou = found.loc[("pretrained", "iou")]
    assert iou["mean"] == pytest.approx((10 / 50 + 60 / 80) / 2)
    assert iou["pooled"] == pytest.approx(70 / 130)
    assert (iou["n"], iou["n_missing"]) == (2, 1)
    assert found.loc[("finetuned", "iou"), "n"] == 3


def test_the_gap_is_b_minus_a_on_the_same_sample():
    rows = paired(table(), "pretrained", "finetuned", "box").set_index("id")
    assert rows.loc["a", "iou_gap"] == pytest.approx(1 - 10 / 50)
    assert rows.loc["b", "iou_gap"] == pytest.approx(20 / 80 - 60 / 80)
    assert np.isnan(rows.loc["dry", "iou_gap"])
    assert rows["outcome"].dropna().to_dict() == {"a": "fixed", "b": "regressed"}


def test_outcomes_at_one_threshold_for_both():
    a, b = pd.Series([0.2, 0.8, 0.2, 0.5]), pd.Series([0.7, 0.1, 0.3, 0.5])
    assert list(outcome_of(a, b, threshold=0.5)) == ["fixed", "regressed", "both_fail", "both_good"]


def test_unequal_samples_are_refused_with_their_ids():
    with pytest.raises(FloodevalError, match=r"different samples \(dry\)"):
        paired(table().iloc[:-1], "pretrained", "finetuned", "box")


def test_an_unknown_variant_or_prompt_is_refused():
    with pytest.raises(FloodevalError, match="variant 'other'"):
        paired(table(), "pretrained", "other", "box")
    with pytest.raises(FloodevalError, match="prompt 'full'"):
        paired(table(), "pretrained", "finetuned", "full")


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
