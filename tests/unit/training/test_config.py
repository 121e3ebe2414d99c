"""Recipes: presets by name, values in range, the study's own protocol."""

import json

import pytest

from floodeval.errors import FloodevalError
from floodeval.training.config import PRESETS, TrainingConfig, preset


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_itself_and_is_written_as_json(name):
    config = preset(name, seed=3)
    assert config.preset == name
    assert json.loads(config.to_json())["seed"] == 3


def test_some_presets_train_the_encoder():
    assert {name for name in PRESETS if preset(name).trains_encoder} == {"encoder", "retain", "segmenter"}


def test_only_the_preset_retain_has_anything_of_retention():
    fields = ("things", "crops", "embedding_weight", "start_weight", "frozen_encoder", "lora_rank")
    assert [n for n in PRESETS if any(getattr(preset(n), field) for field in fields)] == ["retain"]


def test_the_segmenter_is_trained_on_the_views_of_the_encoder_preset_without_prompts():
    segmenter, encoder = preset("segmenter"), preset("encoder")
    assert segmenter.augmentation == encoder.augmentation
    assert (segmenter.schedule, segmenter.ema, segmenter.precision) == ("cosine", 0.99, "bfloat16")
    assert (segmenter.prompts, segmenter.validation_prompts) == (("none",), ("none",))


@pytest.mark.parametrize(("name", "model_type"), [("decoder", "segmenter"), ("segmenter", "vit_t")])
def test_a_preset_does_not_train_a_model_of_the_other_kind(name, model_type):
    with pytest.raises(FloodevalError, match=f"preset '{name}' cannot train the model type {model_type}"):
        preset(name, model_type=model_type)


def test_the_study_is_adam_at_1e_5_on_the_decoder_with_flips_rotation_and_brightness():
    study = preset("study")
    assert (study.optimizer, study.learning_rate, study.schedule) == ("adam", 1e-5, "constant")
    assert study.augmentation.mirror
    assert study.augmentation.rotation_deg
    assert study.augmentation.brightness


def test_an_unknown_preset_is_refused_with_those_that_there_are():
    with pytest.raises(FloodevalError, match="expected one of plain, decoder, encoder, retain, study"):
        preset("huge")


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"ema": 1.0},
        {"loss": "hinge"},
        {"loss_side": 300},
        {"prompts": ()},
        {"prompts": ("circle",)},
        {"clip": -1.0},
    ],
)
def test_a_value_out_of_range_is_refused_in_one_line(wrong):
    with pytest.raises(FloodevalError, match="expected") as refused:
        TrainingConfig(**wrong)
    assert "\n" not in str(refused.value)
