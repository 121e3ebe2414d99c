"""Checkpoints of every format that other programs write, read to the values that they were written with."""

import json
import pickle
import struct
import zipfile
from argparse import Namespace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from floodeval.errors import FloodevalError
from floodeval.sam.architecture import Sam, TinyVitEncoder
from floodeval.sam.checkpoint_files import WRAPPERS, read_file
from floodeval.sam.inference import Encoder, decode
from floodeval.sam.loading import load_source
from floodeval.sam.mobile_sam import mobile_sam_state
from floodeval.sam.preprocessing import AS_PUBLISHED, Preprocessing
from floodeval.sam.prompts import Prompt
from floodeval.sam.sources import parse_source
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

pytestmark = pytest.mark.heavy

BOX = Prompt(box=np.array([8.0, 8.0, 40.0, 32.0]))


@pytest.fixture
def tuned(tiny_type: Sam) -> Sam:
    """A fine-tuned model of the tiny type."""
    return random_sam(TINY, seed=1)


def load(source: object, default: str = TINY):
    return load_source(parse_source(str(source), default))


def logits(sam: Sam, preprocessing: Preprocessing = AS_PUBLISHED) -> torch.Tensor:
    from floodeval.sam.inference import decode_logits

    with torch.inference_mode():
        return decode_logits(sam, Encoder(sam, preprocessing).encode(PHOTOGRAPH), BOX)[0]


def masks_are_equal(first: Sam, second: Sam) -> bool:
    masks = [decode(sam, Encoder(sam).encode(PHOTOGRAPH), BOX).mask for sam in (first, second)]
    return bool((masks[0] == masks[1]).all())


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


def mobile_sam() -> tuple[TinyVitEncoder, dict[str, torch.Tensor]]:
    """An encoder with batch normalizations that matter, and MobileSAM's state dict of it.

    The names are written down here, independently of floodeval's own.
    """
    torch.manual_seed(3)
    encoder = TinyVitEncoder(fused=False).eval()
    for module in encoder.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
    published = {}
    for name, tensor in encoder.state_dict().items():
        key = name.removeprefix("body.")
        for number in (1, 2, 3):
            key = key.replace(f"stages.{number}.downsample", f"layers.{number - 1}.downsample")
        key = key.replace("stages.", "layers.").replace("patch_embed.conv1.", "patch_embed.seq.0.")
        key = key.replace("patch_embed.conv2.", "patch_embed.seq.2.")
        published["image_encoder." + key.replace(".conv.weight", ".c.weight")] = tensor
    sizes = {"norm_head.weight": (320,), "norm_head.bias": (320,), "head.weight": (1000, 320)}
    sizes["head.bias"] = (1000,)
    published |= {f"image_encoder.{name}": torch.randn(size) for name, size in sizes.items()}
    return encoder, published


@pytest.mark.parametrize("prefix", ["", "module."])
def test_a_mobile_sam_checkpoint_is_renamed_and_its_batch_normalization_folded(tmp_path, prefix):
    encoder, published = mobile_sam()
    rest = {k: v for k, v in random_sam("vit_t", 4).state_dict().items() if not k.startswith("image_enc")}
    torch.save({prefix + name: one for name, one in (published | rest).items()}, tmp_path / "mobile.pt")
    found = load(tmp_path / "mobile.pt", default="vit_b")
    assert found.model_type == "vit_t"
    frame = torch.randn(1, 3, 256, 256)
    with torch.inference_mode():
        assert torch.allclose(found.sam.image_encoder(frame), encoder(frame), atol=1e-4)
    assert all(torch.equal(found.sam.state_dict()[name], tensor) for name, tensor in rest.items())


def test_a_mobile_sam_checkpoint_without_a_batch_normalization_is_refused(tmp_path):
    _, published = mobile_sam()
    del published["image_encoder.layers.1.blocks.0.local_conv.bn.running_var"]
    torch.save(published, tmp_path / "mobile.pt")
    refusal(tmp_path / "mobile.pt", "missing tensor: .*local_conv.bn.running_var", default="vit_b")


