"""A tiny model type of SAM's true architecture, and its checkpoints as other programs write them."""

import hashlib
from copy import deepcopy
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch

from floodeval.sam import architecture, loading
from floodeval.sam.architecture import ENCODERS, Sam, VisionTransformer, build_architecture
from floodeval.sam.checkpoints import StateDict, write_tensors
from floodeval.sam.registry import MODELS, PublishedModel, kept_weights

TINY = "vit_x"
WIDTH = 32
GLOBAL_BLOCKS = (1,)  # with attention over the whole frame
MOBILE_SAM = Path(__file__).parent / "mobile_sam_tensors.csv"
PHOTOGRAPH = np.random.default_rng(0).integers(0, 255, (40, 64, 3), dtype=np.uint8)


@pytest.fixture
def tiny_architecture(monkeypatch: pytest.MonkeyPatch) -> PublishedModel:
    """Register a tiny model type, whose published weights nobody has."""
    sha256 = hashlib.sha256(b"tiny").hexdigest()
    model = PublishedModel(TINY, "Tiny SAM", "http://127.0.0.1:9/none", "tiny.pth", sha256, "none", WIDTH)
    monkeypatch.setitem(MODELS, TINY, model)
    monkeypatch.setitem(ENCODERS, TINY, VisionTransformer(WIDTH, 2, 2, GLOBAL_BLOCKS))
    return model


@pytest.fixture
def tiny_type(tiny_architecture: PublishedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sam:
    """The tiny model type, with published weights in the cache; returns the published model."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("FLOODEVAL_WEIGHTS", raising=False)
    published = random_sam(TINY, 0, loading.AS_PUBLISHED.image_size)  # small with the fixture small_frames
    write_tensors(kept_weights(tiny_architecture), published.state_dict(), {"source": "the test"})
    return published


@pytest.fixture
def small(tiny_type: Sam, tmp_path: Path) -> Sam:
    """A fine-tuned model of the tiny type for images of 256 pixels, saved as `small.pth`."""
    sam = random_sam(TINY, seed=1, image_size=256)
    torch.save(sam.state_dict(), tmp_path / "small.pth")
    return sam


def random_sam(model_type: str, seed: int, image_size: int = 1024) -> Sam:
    """A SAM whose tensors are all random, also those that start at zero or one."""
    parts = ENCODERS[model_type], architecture.MaskDecoder  # which tests may replace
    sam = deepcopy(_drawn_sam(model_type, seed, image_size, parts))
    torch.manual_seed(seed)  # whether it was drawn now or before
    return sam


@lru_cache(maxsize=16)
def _drawn_sam(model_type: str, seed: int, image_size: int, parts: tuple[object, ...]) -> Sam:
    """The same, drawn once; to be copied before it is changed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        sam = build_architecture(model_type, image_size)
        for tensor in sam.state_dict().values():
            if tensor.is_floating_point():
                tensor += 0.02 * torch.randn(tensor.shape)
    return sam.requires_grad_(False).eval()


def hugging_face(state: StateDict) -> StateDict:
    """A state dict with the names of `transformers.SamModel`, by the replacements of its conversion script.

    They are written down here, independently of floodeval's own table.
    """
    replacements = (
        ("iou_prediction_head.layers.0", "iou_prediction_head.proj_in"),
        ("iou_prediction_head.layers.1", "iou_prediction_head.layers.0"),
        ("iou_prediction_head.layers.2", "iou_prediction_head.proj_out"),
        ("mask_decoder.output_upscaling.0", "mask_decoder.upscale_conv1"),
        ("mask_decoder.output_upscaling.1", "mask_decoder.upscale_layer_norm"),
        ("mask_decoder.output_upscaling.3", "mask_decoder.upscale_conv2"),
        ("mask_downscaling.0", "mask_embed.conv1"),
        ("mask_downscaling.1", "mask_embed.layer_norm1"),
        ("mask_downscaling.3", "mask_embed.conv2"),
        ("mask_downscaling.4", "mask_embed.layer_norm2"),
        ("mask_downscaling.6", "mask_embed.conv3"),
        ("point_embeddings", "point_embed"),
        ("pe_layer.positional_encoding_gaussian_matrix", "shared_embedding.positional_embedding"),
        ("image_encoder", "vision_encoder"),
        ("neck.0", "neck.conv1"),
        ("neck.1", "neck.layer_norm1"),
        ("neck.2", "neck.conv2"),
        ("neck.3", "neck.layer_norm2"),
        ("patch_embed.proj", "patch_embed.projection"),
        (".norm", ".layer_norm"),
        ("blocks", "layers"),
    )
    renamed: StateDict = {}
    for name, tensor in state.items():
        for own, theirs in replacements:
            name = name.replace(own, theirs)
        if "output_hypernetworks_mlps" in name:
            for own, theirs in (("layers.0", "proj_in"), ("layers.1", "layers.0"), ("layers.2", "proj_out")):
                if f".{own}." in name:
                    name = name.replace(own, theirs)
                    break
        renamed[name] = tensor
    shared = renamed["prompt_encoder.shared_embedding.positional_embedding"]
    return renamed | {"shared_image_embedding.positional_embedding": shared.clone()}


def hugging_face_config(image_size: int = 256):
    """The configuration of a `transformers.SamModel` of the tiny type."""
    from transformers import SamConfig

    vision = {"hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2, "mlp_dim": 4 * WIDTH}
    prompt = {"image_size": image_size, "image_embedding_size": image_size // 16}
    vision |= {"global_attn_indexes": [1], "image_size": image_size, "num_pos_feats": 128}
    return SamConfig(vision_config=vision, prompt_encoder_config=prompt)


def mobile_sam_shapes() -> dict[str, tuple[int, ...]]:
    """Names and shapes of the tensors that `mobile_sam.sam_model_registry["vit_t"]` loads, and no others.

    They were printed by MobileSAM's own code, which is in no package that is kept up to date.
    """
    lines = MOBILE_SAM.read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines]
    return {name: tuple(int(side) for side in shape.split("x") if side) for name, shape in rows}


def tensors_of(sam: Sam) -> StateDict:
    return {name: tensor.clone() for name, tensor in sam.state_dict().items()}


def equal(first: StateDict, second: StateDict) -> bool:
    """Whether two state dicts have the same names and values."""
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)
