"""The networks without weights: segment_anything's own, and its decoder with a TinyViT encoder."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module

import torch
from torch import nn


def _import_torchvision() -> None:
    """Import torchvision even if its compiled operators cannot load.

    A torchvision built for CUDA, installed with a torch built for the CPU, lacks `torchvision::nms` and
    raises at import when it describes that operator's shape. SAM's inference and training do not call it,
    so it is declared here in that case only: if torchvision has the operator, a second one ends the process.
    """
    try:
        import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        operators = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
        for name in ("nms", "qnms"):
            schema = f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            operators.define(schema)  # type: ignore[no-untyped-call]
        _kept_alive.append(operators)
        import_module("torchvision")


_kept_alive: list[torch.library.Library] = []
_import_torchvision()

import timm  # noqa: E402
from segment_anything import SamPredictor  # noqa: E402
from segment_anything.modeling import (  # noqa: E402
    ImageEncoderViT,
    MaskDecoder,
    PromptEncoder,
    Sam,
    TwoWayTransformer,
)
from segment_anything.utils.onnx import SamOnnxModel  # noqa: E402
from segment_anything.utils.transforms import ResizeLongestSide  # noqa: E402
from timm.layers import LayerNorm2d  # noqa: E402
from timm.models.tiny_vit import ConvNorm  # noqa: E402

__all__ = [
    "ENCODERS",
    "ImageEncoderViT",
    "LayerNorm2d",
    "ResizeLongestSide",
    "Sam",
    "SamOnnxModel",
    "SamPredictor",
    "TinyVitEncoder",
    "build_architecture",
]

EMBEDDING_CHANNELS = 256
IMAGE_SIZE = 1024  # side of the square input of the published models, in pixels
PATCH = 16  # pixels of the input per cell of the embedding


class TinyVitEncoder(nn.Module):
    """MobileSAM's image encoder: TinyViT-5M with SAM's neck (Zhang et al. 2023, arXiv 2306.14289).

    With `fused=True` the convolutions include their batch normalization: the same function, faster. No tensor
    depends on `img_size`, the side of its square input in pixels.
    """

    def __init__(self, fused: bool = True, img_size: int = IMAGE_SIZE) -> None:
        super().__init__()
        self.img_size = img_size
        self.body = timm.create_model("tiny_vit_5m_224", num_classes=0, global_pool="")
        self.body.stages[3].downsample.conv2.conv.stride = (1, 1)  # 1024 / 16, not / 32
        self.body.head = nn.Identity()
        for module in self.body.modules():
            if hasattr(module, "fused_attn"):
                module.fused_attn = False  # the windows are small: plain products are faster on a CPU
        self.neck = nn.Sequential(
            nn.Conv2d(320, EMBEDDING_CHANNELS, 1, bias=False),
            LayerNorm2d(EMBEDDING_CHANNELS, eps=1e-6),
            nn.Conv2d(EMBEDDING_CHANNELS, EMBEDDING_CHANNELS, 3, padding=1, bias=False),
            LayerNorm2d(EMBEDDING_CHANNELS, eps=1e-6),
        )
        if fused:
            self.fuse()

    def fuse(self) -> None:
        """Fold every batch normalization into the convolution before it."""
        for name, module in list(self.body.named_modules()):
            if isinstance(module, ConvNorm):
                parent, _, child = name.rpartition(".")
                setattr(self.body.get_submodule(parent), child, module.fuse())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Encode N x 3 x S x S (normalized, zero-padded) as N x 256 x S/16 x S/16; S is 1024 as published."""
        features = self.body.forward_features(x)
        return self.neck(features)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class VisionTransformer:
    """The dimensions of one of SAM's image encoders; called with the side of its input, it builds it.

    Attributes:
        width: channels of a token.
        depth: number of blocks.
        heads: attention heads of a block.
        global_blocks: the blocks with attention over the whole image; the others attend to windows.
    """

    width: int
    depth: int
    heads: int
    global_blocks: tuple[int, ...]

    def __call__(self, image_size: int) -> nn.Module:
        """Build the encoder with random weights."""
        return ImageEncoderViT(  # type: ignore[no-any-return]
            img_size=image_size,
            patch_size=PATCH,
            embed_dim=self.width,
            depth=self.depth,
            num_heads=self.heads,
            out_chans=EMBEDDING_CHANNELS,
            norm_layer=partial(nn.LayerNorm, eps=1e-6),
            use_rel_pos=True,
            window_size=14,
            global_attn_indexes=self.global_blocks,
        )


ENCODERS: dict[str, Callable[[int], nn.Module]] = {
    "vit_t": lambda image_size: TinyVitEncoder(img_size=image_size),
    "vit_b": VisionTransformer(768, 12, 12, (2, 5, 8, 11)),
    "vit_l": VisionTransformer(1024, 24, 16, (5, 11, 17, 23)),
    "vit_h": VisionTransformer(1280, 32, 16, (7, 15, 23, 31)),
}  # by model type: builds the image encoder for square inputs of so many pixels


def build_architecture(model_type: str, image_size: int = IMAGE_SIZE) -> Sam:
    """Build a `Sam` with random weights.

    Args:
        model_type: vit_t, vit_b, vit_l or vit_h.
        image_size: side of the square input of the image encoder, in pixels.
    """
    grid = (image_size // PATCH, image_size // PATCH)
    return Sam(
        image_encoder=ENCODERS[model_type](image_size),
        prompt_encoder=PromptEncoder(EMBEDDING_CHANNELS, grid, (image_size, image_size), mask_in_chans=16),
        mask_decoder=MaskDecoder(
            num_multimask_outputs=3,
            transformer=TwoWayTransformer(2, EMBEDDING_CHANNELS, num_heads=8, mlp_dim=2048),
            transformer_dim=EMBEDDING_CHANNELS,
            iou_head_depth=3,
            iou_head_hidden_dim=256,
        ),
        pixel_mean=[123.675, 116.28, 103.53],
        pixel_std=[58.395, 57.12, 57.375],
    ).eval()
