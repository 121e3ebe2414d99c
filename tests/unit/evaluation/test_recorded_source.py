"""Variants as runs record them: which of them have a model, and the source that loads it again."""

import pytest

from floodeval.errors import FloodevalError
from floodeval.evaluation.recorded_source import (
    has_model,
    published_part,
    recorded_checkpoint,
    recorded_source,
    source_text,
)
from floodeval.evaluation.variant_record import MASKS, PLUGIN, Variant
from floodeval.sam.sources import ModelSource, RoutedSource, SegmenterSource

PRETRAINED = Variant("pretrained", "vit_t", None, "0", "0")


def variant(**about):
    return Variant("mine", about.pop("model_type", "vit_t"), "mine", "0", "0", **about)


@pytest.fixture
def checkpoint(results):
    path = results / "models" / "mine" / "checkpoint.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    return path


def test_plugins_and_folders_of_masks_have_no_model_and_segmenters_do():
    assert has_model(PRETRAINED) and has_model(variant(route=95.0))
    assert has_model(variant(model_type="segmenter", source=PLUGIN))
    assert not has_model(variant(model_type="", source=PLUGIN))
    assert not has_model(variant(model_type="", source=MASKS))
    with pytest.raises(FloodevalError, match="has no model"):
        recorded_source(variant(model_type="", source=PLUGIN))


def test_a_source_has_the_blend_and_the_route_of_the_record(checkpoint):
    assert recorded_source(PRETRAINED) == ModelSource("vit_t", model_type="vit_t")
    blend = recorded_source(variant(alpha=0.5))
    assert (blend.checkpoint, blend.alpha) == (checkpoint, 0.5)
    routed = recorded_source(variant(route=90.0))
    assert isinstance(routed, RoutedSource) and routed.percentile == 90
    assert recorded_source(variant(model_type="segmenter", source=PLUGIN)) == SegmenterSource(checkpoint)


def test_what_mixes_with_published_weights_needs_them(checkpoint):
    assert published_part(PRETRAINED) == "vit_t"
    assert published_part(variant(alpha=0.5)) == "vit_t" == published_part(variant(route=95.0))
    assert published_part(variant(model_type="segmenter", source=PLUGIN)) == "vit_t"


def test_a_checkpoint_that_is_gone_is_not_replaced_by_published_weights(results):
    assert recorded_checkpoint(variant()) is None
    with pytest.raises(FileNotFoundError):
        recorded_source(variant())


@pytest.mark.parametrize(
    ("recorded", "text"),
    [
        (PRETRAINED, "vit_t"),
        (variant(), "mine"),
        (variant(alpha=0.25), "mine@0.25"),
        (variant(route=97.5), "route:mine?percentile=97.5"),
        (variant(alpha=0.5, route=95.0), "route:mine@0.5?percentile=95"),
    ],
)
def test_a_command_names_the_same_model(recorded, text):
    assert source_text(recorded) == text
