import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.pairing import averages, outcome_of, paired
from floodeval.errors import FloodevalError
from floodeval.metrics.overlap import OVERLAP_METRICS, Counts, overlap


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
