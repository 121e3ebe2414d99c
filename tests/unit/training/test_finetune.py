"""Training really lowers the loss, chooses by validation, goes on after a kill, and leaves the test alone."""

import errno
import json
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from floodeval.datasets.dataset import digest_of
from floodeval.datasets.splits import read_split
from floodeval.errors import FloodevalError
from floodeval.progress import Step
from floodeval.sam.checkpoints import read_tensors
from floodeval.sam.domain import DOMAIN_FILE, read_domain
from floodeval.sam.loading import load_model
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import TrainingConfig
from floodeval.training.finetune import finetune
from floodeval.training.fitted_domain import make_domain
from tests.support.training import split

QUICK = TrainingConfig(epochs=3, learning_rate=1e-3, batch=2)
SHORT = TrainingConfig(
    epochs=2,
    batch=2,
    schedule="cosine",
    warmup=1,
    ema=0.9,
    views=2,
    augmentation=Augmentation(mirror=0.5, zoom=0.3, brightness=0.2),
    prompts=("full", "points:n=2", "clicks:max=3"),
    prompts_per_view=2,
)
ENCODER = replace(SHORT, encoder_learning_rate=1e-3, precision="bfloat16")
SMALL = {"batch": 1, "prompts_per_view": 1, "validation_prompts": ("full",)}
WITHIN_AN_EPOCH_AND_AFTER = [1, pytest.param(2, marks=pytest.mark.slow)]
TIMES = ["seconds", "peak_memory_mb"]


@pytest.mark.weights
def test_training_learns_and_keeps_the_best_checkpoint_with_its_provenance(dataset, results, tiny):
    (dataset["secret"].photograph).write_bytes(b"reading this would fail")
    steps = []
    made = finetune(
        dataset,
        split(train="a b c", validation="d", test="secret"),
        "m",
        QUICK,
        progress=steps.append,
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
    assert tuned.encoder_sha256 == load_model("vit_t").encoder_sha256
    assert (made.folder / "checkpoint.safetensors").stat().st_size < 9e6
    assert not (made.folder / "training.pt").exists()
    assert [(one.done, one.total) for one in steps if one.what == "training"][-1] == (9, 9)
    assert "10 training photographs or more; found 3" in steps[-1].note  # for a domain model


@pytest.mark.weights
def test_the_history_tells_loss_iou_and_dice_by_prompt_with_rate_seconds_and_memory(dataset, results, tiny):
    dealt = split(train="a b c", validation="d")
    history = finetune(dataset, dealt, "m", replace(SHORT, epochs=1)).history
    of_validation = {f"val_{name}_{spec}" for name in ("iou", "dice") for spec in ("box", "point", "full")}
    of_training = {
        f"train_{name}_{kind}" for name in ("iou", "dice") for kind in ("full", "points", "clicks")
    }
    whole = {f"{subset}_{name}" for subset in ("train", "val") for name in ("loss", "iou", "dice")}
    assert set(history) == of_validation | of_training | whole | {
        "epoch",
        "learning_rate",
        "precision_bits",
        *TIMES,
    }
    assert history[sorted(of_validation)].notna().all(axis=None)
    assert (history["learning_rate"].iloc[1:] > 0).all()


@pytest.mark.slow
@pytest.mark.weights
def test_the_encoder_is_trained_only_where_it_is_asked_for(dataset, results, tiny):
    dealt = split(train="a b", validation="d")
    for name, config in (("decoder", SHORT), ("encoder", ENCODER)):
        made = finetune(dataset, dealt, name, replace(config, epochs=1, **SMALL))
        changed = read_tensors(made.folder / "checkpoint.safetensors")[0]
        assert any(one.startswith("mask_decoder.") for one in changed)
        assert any(one.startswith("image_encoder.") for one in changed) == (name == "encoder")


@pytest.mark.weights
@pytest.mark.parametrize(
    "config",
    [
        pytest.param(replace(SHORT, **SMALL), id="decoder"),
        pytest.param(
            replace(ENCODER, **SMALL), id="encoder", marks=pytest.mark.slow
        ),  # minutes on a processor
    ],
)
@pytest.mark.parametrize("stop_at", WITHIN_AN_EPOCH_AND_AFTER)
def test_a_training_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    dataset, results, tiny, monkeypatch, config, stop_at
):
    monkeypatch.setattr("floodeval.training.recorder.SAVE_EVERY_S", 0)
    dealt = split(train="a b", validation="d")
    whole = finetune(dataset, dealt, "whole", config)

    def stop(step: Step) -> None:
        if step.what == "training" and step.done > stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(dataset, dealt, "stopped", config, progress=stop)
    resumed = finetune(dataset, dealt, "stopped", config)
    pd.testing.assert_frame_equal(
        resumed.history.drop(columns=TIMES), whole.history.drop(columns=TIMES), rtol=1e-3
    )
    tensors = [read_tensors(made.folder / "checkpoint.safetensors")[0] for made in (whole, resumed)]
    assert all(np.allclose(tensors[0][name], tensors[1][name], atol=1e-3) for name in tensors[0])


