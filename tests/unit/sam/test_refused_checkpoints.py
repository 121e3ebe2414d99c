"""Files that are no checkpoints of a SAM, or do not fit: refused in one line with the remedy."""

import json
import pickle
import struct
import zipfile
from argparse import Namespace

import pytest
import torch
from safetensors.torch import save_file

from floodeval.sam.checkpoint_files import read_file
from tests.support.checkpoints import (
    TINY,
    tensors_of,
)
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.loaded_checkpoints import refusal
from tests.support.loaded_checkpoints import tuned as tuned

pytestmark = pytest.mark.heavy


class Evil:
    def __reduce__(self):
        return (print, ("ran",))


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
