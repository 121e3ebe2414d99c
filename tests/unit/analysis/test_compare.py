import json
import warnings
from dataclasses import replace

import pandas as pd
import pytest

from floodeval.analysis.compare import compare, compare_pair
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.metrics.overlap import OVERLAP_METRICS, Counts, overlap
from tests.support.fake_run import draw_dataset, write_run


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def table(pairs: list[tuple[Counts, Counts]], scenes: list[str] | None = None) -> pd.DataFrame:
    rows = []
    for number, both in enumerate(pairs):
        for variant, counts in zip(("a", "b"), both, strict=True):
            place = {"id": str(number), "scene": (scenes or [str(i) for i in range(len(pairs))])[number]}
            rows.append(
                place
                | {"split": "test", "variant": variant, "prompt": "box", "width": 1, "height": 1}
                | {"truth_share": 0.5, "score": 0.5}
                | {name: getattr(overlap(counts), name) for name in OVERLAP_METRICS}
                | vars(counts)
            )
    return pd.DataFrame(rows).astype(dict.fromkeys(OVERLAP_METRICS, float))


GOOD, BAD, NONE, DRY = (
    Counts(80, 10, 10, 100),
    Counts(10, 50, 40, 100),
    Counts(0, 0, 50, 150),
    Counts(0, 0, 0, 200),
)


def test_a_clear_gain_is_better_and_the_other_way_round_worse():
    assert compare_pair(table([(BAD, GOOD)] * 6), "a", "b", "box").verdict == "better"
    assert compare_pair(table([(GOOD, BAD)] * 6), "a", "b", "box").verdict == "worse"


def test_a_gain_as_often_as_a_loss_is_undecided():
    assert compare_pair(table([(BAD, GOOD), (GOOD, BAD)] * 6), "a", "b", "box").verdict == "undecided"


def test_the_counts_of_wins_outcomes_scenes_and_misses():
    found = compare_pair(table([(BAD, GOOD), (GOOD, NONE), (GOOD, GOOD)], ["s", "s", "t"]), "a", "b", "box")
    iou = found.metrics["iou"]
    assert (iou.wins, iou.ties, iou.losses, iou.n) == (1, 1, 1, 3)
    assert found.outcomes == {"fixed": 1, "regressed": 1, "both_fail": 0, "both_good": 1}
    assert (found.n_images, found.n_scenes) == (3, 2)
    assert (found.n_missed_a, found.n_missed_b) == (0, 1)
    assert iou.gap == pytest.approx(iou.mean_b - iou.mean_a)
    assert iou.pooled_a == pytest.approx((10 + 80 + 80) / (100 + 100 + 100))


def test_a_shorter_distance_is_a_win_and_its_gap_still_b_minus_a():
    pairs = table([(BAD, GOOD)] * 3)
    pairs["hd95_px"] = pairs["variant"].map({"a": 20.0, "b": 5.0})
    found = compare_pair(pairs, "a", "b", "box").metrics["hd95_px"]
    assert (found.wins, found.losses, found.gap, found.rank_biserial) == (3, 0, -15.0, 1.0)
    assert found.pooled_a is None


def test_missing_values_are_counted_and_left_out_of_both_means():
    iou = compare_pair(table([(BAD, GOOD), (DRY, DRY)]), "a", "b", "box").metrics["iou"]
    assert (iou.n, iou.n_missing) == (1, 1)
    assert iou.mean_a == pytest.approx(overlap(BAD).iou)


@pytest.mark.parametrize("pairs", [[(DRY, DRY)], [(GOOD, GOOD)], [(DRY, DRY)] * 3, [(GOOD, GOOD)] * 3])
def test_degenerate_samples_have_a_stated_answer_and_valid_json(pairs):
    found = compare_pair(table(pairs), "a", "b", "box")
    known = found.metrics["iou"].n > 0
    assert found.verdict == ("too_few_scenes" if known else "undecided")
    assert json.loads(found.to_json())["metrics"]["iou"]["n"] + found.metrics["iou"].n_missing == len(pairs)


def test_the_json_has_the_promised_keys():
    content = json.loads(compare_pair(table([(BAD, GOOD)] * 3), "a", "b", "box", run="r").to_json())
    assert {"run", "a", "b", "prompt", "n_images", "n_scenes", "metrics", "quadrants", "threshold"} <= set(
        content
    )
    promised = "mean_a mean_b gap ci_low ci_high p p_holm rank_biserial wins ties losses"
    promised += " median_gap pooled_a pooled_b n n_missing"
    assert set(promised.split()) <= set(content["metrics"]["iou"])


def test_unequal_samples_are_refused():
    with pytest.raises(FloodevalError, match="different samples"):
        compare_pair(table([(BAD, GOOD)] * 2).iloc[:-1], "a", "b", "box")


def test_thousands_of_scenes_are_compared():
    one = table([(BAD, GOOD), (GOOD, BAD)])
    many = pd.concat(
        [one.assign(id=one["id"] + f"-{i}", scene=str(i)) for i in range(1000)], ignore_index=True
    )
    assert compare_pair(many, "a", "b", "box").n_images == 2000


def test_a_run_is_compared_with_and_without_the_flagged_samples(tmp_path):
    folder = write_run(tmp_path / "run", draw_dataset(tmp_path / "pools", [f"i{i}" for i in range(6)]))
    run = load_run(folder)
    marked = replace(run, info=replace(run.info, flagged={"i1": ["grey_mask"], "i4": ["foreign_mask"]}))
    (plain,), (both,) = compare(run, "box"), compare(marked, "box")
    assert (plain.flagged, plain.without_flagged) == ((), None)
    assert both.flagged == ("i1", "i4")
    assert both.metrics == plain.metrics
    rest = run.metrics[~run.metrics["id"].isin(["i1", "i4"]) & (run.metrics["prompt"] == "box")]
    assert both.without_flagged.n == 4
    means = rest.groupby("variant")["iou"].mean()
    assert both.without_flagged.mean_b == pytest.approx(means["finetuned"])
    assert json.loads(both.to_json())["without_flagged"]["n"] == 4