def test_floodevals_own_names_of_vit_t_are_read(tmp_path):
    sam = random_sam("vit_t", 5)
    torch.save(sam.state_dict(), tmp_path / "own.pth")
    assert equal(load(tmp_path / "own.pth", default="vit_b").sam.state_dict(), sam.state_dict())


def test_the_state_dict_for_mobile_sam_is_the_same_function_to_the_last_bit(tmp_path):
    sam = random_sam("vit_t", 6)
    torch.save(mobile_sam_state(tensors_of(sam)), tmp_path / "mobile.pt")
    assert set(torch.load(tmp_path / "mobile.pt")) >= set(mobile_sam()[1])
    assert equal(load(tmp_path / "mobile.pt", default="vit_b").sam.state_dict(), sam.state_dict())


def test_half_precision_is_read_as_single_precision(tuned, tmp_path):
    half = {name: one.half() for name, one in tuned.state_dict().items()}
    torch.save(half, tmp_path / "half.pth")
    state = load(tmp_path / "half.pth").sam.state_dict()
    assert equal(state, {name: one.float() for name, one in half.items()})


def refusal(source: object, complaint: str, default: str = TINY) -> None:
    """The source is refused, in one line that matches."""
    with pytest.raises(FloodevalError, match=complaint) as error:
        load(source, default)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"mask_decoder.iou_token.weight": None},
            "missing tensor: mask_decoder.iou_token.weight; ",
        ),
        ({"image_encoder.extra": torch.ones(1)}, "first unexpected: image_encoder.extra; "),
        ({"criterion.weight": torch.ones(1)}, "first unexpected: criterion.weight; "),
        (
            {"mask_decoder.iou_token.weight": torch.ones(2, 256)},
            r"another shape: mask_decoder.iou_token.weight \(2, 256\) != \(1, 256\)",
        ),
        ({"mask_decoder.iou_token.weight": torch.full((1, 256), torch.nan)}, "has NaN or infinite values in"),
        ({"mask_decoder.iou_token.weight": torch.ones((1, 256), dtype=torch.int8)}, "of type torch.int8"),
        ({"image_encoder.neck.0.weight": torch.ones(256, 33, 1, 1)}, "encoder of 33 channels, which is none"),
        ({"image_encoder.blocks.0.attn.qkv.lora_A.weight": torch.ones(1)}, "merge them into the model first"),
        ({"image_encoder.blocks.0.attn.qkv.linear_a_q.weight": torch.ones(1)}, "contains LoRA weights"),
        ({"image_encoder.blocks.0.MLP_Adapter.D_fc1.weight": torch.ones(1)}, "contains adapters"),
        ({"mask_decoder.hf_token.weight": torch.ones(1, 256)}, "is a SAM-HQ checkpoint"),
    ],
)
def test_tensors_that_do_not_fit_are_refused_by_name(tuned, tmp_path, change, complaint):
    state = tensors_of(tuned) | change
    torch.save({name: one for name, one in state.items() if one is not None}, tmp_path / "c.pth")
    refusal(tmp_path / "c.pth", complaint)


def test_sam_2_is_refused_by_name(tiny_type, tmp_path):
    torch.save({"model": {"image_encoder.trunk.pos_embed": torch.ones(1)}}, tmp_path / "sam2.pt")
    refusal(tmp_path / "sam2.pt", "is a SAM 2 checkpoint")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("image_encoder.blocks.0.attn.qkv.lora_A.weight", "merge them into the model first"),
        ("image_encoder.blocks.0.MLP_Adapter.D_fc1.weight", "contains adapters"),
        ("mask_decoder.hf_token.weight", "SAM-HQ"),
        ("memory_attention.layers.0.norm1.weight", "SAM 2"),
    ],
)
def test_relatives_of_sam_are_refused_with_the_other_ways_to_evaluate_them(tuned, tmp_path, name, what):
    torch.save(tensors_of(tuned) | {name: torch.ones(1)}, tmp_path / "c.pth")
    refusal(tmp_path / "c.pth", rf"{what}.*\(masks:FOLDER\).*\(python:MODULE:FACTORY\)$")


