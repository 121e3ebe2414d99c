"""The networks without weights: segment_anything's own, and its decoder with a TinyViT encoder."""

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
from segment_anything import SamPredictor, sam_model_registry  # noqa: E402
from segment_anything.modeling import MaskDecoder, PromptEncoder, Sam, TwoWayTransformer  # noqa: E402
from segment_anything.utils.transforms import ResizeLongestSide  # noqa: E402
from timm.layers import LayerNorm2d  # noqa: E402
from timm.models.tiny_vit import ConvNorm  # noqa: E402

__all__ = ["ResizeLongestSide", "Sam", "SamPredictor", "TinyVitEncoder", "build_architecture"]

EMBEDDING_CHANNELS = 256
EMBEDDING_SIDE = 64


class TinyVitEncoder(nn.Module):
    """MobileSAM's image encoder: TinyViT-5M with SAM's neck (Zhang et al. 2023, arXiv 2306.14289).

    With `fused=True` the convolutions include their batch normalization: the same function, faster.
    """

    img_size = 1024

    def __init__(self, fused: bool = True) -> None:
        super().__init__()
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
        """Encode N x 3 x 1024 x 1024 (normalized, zero-padded) as N x 256 x 64 x 64."""
        features = self.body.forward_features(x)
        return self.neck(features)  # type: ignore[no-any-return]


def build_architecture(model_type: str) -> Sam:
    """Build a `Sam` with random weights; `model_type` is vit_t, vit_b, vit_l or vit_h."""
    if model_type != "vit_t":
        return sam_model_registry[model_type](checkpoint=None)
    side = (EMBEDDING_SIDE, EMBEDDING_SIDE)
    return Sam(
        image_encoder=TinyVitEncoder(),
        prompt_encoder=PromptEncoder(EMBEDDING_CHANNELS, side, (1024, 1024), mask_in_chans=16),
        mask_decoder=MaskDecoder(
            num_multimask_outputs=3,
            transformer=TwoWayTransformer(2, EMBEDDING_CHANNELS, num_heads=8, mlp_dim=2048),
            transformer_dim=EMBEDDING_CHANNELS,
            iou_head_depth=3,
            iou_head_hidden_dim=256,
        ),
        pixel_mean=[123.675, 116.28, 103.53],
        pixel_std=[58.395, 57.12, 57.375],
    )
