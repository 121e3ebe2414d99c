"""What else a run tells: errors by kind, suspect labels, cost."""

import json

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.cost import cost_table, shared_stages
from floodeval.analysis.error_shares import error_table
from floodeval.analysis.review_queue import label_suspects
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.metrics.error_types import ERROR_KINDS
from tests.support.fake_run import draw_dataset, write_run


def right_but_for_i3(truth, variant, prompt, sample_id):
    """Both variants find the whole pool; the truth of i3 is taken to lack its lower half (or the reverse)."""
    found = truth.copy()
    if sample_id == "i3":
        found[: len(found) // 2] = True
    if sample_id == "i4" and variant == "pretrained":
        found[:] = False
    return found


@pytest.fixture
def run(tmp_path):
    dataset = draw_dataset(tmp_path / "pools", [f"i{i}" for i in range(6)])
    return load_run(write_run(tmp_path / "run", dataset, predict=right_but_for_i3))


def test_errors_are_summed_by_kind_and_their_shares_add_up(run):
    found = error_table(run)
    assert list(found["kind"][:6]) == list(ERROR_KINDS)
    of = found[(found["variant"] == "pretrained") & (found["prompt"] == "box")]
    assert of["share"].sum() == pytest.approx(1)
    rows = run.metrics.query("variant == 'pretrained' and prompt == 'box'")
    wrong = ((rows["fp"] + rows["fn"]) / (rows["width"] * rows["height"])).mean()
    assert of["frame"].sum() == pytest.approx(wrong)
    assert set(error_table(run, "full")["prompt"]) == {"full"}


def test_a_truth_that_all_variants_contradict_alike_is_a_suspect_with_its_reason(run):
    found = label_suspects(run)
    assert list(found["id"]) == ["i3"]
    assert found["agreement"].iloc[0] == 1
    assert found["doubt"].iloc[0] == pytest.approx(1 - found["best_iou"].iloc[0])
    assert "every variant finds water on at least" in found["reason"].iloc[0]
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


def test_the_cost_of_a_run_without_resources_or_training_is_what_is_known(run):
    found = cost_table(run)
    assert len(found) == 4
    assert (found["decode_ms"] == 1).all()
    assert found[["parameters", "peak_memory_mb", "training_s"]].isna().all().all()
    assert shared_stages(run) == {"wall_s": pytest.approx(1 / 6)}


def test_the_cost_of_a_fine_tuning_comes_from_its_models_folder(run, results):
    content = json.loads((run.folder / "run.json").read_text())
    content["variants"][1]["checkpoint"] = "tuned"
    content["resources"] = {
        "finetuned": {"parameters": 10, "trained_parameters": 4, "peak_memory_mb": {"box": 500.0}}
    }
    (run.folder / "run.json").write_text(json.dumps(content))
    folder = results / "models" / "tuned"
    folder.mkdir(parents=True)
    (folder / "checkpoint.safetensors").write_bytes(bytes(2 * 2**20))
    pd.DataFrame({"epoch": [0, 1, 2], "seconds": [0.0, 30.0, 31.0]}).to_csv(folder / "history.csv")
    found = cost_table(load_run(run.folder)).set_index(["variant", "prompt"]).loc[("finetuned", "box")]
    assert (found["parameters"], found["trained_parameters"], found["peak_memory_mb"]) == (10, 4, 500)
    assert (found["checkpoint_mb"], found["training_s"], found["epochs"]) == (2, 61, 2)