def test_a_lora_folder_is_refused_with_what_to_do(tiny_type, tmp_path):
    name = "base_model.model.vision_encoder.layers.0.attn.qkv.lora_A.weight"
    save_file({name: torch.ones(1)}, tmp_path / "adapter_model.safetensors")
    refusal(tmp_path, "merge them into the model first")


def test_several_models_in_one_file_are_refused(tuned, tmp_path):
    torch.save({"model": tuned.state_dict(), "net": tuned.state_dict()}, tmp_path / "c.pth")
    refusal(tmp_path / "c.pth", r"contains several models \(model, net\)")


class Evil:
    def __reduce__(self):
        return (print, ("ran",))


@pytest.mark.parametrize("content", [torch.nn.Linear(2, 2), {"model": {}, "args": Namespace(x=1)}, Evil()])
def test_pickled_code_is_refused_and_does_not_run(tiny_type, tmp_path, content, capsys):
    torch.save(content, tmp_path / "whole.pt")
    refusal(tmp_path / "whole.pt", r"contains Python code .* torch.save\(model.state_dict")
    assert "ran" not in capsys.readouterr().out


def test_files_that_are_no_checkpoints_are_refused(tuned, tmp_path):
    path = tmp_path / "c.pth"
    torch.save(tuned.state_dict(), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refusal(path, "damaged, truncated")
    torch.save(tuned.state_dict(), path, _use_new_zipfile_serialization=False)
    path.write_bytes(path.read_bytes()[:5000])
    refusal(path, "damaged, truncated")
    path.write_bytes(pickle.dumps({"a": 1}))
    refusal(path, "damaged, truncated or not a PyTorch checkpoint")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    refusal(path, "is a zip archive, but not")
    path.write_text("<!DOCTYPE html>")
    refusal(path, "is not a checkpoint; expected")
    path.write_text("version https://git-lfs.github.com/spec/v1\n")
    refusal(path, "is a Git LFS pointer")
    path.write_bytes(b"")
    refusal(path, "is not a checkpoint")
    torch.save([torch.ones(1)], path)
    refusal(path, "contains list, not a state dict")
    torch.save({"epoch": 1}, path)
    refusal(path, r"contains no weights \(its keys: epoch\)")
    torch.save({"conv.weight": torch.ones(1)}, path)
    refusal(path, r"is not a SAM checkpoint \(its tensors: conv.weight\)")
    refusal(tmp_path / "absent.pth", "no checkpoint")
    (tmp_path / "empty").mkdir()
    refusal(tmp_path / "empty", "holds neither a checkpoint nor masks; expected one of checkpoint")


def test_a_safetensors_file_with_a_lying_header_is_refused(tuned, tmp_path):
    path = tmp_path / "c.safetensors"
    save_file(tensors_of(tuned), path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    refusal(path, "not a complete safetensors file")
    header = {"mask_decoder.x": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 4]}}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"\0\0\0\0")
    refusal(path, "not a complete safetensors file")
    path.write_bytes(struct.pack("<Q", 1 << 60) + text)
    refusal(path, "not a complete safetensors file")


@pytest.mark.parametrize("length", [0x1380, 0x4B50])  # whose bytes begin like a pickle, and like a zip
def test_a_safetensors_file_is_recognized_whatever_the_length_of_its_header(tuned, tmp_path, length):
    path = tmp_path / "c.safetensors"
    save_file({"mask_decoder.iou_token.weight": torch.ones(1, 256)}, path, {"note": ""})
    unpadded = struct.unpack("<Q", path.read_bytes()[:8])[0]
    save_file(
        {"mask_decoder.iou_token.weight": torch.ones(1, 256)}, path, {"note": "x" * (length - unpadded)}
    )
    assert path.read_bytes()[:8] == struct.pack("<Q", length)
    found = read_file(path)
    assert found.metadata["note"].startswith("xx")
    assert torch.equal(found.tensors["mask_decoder.iou_token.weight"], torch.ones(1, 256))


def test_a_stated_model_type_that_the_file_contradicts_is_refused(tuned, tmp_path):
    torch.save(tuned.state_dict(), tmp_path / "c.pth")
    refusal(f"vit_b:{tmp_path / 'c.pth'}", f"is a {TINY} checkpoint, not vit_b; leave vit_b: out")
