"""The cost of variants, from the run and from the model's folder."""

import json

import pandas as pd
import pytest

from floodeval.analysis.cost import cost_table, shared_stages
from floodeval.evaluation.run import load_run


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
