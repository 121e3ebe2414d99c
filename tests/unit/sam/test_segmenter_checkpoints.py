"""Segmenters on disk: the same masks after loading, only changed tensors, and refusals in one line."""

import json

import numpy as np
import pytest
import torch

from floodeval.errors import FloodevalError
from floodeval.evaluation.plugins import CAPABILITIES, Plugin
from floodeval.sam.checkpoints import read_tensors, write_tensors
from floodeval.sam.loading import load_source
from floodeval.sam.prompts import Prompt
from floodeval.sam.segmenter import segmenter_on
from floodeval.sam.segmenter_checkpoints import load_segmenter, published_encoder, write_segmenter
from floodeval.sam.sources import ModelSource, SegmenterSource, parse_model, parse_source
from tests.support.segmenters import provenance, with_tiny_encoder, write_untrained

NO_PROMPT = Prompt()


@pytest.fixture
def base(monkeypatch):
    return with_tiny_encoder(monkeypatch)


@pytest.fixture
def checkpoint(base, results):
    path = results / "models" / "plain" / "checkpoint.safetensors"
    write_untrained(path, base)
    return path


def photograph(height: int, width: int):
    return np.random.default_rng(height).integers(0, 255, (height, width, 3), dtype=np.uint8)


def test_a_checkpoint_has_only_the_tensors_that_differ_and_its_provenance(base, tmp_path):
    state = segmenter_on(base, 1).state_dict()
    state["image_encoder.neck.weight"] = state["image_encoder.neck.weight"] + 1
    write_segmenter(tmp_path / "c.safetensors", state, base, provenance(photographs="aa bb"))
    tensors, metadata = read_tensors(tmp_path / "c.safetensors")
    kept = {name for name in tensors if name.startswith("image_encoder.")}
    assert kept == {"image_encoder.neck.weight"}
    assert {name for name in state if name.startswith("decoder.")} == set(tensors) - kept
    assert all(tensor.dtype == torch.float16 for tensor in tensors.values())
    assert metadata["model_type"] == "segmenter"
    loaded = load_segmenter(tmp_path / "c.safetensors")
    assert loaded.provenance.seen == {"aa", "bb"}
    assert loaded.trained_parameters == sum(tensor.numel() for tensor in tensors.values())
    assert loaded.parameters == sum(tensor.numel() for tensor in state.values())


def test_a_loaded_segmenter_is_a_plugin_without_prompts(checkpoint):
    plugin: Plugin = load_segmenter(checkpoint)
    assert tuple(plugin.prompts) == ("none",) and set(plugin.prompts) <= set(CAPABILITIES)
    mask, score = plugin.predict(plugin.encode(photograph(70, 41)), NO_PROMPT)
    assert mask.shape == (70, 41) and mask.dtype == np.bool_ and score is None


def test_the_mask_is_where_the_probability_is_above_a_half(checkpoint):
    model = load_segmenter(checkpoint)
    logits = model.encode(photograph(64, 80))
    probability = 1 / (1 + np.exp(-logits.astype(np.float64)))
    assert np.array_equal(model.predict(logits, NO_PROMPT)[0], probability > 0.5)


def test_a_thin_photograph_is_refused(checkpoint):
    with pytest.raises(FloodevalError, match="3000 × 1"):
        load_segmenter(checkpoint).encode(np.zeros((1, 3000, 3), np.uint8))


@pytest.mark.weights
@pytest.mark.heavy
def test_a_saved_and_loaded_segmenter_gives_identical_masks(tmp_path):
    base = published_encoder()
    network = segmenter_on(base, 3)
    rounded = {
        name: one if name in base else one.half().float() for name, one in network.state_dict().items()
    }
    network.load_state_dict(rounded)
    path = tmp_path / "checkpoint.safetensors"
    write_segmenter(path, network.state_dict(), base, provenance())
    first, again = load_segmenter(path), load_segmenter(path)
    assert first.sha256 == again.sha256
    picture = photograph(120, 200)
    logits = first.encode(picture)
    np.testing.assert_array_equal(logits, again.encode(picture))
    in_memory = type(first)(network.eval(), "", "", first.provenance, 0)
    np.testing.assert_array_equal(logits, in_memory.encode(picture))
    assert (logits > 0).any() or (logits < 0).any()


