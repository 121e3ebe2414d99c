"""Scores at every threshold, against the masks that the thresholds make."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from floodeval.analysis.threshold_choice import choose_threshold, threshold_choices
from floodeval.analysis.threshold_curves import (
    LogitCounts,
    default_threshold,
    logit_counts,
    threshold_curve,
)
from floodeval.datasets.dataset import read_pair
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.evaluation.variant_record import MaskScheme, Variant
from floodeval.metrics.logit_histograms import LOGIT_BINS, bins_of_logits, logit_histograms
from tests.support.fake_run import draw_dataset, say, write_run
from tests.support.logit_runs import made_logits, write_logit_run

IDS = [f"i{i}" for i in range(8)]


@pytest.fixture
def dataset(tmp_path):
    return draw_dataset(tmp_path / "pools", IDS, sizes=[(20, 30), (24, 18)])


@pytest.fixture
def run(tmp_path, dataset):
    return load_run(write_logit_run(tmp_path / "run", dataset, prompts=("box",)))


def counts_of(logits, truths, ignored=None):
    found = [
        logit_histograms(bins_of_logits(one), truth, None if ignored is None else ignored[i])
        for i, (one, truth) in enumerate(zip(logits, truths, strict=True))
    ]
    n = len(found)
    rows = pd.DataFrame(
        {"id": [str(i) for i in range(n)], "scene": "s", "split": "test", "iou": 0.5, "score": 0.5}
    )
    inside, outside = (
        np.array([getattr(one, name) for one in found], float) for name in ("inside", "outside")
    )
    return LogitCounts(rows, inside, outside)


photographs = st.integers(1, 4).flatmap(
    lambda n: st.tuples(
        arrays(np.float32, (n, 4, 5), elements=st.floats(-18, 18, width=32)),
        arrays(bool, (n, 4, 5)),
        arrays(bool, (n, 4, 5)),
    )
)


@settings(max_examples=60)
@given(photographs)
def test_every_score_is_that_of_the_masks_above_the_threshold(made):
    logits, truths, ignored = made
    curve = threshold_curve(counts_of(logits, truths, ignored), "a", "box")
    wet = [(truth & ~void).any() for truth, void in zip(truths, ignored, strict=True)]
    assert (curve.n, curve.n_dry) == (sum(wet), len(wet) - sum(wet))
    for i, threshold in enumerate(curve.threshold):
        masks, waters = (logits > threshold) & ~ignored, truths & ~ignored
        tp, either, predicted = (masks & waters), (masks | waters), masks.sum()
        ious = [
            inter.sum() / union.sum()
            for inter, union, counted in zip(tp, either, wet, strict=True)
            if counted
        ]
        assert curve.iou[i] == pytest.approx(np.mean(ious) if ious else np.nan, nan_ok=True)
        for found, part, whole in (
            (curve.iou_pooled[i], tp.sum(), either.sum()),
            (curve.precision[i], tp.sum(), predicted),
            (curve.recall[i], tp.sum(), waters.sum()),
        ):
            assert found == pytest.approx(part / whole if whole else np.nan, nan_ok=True)


@settings(max_examples=40)
@given(photographs)
def test_a_higher_threshold_never_finds_more_water(made):
    logits, truths, ignored = made
    curve = threshold_curve(counts_of(logits, truths, ignored), "a", "box")
    known = curve.recall[~np.isnan(curve.recall)]
    assert (np.diff(known) <= 0).all()


@given(st.sampled_from(range(1, LOGIT_BINS)), st.integers(0, 99))
def test_between_two_levels_of_logits_every_threshold_gives_the_same_mask(edge, seed):
    chance = np.random.default_rng(seed)
    truth, mask = chance.random((2, 1, 6, 7)) < 0.5
    truth[0, 0, 0] = True
    level = -16 + edge * 0.5
    logits = np.where(mask, 16.0, -16.0).astype(np.float32)
    curve = threshold_curve(counts_of(logits, truth), "a", "box", default=level)
    exact = (mask & truth).sum() / (mask | truth).sum()
    assert curve.iou == pytest.approx(np.full(LOGIT_BINS - 1, exact))
    assert curve.best is not None
    assert curve.threshold[curve.best] == level  # of equal ones the nearest to the default


def test_the_table_gives_the_iou_of_the_runs_masks_at_the_runs_threshold(run):
    counts = logit_counts(run, "finetuned", "box")
    curve = threshold_curve(counts, "finetuned", "box", default_threshold(run, "finetuned"))
    rows = run.metrics[(run.metrics["variant"] == "finetuned") & (run.metrics["prompt"] == "box")]
    at_default = curve.iou[list(curve.threshold).index(curve.default)]
    assert at_default == pytest.approx(rows["iou"].mean())


def test_a_threshold_is_chosen_on_validation_and_scored_on_test(run, dataset):
    found = choose_threshold(run, "pretrained", "box")
    truths = {one.id: read_pair(one).truth for one in dataset.samples}
    split = dict(run.metrics[["id", "split"]].drop_duplicates().itertuples(index=False))

    def mean_iou(threshold, subset):
        ious = []
        for name, truth in truths.items():
            if split[name] == subset:
                mask = made_logits(truth, "pretrained", "box", name) > threshold
                ious.append((mask & truth).sum() / (mask | truth).sum())
        return np.mean(ious)

    levels = np.arange(-15.5, 16, 0.5)
    best = levels[np.argmax([mean_iou(one, "validation") for one in levels])]
    assert found.best == best and best < 0
    assert found.iou_best == pytest.approx(mean_iou(best, "test"))
    assert found.iou_default == pytest.approx(mean_iou(0, "test"))
    assert found.gain == pytest.approx(found.iou_best - found.iou_default)
    assert (found.n_validation, found.n_test, found.n_scenes, found.reason) == (4, 4, 4, "")
    assert found.low is not None and found.low < found.gain < found.high


def test_without_a_validation_subset_no_threshold_is_chosen(tmp_path, dataset):
    run = load_run(write_logit_run(tmp_path / "tested", dataset, splits=("test",)))
    assert {(one.best, one.reason) for one in threshold_choices(run)} == {(None, "no_validation")}


def test_a_threshold_is_not_scored_without_a_test_subset(tmp_path, dataset):
    run = load_run(write_logit_run(tmp_path / "chosen", dataset, splits=("validation",)))
    found = choose_threshold(run, "finetuned", "box")
    assert found.best is not None and found.iou_best is None and found.reason == "no_test"


def test_a_variant_of_which_only_masks_are_known_has_no_thresholds(tmp_path, dataset):
    folder = write_logit_run(
        tmp_path / "mixed", dataset, ("pretrained", "unet"), ("box", "none"), folders=["unet"]
    )
    run = load_run(folder)
    assert {one.variant: one.reason for one in threshold_choices(run)} == {
        "pretrained": "",
        "unet": "no_logits",
    }
    with pytest.raises(FloodevalError, match="only its masks are known"):
        logit_counts(run, "unet", "none")


def test_a_run_without_the_table_says_so(tmp_path, dataset):
    run = load_run(write_run(tmp_path / "old", dataset))
    assert {one.reason for one in threshold_choices(run)} == {"no_table"}
    with pytest.raises(FloodevalError, match="keeps no logits"):
        logit_counts(run, "pretrained", "box")


@pytest.mark.parametrize("broken", [[1] * 63, [-1] + [0] * 63, ["x"] * 64, [float("nan")] * 64, None])
def test_counts_that_are_none_are_refused(run, broken):
    path = run.folder / "logits.parquet"
    table = pd.read_parquet(path).assign(inside=[broken] * len(pd.read_parquet(path)))
    table.to_parquet(path)
    with pytest.raises(FloodevalError, match=r"logits\.parquet cannot be read"):
        logit_counts(run, "pretrained", "box")


def test_photographs_without_water_count_only_in_the_pooled_scores(tmp_path):
    dataset = draw_dataset(tmp_path / "dry", ["i0", "i1", "i2", "i3"], sizes=[(20, 30)], water=False)
    run = load_run(write_logit_run(tmp_path / "run", dataset))
    curve = threshold_curve(logit_counts(run, "finetuned", "box"), "finetuned", "box")
    assert (curve.n, curve.n_dry, curve.best) == (0, 4, None)
    assert np.isnan(curve.iou).all() and np.isnan(curve.recall).all()
    assert (curve.precision[~np.isnan(curve.precision)] == 0).all()
    assert choose_threshold(run, "finetuned", "box").reason == "dry_validation"


def test_a_folder_of_probabilities_has_its_own_threshold(run):
    masks = MaskScheme("p", "probabilities", threshold=0.8)
    folder = say(run.folder, variants=(Variant("p", "", None, "0" * 64, "", source="masks", masks=masks),))
    assert default_threshold(load_run(folder), "p") == pytest.approx(np.log(4))
    assert default_threshold(run, "pretrained") == 0
