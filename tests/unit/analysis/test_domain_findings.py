"""Separation of data sets by distance, and its rank correlation with IoU."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu, spearmanr

from floodeval.analysis.domain_findings import (
    auroc,
    correlation_with_iou,
    distances_with_iou,
    rank_correlation,
    separations,
    summarize_distances,
)
from floodeval.errors import FloodevalError


def run(name, distances, ious, variant="mine", table=True):
    """What the functions ask of a run."""
    ids = [f"p{number}" for number in range(len(distances))]
    metrics = pd.DataFrame({"id": ids, "variant": "mine", "prompt": "box", "iou": ious})
    found = pd.DataFrame({"id": ids, "variant": variant, "distance": distances, "percentile": 50.0})

    def read(_):
        if not table:
            raise FloodevalError("no table")
        return found

    return SimpleNamespace(folder=SimpleNamespace(name=name), metrics=metrics, table=read)


def test_auroc_is_the_mann_whitney_statistic_with_ties():
    rng = np.random.default_rng(0)
    inside, outside = rng.integers(0, 9, 40).astype(float), rng.integers(3, 14, 25).astype(float)
    expected = mannwhitneyu(outside, inside).statistic / (40 * 25)
    assert auroc(inside, outside) == pytest.approx(expected)
    assert auroc([1.0], [1.0]) == 0.5


def test_rank_correlation_is_spearmans():
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 9, 40).astype(float), rng.normal(size=40)
    assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic)
    assert rank_correlation([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None


def test_runs_are_told_apart_and_correlated_with_the_iou_of_the_variant_and_prompt():
    home, away = run("home", [1.0, 2.0, 3.0], [0.9, 0.8, 0.7]), run("away", [2.0, 5.0], [0.8, np.nan])
    rows = distances_with_iou([home, away, run("old", [1.0], [1.0], table=False)], ["mine"], {"home": "box"})
    assert list(rows["run"]) == ["home"] * 3 + ["away"] * 2
    assert rows["iou"].isna().tolist() == [False] * 3 + [True] * 2  # no prompt of the run away was named
    (found,) = separations(rows, "home")
    assert (found.run, found.n, found.n_inside) == ("away", 2, 3)
    assert found.auroc == pytest.approx((1.5 + 3) / 6)
    assert separations(rows, "absent") == []


def test_distance_and_iou_are_correlated_over_ten_photographs_or_more():
    away = run("away", [20.0], [np.nan])
    home = run("home", list(map(float, range(10))), list(np.linspace(0.9, 0.5, 10)))
    rows = distances_with_iou([home, away], ["mine"], {"home": "box", "away": "box"})
    known = correlation_with_iou(rows)
    assert (known.value, known.n) == (pytest.approx(-1.0), 10)
    assert correlation_with_iou(rows[1:]) is None


def test_distances_of_another_variant_stand_in_where_the_variant_has_none():
    rows = distances_with_iou(
        [run("home", [1.0], [0.9], variant="other")], ["mine", "other"], {"home": "box"}
    )
    assert rows["iou"].tolist() == [0.9] and rows["distance"].tolist() == [1.0]
    assert distances_with_iou([run("home", [1.0], [0.9], variant="other")], ["mine"], {}).empty


def test_a_summary_counts_photographs_at_the_thresholds():
    table = pd.DataFrame({"distance": [1.0, 2.0, 4.0, np.nan], "percentile": [94.9, 95.0, 99.0, np.nan]})
    found = summarize_distances(table)
    assert (found.n, found.median, found.n_unlike, found.n_very_unlike) == (3, 2.0, 2, 1)
    assert (found.unlike_share, found.very_unlike_share) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert (
        summarize_distances(table[:0]).median is None and summarize_distances(table[:0]).unlike_share is None
    )
