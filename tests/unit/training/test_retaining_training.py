"""A whole training that retains: what its history tells, what it keeps, and that it goes on after a kill."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from floodeval.cli import main
from floodeval.datasets.splits import write_split
from floodeval.errors import FloodevalError
from floodeval.progress import Step
from floodeval.sam.checkpoints import read_tensors
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import TrainingConfig, preset
from floodeval.training.finetune import finetune
from floodeval.training.history import kept_epoch
from tests.support.checkpoints import TINY
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.training import show_things, split

pytestmark = pytest.mark.heavy

TIMES = ["seconds", "peak_memory_mb"]
RECIPE = TrainingConfig(
    model_type=TINY,
    epochs=2,
    encoder_learning_rate=1e-3,
    batch=2,
    schedule="cosine",
    ema=0.9,
    views=2,
    augmentation=Augmentation(mirror=0.5, zoom=0.3),
    prompts=("full",),
    validation_prompts=("full",),
    things=1,
    crops=1,
    retain_multimask=True,
    embedding_weight=0.5,
    start_weight=0.1,
    frozen_encoder=0.5,
)


@pytest.fixture(autouse=True)
def things(monkeypatch):
    show_things(monkeypatch)


@pytest.mark.usefixtures("coarse")
def test_the_history_tells_retention_and_the_kept_epoch_is_chosen_by_it(tiny_type, dataset, results):
    made = finetune(dataset, split(train="a b", validation="d"), "m", RECIPE)
    history = pd.read_csv(made.folder / "history.csv")
    told = ["val_retention", "val_retention_point", "val_retention_box"]
    assert history[told].notna().all(axis=None)
    assert history[told].iloc[0].tolist() == pytest.approx([1, 1, 1], abs=1e-3)
    assert history["val_water_share"].between(0, 1).all()
    assert (
        history[["train_retention", "train_retention_loss", "train_embedding_loss"]]
        .iloc[1:]
        .notna()
        .all(axis=None)
    )
    assert (history["precision_bits"] == 32).all()
    assert json.loads((made.folder / "config.json").read_text())["best_epoch"] == kept_epoch(history)


@pytest.mark.usefixtures("coarse")
def test_the_published_first_stages_are_no_part_of_the_checkpoint(tiny_type, dataset, results):
    made = finetune(dataset, split(train="a", validation="d"), "m", replace(RECIPE, epochs=1))
    names = {
        name.removeprefix("image_encoder.")
        for name in read_tensors(made.folder / "checkpoint.safetensors")[0]
    }
    assert any(name.startswith("blocks.1.") for name in names)
    assert not any(name.startswith(("pos_embed", "patch_embed", "blocks.0.")) for name in names)


@pytest.mark.slow
@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("changed", [{}, {"lora_rank": 2, "views": 1}], ids=["weights", "lora"])
@pytest.mark.parametrize("stop_at", [2, 4])
def test_a_training_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    tiny_type, dataset, results, monkeypatch, changed, stop_at
):
    monkeypatch.setattr("floodeval.training.recorder.SAVE_EVERY_S", 0)
    dealt, config = split(train="a b", validation="d"), replace(RECIPE, **changed)
    whole = finetune(dataset, dealt, "whole", config)

    def stop(step: Step) -> None:
        if step.what == "training" and step.done > stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(dataset, dealt, "stopped", config, progress=stop)
    resumed = finetune(dataset, dealt, "stopped", config)
    pd.testing.assert_frame_equal(
        resumed.history.drop(columns=TIMES), whole.history.drop(columns=TIMES), rtol=1e-4, atol=1e-6
    )
    tensors = [read_tensors(made.folder / "checkpoint.safetensors")[0] for made in (whole, resumed)]
    assert tensors[0].keys() == tensors[1].keys()
    assert all(np.allclose(tensors[0][name], tensors[1][name], atol=1e-4) for name in tensors[0])


@pytest.mark.usefixtures("coarse")
def test_low_rank_updates_are_merged_into_the_weights_of_the_checkpoint(tiny_type, dataset, results):
    made = finetune(dataset, split(train="a", validation="d"), "m", replace(RECIPE, epochs=1, lora_rank=2))
    tensors = read_tensors(made.folder / "checkpoint.safetensors")[0]
    encoder = {name.removeprefix("image_encoder.") for name in tensors if name.startswith("image_encoder.")}
    linear = ("attn.qkv", "attn.proj", "mlp.lin1", "mlp.lin2")
    assert encoder == {f"blocks.1.{name}.weight" for name in linear}


@pytest.mark.usefixtures("coarse")
def test_the_decoder_alone_can_be_trained_to_retain(tiny_type, dataset, results):
    config = replace(RECIPE, epochs=1, encoder_learning_rate=0.0, frozen_encoder=0.0, embedding_weight=0.0)
    made = finetune(dataset, split(train="a", validation="d"), "m", config)
    assert made.history["val_retention"].notna().all()
    names = read_tensors(made.folder / "checkpoint.safetensors")[0]
    assert all(name.startswith("mask_decoder.") for name in names)


def test_a_training_can_start_from_a_blend_and_is_taught_by_the_published_model(tiny_type, dataset, results):
    dealt, plain = (
        split(train="a", validation="d"),
        replace(RECIPE, things=0, crops=0, frozen_encoder=0.0, embedding_weight=0.0),
    )
    finetune(
        dataset, dealt, "first", replace(plain, epochs=1, learning_rate=1e-2, encoder_learning_rate=1e-2)
    )
    still = replace(RECIPE, epochs=1, learning_rate=1e-12, encoder_learning_rate=1e-12)
    whole, half = (
        finetune(dataset, dealt, name, still, init=init).history
        for name, init in (("whole", "first"), ("half", "first@0.5"))
    )
    assert whole["val_retention"].iloc[0] < half["val_retention"].iloc[0] < 1
    with pytest.raises(FloodevalError, match="cannot start from itself"):
        finetune(dataset, dealt, "first", still, init="first@0.5", force=True)
    with pytest.raises(FloodevalError, match="other"):
        finetune(dataset, dealt, "n", still, init="other@0.5")


@pytest.mark.usefixtures("coarse")
def test_auto_precision_is_what_the_processor_is_fast_in_and_is_written_down(
    tiny_type, dataset, results, monkeypatch
):
    for fast, bits in ((True, 16), (False, 32)):
        monkeypatch.setattr("floodeval.training.finetune.has_fast_bfloat16", lambda device, fast=fast: fast)
        config = replace(RECIPE, epochs=1, precision="auto")
        made = finetune(dataset, split(train="a", validation="d"), f"m{bits}", config)
        assert set(made.history["precision_bits"]) == {bits}
        written = json.loads((made.folder / "config.json").read_text())["precision"]
        assert written == {16: "bfloat16", 32: "float32"}[bits]


@pytest.mark.parametrize(
    "wrong",
    [
        {"things": -1},
        {"crops": 2},
        {"frozen_encoder": 1.5},
        {"lora_rank": -1},
        {"retention_weight": float("nan")},
    ],
)
def test_values_out_of_range_are_refused_by_name(wrong):
    (name,) = wrong
    with pytest.raises(FloodevalError, match=name.replace("_", " ")):
        replace(RECIPE, **wrong)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"things": 0, "embedding_weight": 0.0}, "crops is 1; expected 0 without things"),
        ({"things": 0, "crops": 0}, "embedding weight is 0.5; expected 0 without things"),
        (
            {"encoder_learning_rate": 0.0, "embedding_weight": 0.0},
            "frozen encoder is 0.5; expected 0 where the encoder is not trained",
        ),
        (
            {"encoder_learning_rate": 0.0, "embedding_weight": 0.0, "frozen_encoder": 0.0, "lora_rank": 4},
            "lora rank is 4; expected 0 where the encoder is not trained",
        ),
    ],
)
def test_what_would_have_no_effect_is_refused(wrong, expected):
    with pytest.raises(FloodevalError, match=expected):
        replace(RECIPE, **wrong)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--things", "-1"], "'-1' is not valid; expected a whole number of at least 0"),
        (["--lora-rank", "4"], "lora rank is 4; expected 0 where the encoder is not trained"),
        (["--things", "1", "--retention-weight", "-2"], "retention weight is -2.0; expected a number"),
        (["--init", "nobody@0.5"], "'nobody@0.5', which is not a model of results/models"),
    ],
)
def test_bad_options_are_refused_in_one_line(dataset, results, tmp_path, capsys, options, expected):
    write_split(split(train="a", validation="d"), tmp_path / "split.csv")
    command = [
        "finetune",
        str(dataset.folder),
        "--split",
        str(tmp_path / "split.csv"),
        "--name",
        "m",
        *options,
    ]
    try:
        status = main(command)
    except SystemExit as ended:
        status = ended.code
    assert status == 2
    assert expected in capsys.readouterr().err


def test_a_segmenter_retains_nothing():
    with pytest.raises(FloodevalError, match="things is 1; expected 0 for a segmenter"):
        preset("segmenter", things=1)
