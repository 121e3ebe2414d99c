"""Checkpoints of every format that other programs write, read to the values that they were written with."""

import json

import pytest
import torch
from safetensors.torch import save_file

from floodeval.sam.checkpoint_files import WRAPPERS
from floodeval.sam.inference import Encoder
from floodeval.sam.preprocessing import AS_PUBLISHED, Preprocessing
from tests.support.checkpoints import (
    PHOTOGRAPH,
    TINY,
    equal,
    hugging_face,
    random_sam,
    tensors_of,
)
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.loaded_checkpoints import load, logits, masks_are_equal, refusal
from tests.support.loaded_checkpoints import tuned as tuned

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".safetensors"])
def test_a_state_dict_gives_the_masks_of_the_model_that_it_was_saved_from(tuned, tmp_path, suffix):
    path = tmp_path / f"mine{suffix}"
    save_file(tensors_of(tuned), path) if suffix == ".safetensors" else torch.save(tuned.state_dict(), path)
    found = load(path, default="vit_b")
    assert found.model_type == TINY
    assert found.base is None and found.provenance is None
    assert equal(found.sam.state_dict(), tuned.state_dict())
    assert torch.equal(logits(found.sam), logits(tuned))
    assert masks_are_equal(found.sam, tuned)


def test_the_older_format_of_pytorch_is_read(tuned, tmp_path):
    torch.save(tuned.state_dict(), tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert equal(load(tmp_path / "old.pth").sam.state_dict(), tuned.state_dict())


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("optimizer", [False, True])
def test_a_state_dict_in_a_wrapper_is_read_with_or_without_an_optimizer(tuned, tmp_path, wrapper, optimizer):
    content = {wrapper: tuned.state_dict(), "epoch": 3, "best_loss": 0.25}
    if optimizer:
        content["optimizer"] = torch.optim.Adam(tuned.parameters()).state_dict()
    torch.save(content, tmp_path / "c.pth")
    assert equal(load(tmp_path / "c.pth").sam.state_dict(), tuned.state_dict())


def test_wrappers_and_prefixes_may_be_nested(tuned, tmp_path):
    named = {f"module._orig_mod.model.sam.{name}": tensor for name, tensor in tuned.state_dict().items()}
    torch.save({"model": {"state_dict": named}}, tmp_path / "c.pth")
    assert equal(load(tmp_path / "c.pth").sam.state_dict(), tuned.state_dict())


@pytest.mark.parametrize("prefix", ["module.", "model.", "sam.", "_orig_mod."])
def test_a_prefix_that_all_names_share_is_stripped(tuned, tmp_path, prefix):
    torch.save({prefix + name: one for name, one in tuned.state_dict().items()}, tmp_path / "c.pth")
    assert equal(load(tmp_path / "c.pth").sam.state_dict(), tuned.state_dict())


def test_a_prefix_that_one_name_lacks_is_not_stripped(tuned, tmp_path):
    named = {f"module.{name}": one for name, one in tuned.state_dict().items()}
    named["no_module"] = torch.zeros(1)
    torch.save(named, tmp_path / "c.pth")
    refusal(tmp_path / "c.pth", "is not a SAM checkpoint")


def test_a_micro_sam_export_is_read(tuned, tmp_path):
    named = {f"sam.{name}": one for name, one in tuned.state_dict().items()}
    torch.save({"model_state": named, "optimizer_state": {}, "iteration": 10}, tmp_path / "best.pt")
    assert equal(load(tmp_path / "best.pt").sam.state_dict(), tuned.state_dict())


@pytest.mark.parametrize("form", ["prefixed", "bare", "nested", "wrapped"])
@pytest.mark.parametrize("part", ["mask_decoder", "image_encoder"])
def test_one_part_is_put_on_the_published_base(tiny_type, tuned, tmp_path, form, part):
    state = getattr(tuned, part).state_dict()
    prefixed = {f"{part}.{name}": one for name, one in state.items()}
    content = {"prefixed": prefixed, "bare": state, "nested": {part: state}, "wrapped": {"model": prefixed}}
    torch.save(content[form], tmp_path / "part.pth")
    found = load(tmp_path / "part.pth")
    assert (found.model_type, found.base) == (TINY, TINY)
    assert equal(found.sam.state_dict(), tensors_of(tiny_type) | prefixed)


@pytest.mark.parametrize("prefix", ["mask_decoder.", "module.", "module.mask_decoder."])
def test_a_nested_part_may_have_prefixes_of_its_own(tiny_type, tuned, tmp_path, prefix):
    state = tuned.mask_decoder.state_dict()
    content = {"mask_decoder": {prefix + name: one for name, one in state.items()}}
    torch.save({**content, "optimizer": {"state": {}}, "best": torch.tensor(0.9)}, tmp_path / "part.pth")
    named = {f"mask_decoder.{name}": one for name, one in state.items()}
    assert equal(load(tmp_path / "part.pth").sam.state_dict(), tensors_of(tiny_type) | named)


def test_tensors_next_to_a_nested_part_are_used_and_not_left_out(tiny_type, tuned, tmp_path):
    state = tensors_of(tuned)
    prompt = {name: one for name, one in state.items() if name.startswith("prompt_encoder.")}
    decoder = {f"mask_decoder.{name}": one for name, one in tuned.mask_decoder.state_dict().items()}
    nested = {"mask_decoder": tuned.mask_decoder.state_dict()}
    torch.save(nested | prompt, tmp_path / "c.pth")
    assert equal(load(tmp_path / "c.pth").sam.state_dict(), tensors_of(tiny_type) | prompt | decoder)
    torch.save(nested | {"sam_encoder": tuned.image_encoder.state_dict()}, tmp_path / "c.pth")
    refusal(tmp_path / "c.pth", r"first unexpected: sam_encoder\.pos_embed")


def test_a_bare_prompt_encoder_is_put_on_the_published_base(tiny_type, tuned, tmp_path):
    torch.save(tuned.prompt_encoder.state_dict(), tmp_path / "part.pth")
    named = {f"prompt_encoder.{name}": one for name, one in tuned.prompt_encoder.state_dict().items()}
    assert equal(load(tmp_path / "part.pth").sam.state_dict(), tensors_of(tiny_type) | named)


@pytest.mark.parametrize("form", ["bare", "nested"])
def test_hugging_faces_encoder_alone_is_put_on_the_published_base(tiny_type, tuned, tmp_path, form):
    named = hugging_face(tensors_of(tuned))
    state = {
        name.removeprefix("vision_encoder."): one
        for name, one in named.items()
        if name.startswith("vision_encoder.")
    }
    torch.save({"bare": state, "nested": {"vision_encoder": state}}[form], tmp_path / "part.pth")
    encoder = {f"image_encoder.{name}": one for name, one in tuned.image_encoder.state_dict().items()}
    assert equal(load(tmp_path / "part.pth").sam.state_dict(), tensors_of(tiny_type) | encoder)


def test_hugging_faces_parts_may_be_nested(tuned, tmp_path):
    parts = {}
    for name, one in hugging_face(tensors_of(tuned)).items():
        part, _, rest = name.partition(".")
        parts.setdefault(part, {})[rest] = one
    torch.save(parts, tmp_path / "c.pth")
    assert equal(load(tmp_path / "c.pth").sam.state_dict(), tuned.state_dict())


def test_a_decoder_takes_the_stated_model_type_as_its_base(tuned, tmp_path):
    torch.save({"mask_decoder": tuned.mask_decoder.state_dict()}, tmp_path / "part.pth")
    found = load(f"{TINY}:{tmp_path / 'part.pth'}", default="vit_b")
    assert (found.model_type, found.base) == (TINY, TINY)


@pytest.mark.parametrize("copies", ["both", "first", "second"])
def test_hugging_faces_names_are_read_with_one_or_two_copies_of_the_shared_tensor(tuned, tmp_path, copies):
    named = hugging_face(tensors_of(tuned))
    assert len(named) == len(tuned.state_dict()) + 1
    shared = ("prompt_encoder.shared_embedding.positional_embedding",)
    shared += ("shared_image_embedding.positional_embedding",)
    for name in {"both": (), "first": shared[1:], "second": shared[:1]}[copies]:
        del named[name]
    torch.save(named, tmp_path / "c.pth")
    assert equal(load(tmp_path / "c.pth").sam.state_dict(), tuned.state_dict())


@pytest.mark.parametrize("file", ["model.safetensors", "pytorch_model.bin"])
def test_a_folder_that_hugging_face_saved_is_read_with_its_preprocessing(tuned, tmp_path, file):
    named = hugging_face(tensors_of(tuned))
    save_file(named, tmp_path / file) if file.endswith("s") else torch.save(named, tmp_path / file)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "sam", "vision_config": {}}))
    declared = {"do_normalize": False, "do_rescale": True, "size": {"longest_edge": 1024}}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(declared))
    found = load(tmp_path)
    assert equal(found.sam.state_dict(), tuned.state_dict())
    assert found.preprocessing == Preprocessing(mean=(0, 0, 0), std=(255, 255, 255))
    assert torch.equal(found.sam.pixel_std.flatten(), torch.full((3,), 255.0))


