"""The names of the same tensors in Hugging Face's `SamModel`."""

import re
from collections.abc import Iterable
from typing import Any

import torch

from floodeval.sam.architecture import ENCODERS, VisionTransformer

_SHARED = (
    "prompt_encoder.shared_embedding.positional_embedding",
    "shared_image_embedding.positional_embedding",
)
_POSITIONAL = "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"
_RENAMED = (
    (r"^prompt_encoder\.pe_layer\.positional_encoding_gaussian_matrix$", _SHARED[0]),
    (r"^prompt_encoder\.point_embeddings\.", "prompt_encoder.point_embed."),
    (r"\.mask_downscaling\.0\.", ".mask_embed.conv1."),
    (r"\.mask_downscaling\.1\.", ".mask_embed.layer_norm1."),
    (r"\.mask_downscaling\.3\.", ".mask_embed.conv2."),
    (r"\.mask_downscaling\.4\.", ".mask_embed.layer_norm2."),
    (r"\.mask_downscaling\.6\.", ".mask_embed.conv3."),
    (r"\.output_upscaling\.0\.", ".upscale_conv1."),
    (r"\.output_upscaling\.1\.", ".upscale_layer_norm."),
    (r"\.output_upscaling\.3\.", ".upscale_conv2."),
    (r"(iou_prediction_head|output_hypernetworks_mlps\.\d)\.layers\.0\.", r"\1.proj_in."),
    (r"(iou_prediction_head|output_hypernetworks_mlps\.\d)\.layers\.2\.", r"\1.proj_out."),
    (r"(iou_prediction_head|output_hypernetworks_mlps\.\d)\.layers\.1\.", r"\1.layers.0."),
    (r"^(mask_decoder\.transformer\..*|image_encoder\.blocks\..*)\bnorm(\d)\.", r"\1layer_norm\2."),
    (r"\.norm_final_attn\.", ".layer_norm_final_attn."),
    (r"^image_encoder\.blocks\.", "vision_encoder.layers."),
    (r"^image_encoder\.neck\.0\.", "vision_encoder.neck.conv1."),
    (r"^image_encoder\.neck\.1\.", "vision_encoder.neck.layer_norm1."),
    (r"^image_encoder\.neck\.2\.", "vision_encoder.neck.conv2."),
    (r"^image_encoder\.neck\.3\.", "vision_encoder.neck.layer_norm2."),
    (r"^image_encoder\.patch_embed\.proj\.", "vision_encoder.patch_embed.projection."),
    (r"^image_encoder\.", "vision_encoder."),
)
_TELLING = ("vision_encoder.", "mask_decoder.upscale_", "prompt_encoder.point_embed.", *_SHARED)


def is_hugging_face(names: Iterable[str]) -> bool:
    """Whether tensors have names that only `SamModel` gives them."""
    return any(name.startswith(_TELLING) for name in names)


def hugging_face_name(name: str) -> str:
    """The name in `SamModel` of a tensor of `segment_anything`."""
    for pattern, replacement in _RENAMED:
        name = re.sub(pattern, replacement, name)
    return name


def shared_embeddings(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The one tensor that `SamModel` keeps twice and may save once or twice, by the names it has."""
    return {name: tensors[name] for name in _SHARED if name in tensors}


def hugging_face_state(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The state dict of `SamModel`, 315 tensors for the 314 of vit_b, from that of `segment_anything`."""
    renamed = {hugging_face_name(name): tensor for name, tensor in state.items()}
    return renamed | {_SHARED[1]: state[_POSITIONAL].clone()}


def model_settings(model_type: str, image_size: int) -> dict[str, Any] | None:
    """The content of `config.json` for `SamModel`; None for a model type that it cannot be."""
    shape = ENCODERS[model_type]
    if not isinstance(shape, VisionTransformer):
        return None
    return {
        "architectures": ["SamModel"],
        "model_type": "sam",
        "vision_config": {
            "model_type": "sam_vision_model",
            "hidden_size": shape.width,
            "num_hidden_layers": shape.depth,
            "num_attention_heads": shape.heads,
            "global_attn_indexes": list(shape.global_blocks),
            "mlp_dim": 4 * shape.width,
            "num_pos_feats": 128,
            "output_channels": 256,
            "image_size": image_size,
            "patch_size": 16,
            "window_size": 14,
        },
        "prompt_encoder_config": {
            "model_type": "sam_prompt_encoder",
            "image_size": image_size,
            "image_embedding_size": image_size // 16,
            "patch_size": 16,
        },
        "mask_decoder_config": {"model_type": "sam_mask_decoder"},
    }