@pytest.mark.slow
@pytest.mark.weights
def test_a_stopped_training_is_not_gone_on_with_by_another_recipe(dataset, results, tiny):
    dealt = split(train="a b", validation="d")

    def stop(step: Step) -> None:
        if step.what == "training":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(dataset, dealt, "m", SHORT, progress=stop)
    assert json.loads((results / "models" / "m" / "config.json").read_text())["best_epoch"] == 0
    with pytest.raises(FloodevalError, match="unfinished training with another recipe"):
        finetune(dataset, dealt, "m", replace(SHORT, seed=1))
    (results / "models" / "m" / "training.pt").write_bytes(b"torn")
    with pytest.raises(FloodevalError, match="cannot be read"):
        finetune(dataset, dealt, "m", SHORT)
    assert finetune(dataset, dealt, "m", replace(SHORT, epochs=1, **SMALL), force=True).best_epoch > 0


@pytest.mark.slow
@pytest.mark.weights
def test_the_same_seed_gives_the_same_training_and_another_one_another(dataset, results, tiny):
    dealt = split(train="a b", validation="d")
    losses = [
        finetune(dataset, dealt, name, replace(SHORT, epochs=1, seed=seed, **SMALL)).history["val_loss"]
        for name, seed in (("one", 0), ("two", 0), ("three", 1))
    ]
    assert np.allclose(losses[0], losses[1], atol=1e-4)
    assert not np.allclose(losses[0], losses[2], atol=1e-4)


@pytest.mark.slow
@pytest.mark.weights
def test_a_learning_rate_that_diverges_stops_and_keeps_the_last_good_checkpoint(dataset, results, tiny):
    config = TrainingConfig(epochs=6, learning_rate=1e12, batch=1, clip=1e12)
    with pytest.raises(FloodevalError, match="diverges; lower learning_rate"):
        finetune(dataset, split(train="a b c", validation="d"), "m", config)
    history = pd.read_csv(results / "models" / "m" / "history.csv")
    assert history["val_loss"].notna().all()


@pytest.mark.weights
def test_training_stops_where_validation_has_not_got_better_for_long(dataset, results, tiny):
    config = replace(SHORT, epochs=40, learning_rate=1e-12, ema=0.0, patience=2, **SMALL)
    history = finetune(dataset, split(train="a", validation="d"), "m", config).history
    assert len(history) < 40


@pytest.mark.slow
@pytest.mark.weights
def test_a_full_disk_at_the_checkpoint_is_one_line_and_the_training_goes_on_later(
    dataset, results, tiny, monkeypatch
):
    dealt = split(train="a b", validation="d")

    def full(descriptor: int) -> None:
        if (results / "models" / "m" / "history.csv").exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    config = replace(SHORT, epochs=1, **SMALL)
    with monkeypatch.context() as patched:
        patched.setattr("floodeval.storage.atomic.os.fsync", full)
        with pytest.raises(FloodevalError, match="No space left on device") as refused:
            finetune(dataset, dealt, "m", config)
    assert "\n" not in str(refused.value)
    assert finetune(dataset, dealt, "m", config).best_epoch > 0


def test_an_existing_model_is_kept_and_empty_subsets_are_refused(dataset, results):
    (results / "models" / "m").mkdir(parents=True)
    with pytest.raises(FloodevalError, match="exists; choose another name"):
        finetune(dataset, split(train="a", validation="b"), "m")
    with pytest.raises(FloodevalError, match="no samples in 'validation'"):
        finetune(dataset, split(train="a"), "n")
    with pytest.raises(FloodevalError, match="not a valid name of a model"):
        finetune(dataset, split(train="a", validation="b"), "../n")


@pytest.fixture
def few_are_enough(monkeypatch):
    """Domain models of three training photographs, with features of noise."""
    monkeypatch.setattr("floodeval.sam.domain.FEWEST_TRAINING", 3)
    monkeypatch.setattr("floodeval.training.fitted_domain.FEWEST_TRAINING", 3)


@pytest.mark.weights
def test_a_training_makes_a_domain_model_that_can_be_made_again(
    dataset, results, tiny, few_are_enough, monkeypatch
):
    one_epoch = replace(SHORT, epochs=1)
    made = finetune(dataset, split(train="a b c", validation="d"), "m", one_epoch)
    path = made.folder / DOMAIN_FILE
    first = read_domain(path)
    assert (first.n, first.calibrated_on, len(first.calibration)) == (3, "training", 3)
    with pytest.raises(FloodevalError, match="exists; keep it, or replace it"):
        make_domain("m", dataset=dataset.folder)
    path.unlink()
    assert make_domain("m", dataset=dataset.folder) == path
    assert np.allclose(read_domain(path).distribution.mean, first.distribution.mean)
    (made.folder / "split.csv").unlink()
    with pytest.raises(FloodevalError, match=r"no .*split\.csv, which says what the model was trained on"):
        make_domain("m", dataset=dataset.folder, force=True)
    with pytest.raises(FloodevalError, match=r"nowhere, which m was trained on, was not found"):
        (made.folder / "split.csv").touch()
        make_domain("m", dataset="nowhere", force=True)


@pytest.mark.weights
def test_a_failure_of_the_domain_model_keeps_the_model(dataset, results, tiny, few_are_enough, monkeypatch):
    def fail(*_):
        raise RuntimeError("no memory\nat all")

    monkeypatch.setattr("floodeval.training.fitted_domain.pooled_features", fail)
    steps = []
    made = finetune(
        dataset, split(train="a b c", validation="d"), "m", replace(SHORT, epochs=1), progress=steps.append
    )
    assert (made.folder / "checkpoint.safetensors").is_file() and not (made.folder / DOMAIN_FILE).exists()
    assert "no domain model was made for m (no memory at all)" in steps[-1].note