def test_the_library_default_of_hugging_face_is_the_published_preprocessing(tuned, tmp_path):
    save_file(hugging_face(tensors_of(tuned)), tmp_path / "model.safetensors")
    declared = {"image_processor": {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}}
    (tmp_path / "processor_config.json").write_text(json.dumps(declared))
    assert load(tmp_path).preprocessing == AS_PUBLISHED


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"rescale_factor": 0}, "rescale_factor 0"),
        ({"image_std": [0.2, 0, 0.2]}, "image_std"),
        ({"image_mean": [0.5, float("nan"), 0.5]}, "image_mean"),
        ({"size": {"height": 512, "width": 1024}}, "expected longest_edge, or equal height and width"),
        ({"size": {"shortest_edge": 1024}}, "expected longest_edge, or equal height and width"),
    ],
)
def test_settings_that_no_input_can_follow_are_refused(tuned, tmp_path, settings, complaint):
    torch.save(hugging_face(tensors_of(tuned)), tmp_path / "pytorch_model.bin")
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(settings))
    refusal(tmp_path / "pytorch_model.bin", complaint)


def test_settings_may_have_a_byte_order_mark_and_the_size_as_a_number(tuned, tmp_path):
    torch.save(hugging_face(tensors_of(tuned)), tmp_path / "pytorch_model.bin")
    settings = json.dumps({"size": 1024, "do_normalize": False})
    (tmp_path / "preprocessor_config.json").write_text(settings, encoding="utf-8-sig")
    assert load(tmp_path).preprocessing == Preprocessing(mean=(0.0, 0.0, 0.0), std=(255.0, 255.0, 255.0))


