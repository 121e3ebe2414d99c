"""Training really lowers the loss, chooses by validation, and leaves the test subset alone."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from floodeval.data.samples import digest_of, load_dataset
from floodeval.data.splits import Split, read_split
from floodeval.errors import FloodevalError
from floodeval.finetuning.config import TrainingConfig
from floodeval.finetuning.finetune import finetune
from floodeval.finetuning.losses import dice_loss, iou_of_logits, mask_loss
from floodeval.sam.models import load_model
from tests.conftest import make_pairs

QUICK = TrainingConfig(epochs=3, learning_rate=1e-3, batch=2)


@pytest.fixture
def dataset(tmp_path, monkeypatch):
    monkeypatch.setattr("floodeval.sam.embeddings.cache_folder", lambda: tmp_path / "kept")
    return load_dataset(make_pairs(tmp_path / "floods", ["a", "b", "c", "d", "secret"], (96, 64)))


def split(**subsets: str) -> Split:
    rows = [(i, i, subset) for subset, ids in subsets.items() for i in ids.split()]
    return Split("split.csv", pd.DataFrame(rows, columns=["id", "scene", "split"]))


@pytest.mark.weights
def test_training_learns_and_keeps_the_best_checkpoint_with_its_provenance(dataset, results):
    (dataset["secret"].photograph).write_bytes(b"reading this would fail")
    steps = []
    made = finetune(
        dataset,
        split(train="a b c", validation="d", test="secret"),
        "m",
        QUICK,
        progress=lambda *step: steps.append(step),
    )
    history = made.history
    assert list(history["epoch"]) == [0, 1, 2, 3]
    assert history["val_iou"].iloc[made.best_epoch] == history["val_iou"].iloc[1:].max()
    assert history["val_loss"].iloc[1:].min() < history["val_loss"].iloc[0]
    assert made.skipped == ()
    assert pd.read_csv(made.folder / "history.csv").shape == history.shape
    config = json.loads((made.folder / "config.json").read_text())
    assert config["best_epoch"] == made.best_epoch
    assert config["dataset_fingerprint"] == dataset.fingerprint
    assert read_split(made.folder / "split.csv", dataset).ids("test") == {"secret"}
    tuned = load_model("vit_t", made.folder / "checkpoint.safetensors")
    assert tuned.provenance.trained_on["fingerprint"] == dataset.fingerprint
    assert tuned.provenance.seen == {digest_of(dataset[name].photograph) for name in "abcd"}
    assert (made.folder / "checkpoint.safetensors").stat().st_size < 9e6
    assert steps[-1][1:] == (3, 3)


@pytest.mark.weights
def test_the_same_seed_gives_the_same_training(dataset, results):
    dealt = split(train="a b", validation="d")
    config = TrainingConfig(epochs=1, batch=2)
    first, second = (finetune(dataset, dealt, name, config).history["val_loss"] for name in ("one", "two"))
    assert np.allclose(first, second, atol=1e-4)


@pytest.mark.weights
def test_a_learning_rate_that_diverges_stops_and_keeps_the_last_good_checkpoint(dataset, results):
    config = TrainingConfig(epochs=6, learning_rate=1e12, batch=1, clip=1e12)
    with pytest.raises(FloodevalError, match="diverges; lower --learning-rate"):
        finetune(dataset, split(train="a b c", validation="d"), "m", config)
    history = pd.read_csv(results / "models" / "m" / "history.csv")
    assert history["val_loss"].notna().all()


def test_an_existing_model_is_kept_and_empty_subsets_are_refused(dataset, results):
    (results / "models" / "m").mkdir(parents=True)
    with pytest.raises(FloodevalError, match="exists; choose another --name"):
        finetune(dataset, split(train="a", validation="b"), "m")
    with pytest.raises(FloodevalError, match="no samples in 'validation'"):
        finetune(dataset, split(train="a"), "n")
    with pytest.raises(FloodevalError, match="no name for a model"):
        finetune(dataset, split(train="a", validation="b"), "../n")


def test_losses_of_perfect_and_opposite_logits():
    target = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    perfect = (target * 2 - 1) * 20
    assert dice_loss(perfect, target) == pytest.approx(0, abs=1e-6)
    assert mask_loss(perfect, target) == pytest.approx(0, abs=1e-6)
    assert dice_loss(-perfect, target) == pytest.approx(1 - 1 / 5, abs=1e-6)
    assert iou_of_logits(perfect, target) == 1
    assert iou_of_logits(-perfect, target) == 0
    assert iou_of_logits(-torch.ones(2, 2), torch.zeros(2, 2)) == 1


@given(st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1))
def test_the_training_iou_is_that_of_the_two_masks(first, second):
    predicted, truth = (np.array([int(b) for b in f"{n:016b}"]).reshape(4, 4) for n in (first, second))
    logits, target = torch.tensor(predicted * 2.0 - 1), torch.tensor(truth, dtype=torch.float32)
    union = (predicted | truth).sum()
    assert iou_of_logits(logits, target) == pytest.approx((predicted & truth).sum() / union if union else 1)
