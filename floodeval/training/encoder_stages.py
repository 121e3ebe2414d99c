"""An image encoder cut in two: first stages that are not trained, and the rest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from floodeval.datasets.images import Photograph
from floodeval.sam.architecture import ImageEncoderViT, Sam, TinyVitEncoder
from floodeval.sam.checkpoints import sha256_of_tensors


@dataclass(frozen=True)
class Stage:
    """A part of an image encoder: what it computes, and its modules and loose parameters."""

    run: Callable[[torch.Tensor], torch.Tensor]
    modules: tuple[nn.Module, ...]
    loose: tuple[nn.Parameter, ...] = ()

    @property
    def parameters(self) -> list[nn.Parameter]:
        """All its parameters."""
        return [*self.loose, *(p for module in self.modules for p in module.parameters())]

    @property
    def tensors(self) -> list[torch.Tensor]:
        """All its parameters and buffers."""
        return [*self.parameters, *(b for module in self.modules for b in module.buffers())]


class StagedEncoder:
    """A SAM's image encoder as first stages (`stem`) and the rest.

    Attributes:
        sam: the model.
        stages: patch embedding (from pixels), the stages of a TinyViT or blocks of a ViT, and the neck.
        cut: number of stages in the stem; 0: the stem only lays out the pixels.
    """

    def __init__(self, sam: Sam, share: float = 0.0) -> None:
        """Cut after a share of the stages or blocks, the patch embedding with them; 0: before it."""
        self.sam, self.stages = sam, _stages_of(sam)
        n = round(share * max(0, len(self.stages) - 2))
        self.cut = n + 1 if n else 0

    @classmethod
    def uncut(cls, sam: Sam) -> "StagedEncoder":
        """All stages in the stem: for an encoder that is not trained."""
        staged = cls(sam)
        staged.cut = len(staged.stages)
        return staged

    @property
    def parameters(self) -> list[nn.Parameter]:
        """The parameters of the rest."""
        return [p for stage in self.stages[self.cut :] for p in stage.parameters]

    @property
    def modules(self) -> list[nn.Module]:
        """The modules of the rest."""
        return [module for stage in self.stages[self.cut :] for module in stage.modules]

    def stem(self, photograph: Photograph) -> torch.Tensor:
        """Compute the first stages on a resized photograph, H x W x 3."""
        pixels = torch.from_numpy(np.ascontiguousarray(photograph.transpose(2, 0, 1)))[None]
        values = pixels.to(self.sam.device)
        for stage in self.stages[: self.cut]:
            values = stage.run(values)
        return values

    def rest(self, stem: torch.Tensor) -> torch.Tensor:
        """Compute the embedding, 1 x 256 x 64 x 64, from what `stem` returned."""
        values = stem.to(self.sam.device)
        for stage in self.stages[self.cut :]:
            values = stage.run(values)
        return values.contiguous()

    @property
    def stem_sha256(self) -> str:
        """SHA-256 of the weights of the first stages."""
        tensors = [one.detach() for stage in self.stages[: self.cut] for one in stage.tensors]
        return sha256_of_tensors({f"{number:04d}": one for number, one in enumerate(tensors)})

    def share_stem(self, published: "StagedEncoder") -> None:
        """Take the first stages of another model, which then exist only once."""
        for own, other in zip(self.stages[: self.cut], published.stages, strict=False):
            for parameter, kept in zip(own.parameters, other.parameters, strict=True):
                parameter.data = kept.data
                parameter.requires_grad_(False)
            for module in own.modules:
                module.train()  # TinyViT keeps the attention biases of earlier weights until its mode changes
                module.eval()


def _stages_of(sam: Sam) -> list[Stage]:
    encoder = sam.image_encoder

    def frame(pixels: torch.Tensor) -> torch.Tensor:
        """Normalized and padded pixels, in the memory order that convolutions on a CPU are fastest with."""
        made: torch.Tensor = sam.preprocess(pixels)
        return made.contiguous(memory_format=torch.channels_last)

    if isinstance(encoder, TinyVitEncoder):
        body = encoder.body
        first = Stage(lambda pixels: body.patch_embed(frame(pixels)), (body.patch_embed,))
        stages = [Stage(stage, (stage,)) for stage in body.stages]
        return [first, *stages, Stage(encoder.neck, (encoder.neck,))]
    if isinstance(encoder, ImageEncoderViT):
        places = encoder.pos_embed
        first = Stage(
            lambda pixels: encoder.patch_embed(frame(pixels)) + places, (encoder.patch_embed,), (places,)
        )
        blocks = [Stage(block, (block,)) for block in encoder.blocks]
        neck = Stage(lambda tokens: encoder.neck(tokens.permute(0, 3, 1, 2)), (encoder.neck,))
        return [first, *blocks, neck]
    return [Stage(lambda pixels: encoder(frame(pixels)), (encoder,))]
