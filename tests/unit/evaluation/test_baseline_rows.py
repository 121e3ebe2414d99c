"""Trivial baselines in a run: their rows, what they know of the training subset, and what they score."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.baseline_findings import baseline_findings
from floodeval.analysis.compare import compare
from floodeval.cli import main
from floodeval.datasets.dataset import Pair, read_pair
from floodeval.datasets.preparation import select_samples
from floodeval.datasets.splits import Split
from floodeval.evaluation.baseline_rows import TrainingWater, baseline_rows, training_water
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_tables import OPTIONAL
from floodeval.metrics.overlap import count, overlap
from floodeval.metrics.trivial_baselines import disc
from floodeval.sam.prompts import make_prompt, parse_prompt
from tests.support.documented_json import check
from tests.support.fake_run import draw_dataset, write_run

KEY = {"id": "a", "scene": "s", "split": "test"}
SPECS = ("box", "point", "full", "none", "box:jitter=20")


def rows_of(pair: Pair, training: TrainingWater | None = None) -> dict[tuple[str, str], dict]:
    made = {spec: make_prompt(parse_prompt(spec), pair.truth, "a") for spec in SPECS}
    rows = baseline_rows(KEY, pair, {spec: one for spec, one in made.items() if one}, training)
    assert all(list(row) == list(OPTIONAL["baselines"]) for row in rows)
    return {(row["baseline"], row["prompt"]): row for row in rows}


def pair_of(truth: np.ndarray, ignored: np.ndarray | None = None) -> Pair:
    return Pair(np.zeros((*truth.shape, 3), np.uint8), truth, ignored)


def test_ignored_pixels_are_in_no_count():
    truth, ignored = np.zeros((2, 6, 8), bool)
    truth[1:4, 2:6], ignored[:, 6:], truth[1, 2] = True, True, False
    rows = rows_of(pair_of(truth, ignored))
    assert set(rows) == {
        ("all_water", "none"),
        ("no_water", "none"),
        ("filled_box", "box"),
        ("filled_box", "box:jitter=20"),
    }
    box = rows["filled_box", "box"]
    assert (box["tp"], box["fp"], box["fn"], box["tn"]) == (11, 1, 0, 24)
    assert box["iou"] == 11 / 12 and box["recall"] == 1
    assert rows["all_water", "none"]["iou"] == 11 / 36
    assert (rows["no_water", "none"]["iou"], rows["no_water", "none"]["precision"]) == (0, None)


def test_without_water_there_is_no_box_and_nothing_is_right():
    rows = rows_of(pair_of(np.zeros((4, 5), bool)))
    assert set(rows) == {("all_water", "none"), ("no_water", "none")}
    assert rows["no_water", "none"]["iou"] is None and rows["all_water", "none"]["iou"] == 0


@pytest.fixture
def divided(tmp_path):
    """A data set of which three samples are trained on, and two are tested."""
    dataset = draw_dataset(tmp_path / "pools", [f"i{n}" for n in range(5)])
    subsets = ["train", "train", "train", "test", "test"]
    ids = [sample.id for sample in dataset.samples]
    return dataset, Split("split.csv", pd.DataFrame({"id": ids, "scene": ids, "split": subsets}))


def test_the_training_subset_alone_says_where_water_is_and_how_much(divided):
    dataset, split = divided
    found = training_water(select_samples(dataset, split, "test"))
    truths = [read_pair(sample).truth for sample in dataset.samples[:3]]
    assert found.median_share == pytest.approx(np.median([truth.mean() for truth in truths]))
    assert found.mean_water.mean() == pytest.approx(np.mean([truth.mean() for truth in truths]), abs=1e-3)
    pair = read_pair(dataset["i3"])
    rows = rows_of(pair, found)
    assert rows["prior", "none"]["iou"] > rows["all_water", "none"]["iou"]  # pools are in one place
    [[x, y]] = make_prompt(parse_prompt("point"), pair.truth, "a").points
    direct = disc(float(x), float(y), found.median_share, pair.truth.shape)
    assert rows["disc", "point"]["iou"] == overlap(count(pair.truth, direct)).iou


def test_a_training_mask_that_cannot_be_read_is_left_out(divided):
    dataset, split = divided
    whole = training_water(select_samples(dataset, split, "test"))
    dataset.samples[0].mask.write_bytes(b"no picture")
    assert training_water(select_samples(dataset, split, "test")).median_share != whole.median_share
    for sample in dataset.samples[:3]:
        sample.mask.write_bytes(b"no picture")
    assert training_water(select_samples(dataset, split, "test")) is None


def test_without_a_split_nothing_is_known_of_training(divided):
    assert training_water(select_samples(divided[0])) is None


def test_a_run_has_them_and_compare_states_them_on_its_photographs(results, divided, capsys, tmp_path):
    dataset, split = divided
    for name in ("a", "b"):
        write_run(tmp_path / name, dataset)
    masks = {name: str(tmp_path / name / "masks" / "finetuned" / "box") for name in ("a", "b")}
    run = evaluate(dataset, "r", masks, ["none"], split=split, subset="test")
    rows = run.table("baselines")
    assert set(rows["baseline"]) == {"all_water", "no_water", "prior"} and set(rows["split"]) == {"test"}
    [everything, nothing, prior] = sorted(baseline_findings(run), key=lambda one: one.baseline)
    assert everything.iou.mean == pytest.approx(
        np.mean([read_pair(dataset[i]).truth.mean() for i in ("i3", "i4")])
    )
    assert everything.iou.low <= everything.iou.mean <= everything.iou.high
    assert (everything.iou.n, everything.iou.n_scenes, nothing.iou.mean) == (2, 2, 0)
    assert nothing.metrics["precision"].mean is None and nothing.metrics["precision"].n == 0
    [comparison] = compare(run)
    assert {one.baseline for one in comparison.baselines} == {"all_water", "no_water", "prior"}
    for entry in comparison.to_dict()["baselines"]:
        check(entry, "A trivial baseline")
        for metric in entry["metrics"].values():
            check(metric, "A metric of a baseline")
    assert baseline_findings(run, (), ["i3"])[0].iou.n == 1
    assert main(["compare", "r"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    scores = f"everything water {everything.iou.mean:.3f}, average training mask {prior.iou.mean:.3f}"
    assert f"none: trivial answers, mean IoU over 2 photographs: {scores}" in said


def test_runs_from_before_have_none(tmp_path):
    run = load_run(write_run(tmp_path / "old", draw_dataset(tmp_path / "pools", ["i0", "i1"])))
    assert baseline_findings(run) == ()
    assert all(one.baselines == () for one in compare(run))