def test_a_name_and_a_path_of_a_segmenter_are_recognized_by_the_file(checkpoint):
    assert parse_source("plain", "vit_t") == SegmenterSource(checkpoint)
    assert parse_source(str(checkpoint), "vit_t") == SegmenterSource(checkpoint)
    assert parse_source(str(checkpoint.parent), "vit_t") == SegmenterSource(checkpoint)


def test_where_only_a_sam_will_do_a_segmenter_is_refused(checkpoint):
    with pytest.raises(FloodevalError, match="model 'plain' is a segmenter, which takes no prompt"):
        parse_model("plain", "vit_t")


@pytest.mark.parametrize("source", ["vit_t:plain", "plain?size=512"])
def test_a_stated_type_or_preprocessing_of_a_segmenter_is_refused(checkpoint, source):
    with pytest.raises(FloodevalError, match="name it without TYPE: and options"):
        parse_source(source, "vit_t")


def test_a_file_that_is_not_safetensors_is_not_opened_to_find_a_segmenter(results, tmp_path):
    torch.save({}, tmp_path / "my.pth")
    assert isinstance(parse_source(str(tmp_path / "my.pth"), "vit_t"), ModelSource)


def rewritten(path, change):
    tensors, metadata = read_tensors(path)
    change(tensors, metadata)
    write_tensors(path, tensors, metadata)


def test_loading_it_as_a_sam_is_refused_in_one_line(checkpoint):
    with pytest.raises(FloodevalError, match="segmenter") as caught:
        load_source(ModelSource("vit_t", checkpoint))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda t, m: t.pop("decoder.logits.bias"), "lacks the tensor decoder.logits.bias"),
        (lambda t, m: t.update(extra=torch.zeros(2)), "contains the tensor extra, which the model lacks"),
        (
            lambda t, m: t.update({"decoder.logits.bias": torch.zeros(2)}),
            "contains the tensor decoder.logits.bias",
        ),
        (
            lambda t, m: t.update({"decoder.logits.bias": torch.zeros(1, dtype=torch.int32)}),
            "contains the tensor",
        ),
        (
            lambda t, m: t["decoder.logits.bias"].fill_(torch.nan),
            "NaN or infinite values in the tensor decoder.logits.bias",
        ),
        (lambda t, m: m.update(base_sha256="0" * 64), "was fine-tuned from the weights 000000000000..."),
        (lambda t, m: m.update(model_type="vit_t"), "is not the checkpoint of a segmenter"),
        (lambda t, m: m.update(format="other"), "is not the checkpoint of a segmenter"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused_in_one_line(checkpoint, change, complaint):
    rewritten(checkpoint, change)
    with pytest.raises(FloodevalError, match=complaint) as caught:
        load_segmenter(checkpoint)
    assert len(str(caught.value).splitlines()) == 1


def test_a_damaged_file_is_refused_in_one_line(checkpoint):
    checkpoint.write_bytes(checkpoint.read_bytes()[:100])
    with pytest.raises(FloodevalError, match="is not a complete safetensors file"):
        load_segmenter(checkpoint)


def test_an_absent_device_is_refused(checkpoint):
    with pytest.raises(FloodevalError, match="device 'nowhere' is not available"):
        load_segmenter(checkpoint, "nowhere")


def test_the_digest_is_of_all_tensors(checkpoint, base):
    first = load_segmenter(checkpoint)
    rewritten(checkpoint, lambda t, m: t["decoder.logits.bias"].add_(1))
    other = load_segmenter(checkpoint)
    assert first.sha256 != other.sha256 and first.encoder_sha256 == other.encoder_sha256
    assert json.loads(first.provenance.config) == {}