def test_two_different_copies_of_the_shared_tensor_are_refused(tuned, tmp_path):
    named = hugging_face(tensors_of(tuned))
    named["shared_image_embedding.positional_embedding"] += 1
    torch.save(named, tmp_path / "c.pth")
    refusal(tmp_path / "c.pth", "two different copies")


def test_a_model_for_small_images_is_recognized_by_its_position_embedding(tiny_type, tmp_path):
    small = random_sam(TINY, seed=2, image_size=256)
    torch.save(small.state_dict(), tmp_path / "small.pth")
    found = load(tmp_path / "small.pth")
    assert found.preprocessing == Preprocessing(image_size=256)
    assert torch.equal(logits(found.sam, found.preprocessing), logits(small, Preprocessing(image_size=256)))
    refusal(f"{tmp_path / 'small.pth'}?size=1024", "is for images of 256 pixels, not 1024")


def test_mean_and_deviation_in_the_file_are_used(tuned, tmp_path):
    state = tensors_of(tuned)
    state |= {"pixel_mean": torch.zeros(3, 1, 1), "pixel_std": torch.full((3, 1, 1), 255.0)}
    torch.save(state, tmp_path / "c.pth")
    assert load(tmp_path / "c.pth").preprocessing.std == (255, 255, 255)


def test_medsams_preprocessing_is_applied_when_it_is_stated(tuned, tmp_path):
    torch.save(tuned.state_dict(), tmp_path / "c.pth")
    found = load(f"{tmp_path / 'c.pth'}?preprocessing=medsam")
    frame = found.preprocessing.frame(PHOTOGRAPH, found.sam)
    assert frame.shape == (1, 3, 1024, 1024)
    assert (float(frame.min()), float(frame.max())) == (0, 1)
    embedding = Encoder(found.sam, found.preprocessing).encode(PHOTOGRAPH)
    assert embedding.input_size == (1024, 1024)
    with torch.inference_mode():
        assert torch.allclose(embedding.features, tuned.image_encoder(frame), atol=1e-5)
        box = torch.tensor([[8 / 64, 8 / 40, 40 / 64, 32 / 40]]) * 1024
        sparse, dense = tuned.prompt_encoder(points=None, boxes=box, masks=None)
        expected = tuned.mask_decoder(
            image_embeddings=embedding.features,
            image_pe=tuned.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=False,
        )[0]
    assert torch.allclose(logits(found.sam, found.preprocessing), expected, atol=1e-5)


def test_half_precision_is_read_as_single_precision(tuned, tmp_path):
    half = {name: one.half() for name, one in tuned.state_dict().items()}
    torch.save(half, tmp_path / "half.pth")
    state = load(tmp_path / "half.pth").sam.state_dict()
    assert equal(state, {name: one.float() for name, one in half.items()})
