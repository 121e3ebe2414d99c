"""The kept epoch: the first with the highest validation IoU, in every place that names it."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import torch

from floodeval.analysis.trainings import differences, list_trainings, read_training
from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.sam.checkpoints import read_tensors
from floodeval.training.config import TrainingConfig
from floodeval.training.finetune import finetune
from floodeval.training.history import kept_epoch
from floodeval.training.trainer import Trainer
from tests.support.datasets import make_pairs
from tests.support.fake_run import draw_dataset, write_run
from tests.support.pages import open_page, words
from tests.support.training import split
from tests.support.wording import holds

ROOT = Path(__file__).parents[3]
NAN = float("nan")


@pytest.mark.parametrize(
    ("scores", "kept"),
    [
        ([0.4, 0.6, 0.7, 0.69], 2),
        ([0.9, 0.5, 0.6], 2),  # the published model is never kept
        ([0.4, 0.7, 0.7, 0.7], 1),  # of equal ones the first
        ([0.4, 0.71234561, 0.71234564], 1),  # equal as history.csv writes them
        ([0.4, NAN, 0.6, NAN], 2),
        ([0.4, None, 0.3, 0.2], 2),
        ([0.4, math.inf, 0.3], 2),
        ([0.4, 0.0, 0.0], 1),
        ([0.4, NAN, NAN], 0),
        ([0.4], 0),
        ([], 0),
    ],
)
def test_the_kept_epoch_is_the_first_with_the_highest_validation_iou(scores, kept):
    history = pd.DataFrame({"epoch": range(len(scores)), "val_iou": scores})
    assert kept_epoch(history) == kept
    assert kept_epoch(history.iloc[::-1]) == kept


@pytest.mark.parametrize(
    ("ious", "retentions", "kept"),
    [
        ([0.4, 0.8, 0.7, 0.82], [1.0, 0.7, 0.85, 0.6], 2),
        ([0.4, 0.8, 0.7], [1.0, 0.7, 0.8], 1),  # of equal ones the first
        ([0.4, 0.8, 0.9], [1.0, 0.7, NAN], 1),
        ([0.4, 0.5, 0.6], [NAN, NAN, NAN], 0),
    ],
)
def test_with_retention_the_kept_epoch_has_the_highest_mean_of_both(ious, retentions, kept):
    history = pd.DataFrame({"epoch": range(len(ious)), "val_iou": ious, "val_retention": retentions})
    assert kept_epoch(history) == kept
    assert kept_epoch(history.drop(columns="val_retention")) == max(range(1, len(ious)), key=ious.__getitem__)


@pytest.mark.parametrize(
    ("recorded", "kept"), [(1, 1), (3, 3), (0, 0), (99, 2), (True, 2), ("1", 2), (None, 2)]
)
def test_the_epoch_written_next_to_the_checkpoint_is_the_kept_one_where_it_exists(recorded, kept):
    history = pd.DataFrame({"epoch": range(4), "val_iou": [0.4, 0.6, 0.7, 0.69]})
    assert kept_epoch(history, recorded) == kept


def write_training(results, name, scores, **config):
    folder = results / "models" / name
    folder.mkdir(parents=True)
    epochs = len(scores)
    columns = {"train_loss": 0.5, "train_iou": 0.5, "val_loss": 0.5, "seconds": 60.0}
    history = pd.DataFrame({"epoch": range(epochs), "val_iou": scores, **columns})
    history.to_csv(folder / "history.csv", index=False)
    (folder / "config.json").write_text(json.dumps({"epochs": epochs - 1, **config}))
    return folder


@pytest.mark.parametrize(
    ("scores", "config", "kept"),
    [
        ([0.9, 0.5, 0.6, 0.6], {}, 2),
        ([0.4, 0.7, NAN, 0.6], {}, 1),
        ([0.4, 0.7, 0.6, 0.5], {"best_epoch": 2}, 2),
    ],
)
def test_page_record_and_report_name_the_same_kept_epoch(results, tmp_path, scores, config, kept):
    write_training(results, "finetuned.safetensors", scores, **config)
    pools = draw_dataset(tmp_path / "pools", ["i0", "i1"])
    run = write_run(results / "runs" / "r", pools)
    assert read_training("finetuned.safetensors").best_epoch == kept
    page = words(open_page("Training", model="finetuned.safetensors"))
    means = {"before": f"{scores[0]:.3f}", "after": f"{scores[kept]:.3f}"}
    assert holds(page, "training.gain", **means, best=kept, last=3)
    assert main(["report", str(run), "--markdown", str(tmp_path / "md"), "--no-photographs"]) == 0
    report = (tmp_path / "md" / "index.md").read_text(encoding="utf-8")
    assert f"to {scores[kept]:.3f} after epoch {kept}, whose weights were kept" in report


PUBLISHED = [
    path.parent
    for place in ("results/models/flood-area-vit_t", "docs/experiments/models/*")
    for path in ROOT.glob(f"{place}/history.csv")
]


def test_there_are_published_models_to_look_at():
    assert len(PUBLISHED) == 21


@pytest.mark.parametrize("folder", PUBLISHED, ids=lambda folder: folder.name)
def test_models_that_were_trained_before_keep_the_epoch_that_was_published(folder):
    published = json.loads((folder / "config.json").read_text(encoding="utf-8"))["best_epoch"]
    assert kept_epoch(pd.read_csv(folder / "history.csv")) == published


@pytest.mark.slow
@pytest.mark.weights
def test_a_training_writes_down_the_epoch_that_its_history_gives(results, tmp_path, tiny):
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["a", "b"], (96, 64)))
    made = finetune(
        dataset, split(train="a", validation="b"), "m", TrainingConfig(epochs=3, learning_rate=1e-3)
    )
    config = json.loads((made.folder / "config.json").read_text())
    history = pd.read_csv(made.folder / "history.csv")
    assert config["best_epoch"] == made.best_epoch == kept_epoch(history) > 0
    assert config["best_val_iou"] == pytest.approx(history["val_iou"][made.best_epoch], abs=1e-5)


@pytest.mark.slow
@pytest.mark.weights
def test_the_checkpoint_holds_the_weights_of_the_kept_epoch(results, tmp_path, tiny, monkeypatch):
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["a", "b"], (96, 64)))
    recipe = TrainingConfig(epochs=1, schedule="constant", learning_rate=1e-3)
    whole = finetune(dataset, split(train="a", validation="b"), "one", recipe)
    scores = iter([0.4, 0.7, 0.6, 0.7])
    monkeypatch.setattr(
        Trainer, "validate", lambda *_: {"loss": 1.0, "iou": (score := next(scores)), "iou_box": score}
    )
    made = finetune(dataset, split(train="a", validation="b"), "three", replace(recipe, epochs=3))
    first, second = (read_tensors(one.folder / "checkpoint.safetensors")[0] for one in (whole, made))
    assert made.best_epoch == 1 and first.keys() == second.keys()
    assert all(torch.allclose(first[name], second[name], atol=1e-4) for name in first)
    assert json.loads((made.folder / "config.json").read_text())["best_epoch"] == 1


def test_trainings_are_listed_by_when_they_were_made_and_not_by_file_times(results):
    write_training(results, "middle", [0.1, 0.2], created="2026-03-01T00:00:00+00:00")
    write_training(results, "newest", [0.1, 0.2], created="2026-03-02T01:00:00+02:00")
    write_training(results, "oldest", [0.1, 0.2], created="2025-12-31T23:59:59+00:00")
    for number, name in enumerate(("undated", "an-undated")):
        write_training(results, name, [0.1, 0.2], **({"created": "once"} if number else {}))
    assert list_trainings() == ["newest", "middle", "oldest", "an-undated", "undated"]


def test_a_setting_with_parts_is_a_row_for_each_part(results):
    write_training(
        results, "m", [0.1, 0.2], augmentation={"mirror": 0.5}, labels={"water": [1, 2], "ignore": []}
    )
    table = differences(read_training("m"), None).set_index("setting")["first"]
    assert table["augmentation.mirror"] == "0.5" and table["labels.water"] == "1, 2"
    assert not table.str.contains("{", regex=False).any()
