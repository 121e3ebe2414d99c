"""The segmenter: a plain segmentation network on the image encoder of vit_t, which takes no prompt.

It is the reference that a promptable model has to be compared with: the same pretrained encoder, trained on
the same photographs, with a decoder that predicts water from the photograph alone.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import nn

from floodeval.sam.architecture import EMBEDDING_CHANNELS, PATCH, LayerNorm2d, TinyVitEncoder
from floodeval.sam.preprocessing import AS_PUBLISHED

STAGE_CHANNELS = (64, 128, 160)  # of the encoder's first three stages, at 1/4, 1/8 and 1/16 of the frame
WIDTH, FINE_WIDTH = 128, 64  # channels of the decoder at 1/16 and 1/8, and at 1/4
POOLED_SIDES = (1, 2, 4)  # cells per side of the pooled summaries of the photograph
PRIOR = 0.4  # the share of water that an untrained network predicts, about that of flood photographs
FROZEN_STAGES = 2  # training leaves these first stages and the patch embedding as published

Maps = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


class Smoothed(nn.Sequential):
    """A convolution of 3 x 3 (or 1 x 1), normalized over channels."""

    def __init__(self, channels: int, out_channels: int, side: int = 3) -> None:
        super().__init__(
            nn.Conv2d(channels, out_channels, side, padding=side // 2, bias=False),
            LayerNorm2d(out_channels, eps=1e-6),
            nn.GELU(),
        )


class PooledContext(nn.Module):
    """Adds summaries of the whole photograph to every cell (Zhao et al. 2017, pyramid scene parsing).

    The encoder attends to windows only, so that a cell knows nothing of distant parts of the photograph.
    """

    def __init__(self) -> None:
        super().__init__()
        share = WIDTH // 4
        self.branches = nn.ModuleList(Smoothed(WIDTH, share, 1) for _ in POOLED_SIDES)
        self.joined = Smoothed(WIDTH + share * len(POOLED_SIDES), WIDTH)

    def forward(self, cells: torch.Tensor) -> torch.Tensor:
        """N x 128 x h x w to the same shape."""
        size = cells.shape[-2:]
        summaries = [
            _resized(branch(F.adaptive_avg_pool2d(cells, side)), size)
            for branch, side in zip(self.branches, POOLED_SIDES, strict=True)
        ]
        return self.joined(torch.cat([cells, *summaries], dim=1))  # type: ignore[no-any-return]


class PyramidDecoder(nn.Module):
    """From the encoder's stages to logits, coarse to fine (Lin et al. 2017, feature pyramid networks)."""

    def __init__(self) -> None:
        super().__init__()
        fine, middle, coarse = STAGE_CHANNELS
        self.from_neck = nn.Conv2d(EMBEDDING_CHANNELS, WIDTH, 1)
        self.from_coarse = nn.Conv2d(coarse, WIDTH, 1)
        self.from_middle = nn.Conv2d(middle, WIDTH, 1)
        self.from_fine = nn.Conv2d(fine, FINE_WIDTH, 1)
        self.context = PooledContext()
        self.smooth_middle = Smoothed(WIDTH, WIDTH)
        self.narrowed = nn.Conv2d(WIDTH, FINE_WIDTH, 1)
        self.smooth_fine = Smoothed(FINE_WIDTH, FINE_WIDTH)
        self.logits = nn.Conv2d(FINE_WIDTH, 1, 1)
        nn.init.constant_(self.logits.bias, float(np.log(PRIOR / (1 - PRIOR))))  # type: ignore[arg-type]

    def forward(self, maps: Maps) -> torch.Tensor:
        """The maps of the three stages and of the neck to N x 1 x H/4 x W/4 logits."""
        fine, middle, coarse, neck = maps
        cells = self.context(self.from_neck(neck) + self.from_coarse(coarse))
        cells = self.smooth_middle(_resized(cells, middle.shape[-2:]) + self.from_middle(middle))
        cells = _resized(self.narrowed(cells), fine.shape[-2:]) + self.from_fine(fine)
        return self.logits(self.smooth_fine(cells))  # type: ignore[no-any-return]


class Segmenter(nn.Module):
    """The network. Its image encoder has the tensor names of vit_t."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.image_encoder = TinyVitEncoder()
        self.decoder = PyramidDecoder()
        self.register_buffer("mean", _color(AS_PUBLISHED.mean), persistent=False)
        self.register_buffer("std", _color(AS_PUBLISHED.std), persistent=False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # fastest on a CPU

    @property
    def device(self) -> torch.device:
        """The device of its tensors."""
        return self.mean.device

    def frame(self, picture: npt.NDArray[np.uint8]) -> torch.Tensor:
        """The input of the network: a resized picture, H x W x 3, normalized.

        Unlike SAM's square frame, it is padded with zeros only to whole cells of 16 pixels.

        Returns:
            1 x 3 x H' x W', on the network's device.
        """
        pixels = torch.as_tensor(np.ascontiguousarray(picture.transpose(2, 0, 1)), device=self.device)
        height, width = pixels.shape[-2:]
        normalized = (pixels[None].float() - self.mean) / self.std
        padded = F.pad(normalized, (0, -width % PATCH, 0, -height % PATCH))
        return padded.contiguous(memory_format=torch.channels_last)

    def forward(self, frame: torch.Tensor) -> torch.Tensor:
        """Predict the logits of water, N x 1 x H/4 x W/4, of a normalized N x 3 x H x W frame."""
        body, maps = self.image_encoder.body, []
        cells = body.patch_embed(frame)
        for stage in body.stages:
            cells = stage(cells)
            maps.append(cells)
        fine, middle, coarse, top = maps
        return self.decoder((fine, middle, coarse, self.image_encoder.neck(top)))  # type: ignore[no-any-return]

    def frozen_names(self) -> frozenset[str]:
        """The names of the parameters that training leaves as published."""
        kept = ("patch_embed.", *(f"stages.{number}." for number in range(FROZEN_STAGES)))
        names = (name for name, _ in self.named_parameters())
        return frozenset(
            name for name in names if name.startswith(tuple(f"image_encoder.body.{k}" for k in kept))
        )


def segmenter_on(encoder: Mapping[str, torch.Tensor], seed: int = 0) -> Segmenter:
    """A segmenter with an untrained decoder on the image encoder of vit_t.

    Args:
        encoder: the tensors of vit_t; those of other parts are left out.
        seed: of the decoder's random weights.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Segmenter()
    own = network.state_dict()
    network.load_state_dict(own | {name: one for name, one in encoder.items() if name in own})
    return network


def full_size_logits(
    logits: torch.Tensor, input_size: tuple[int, int], size: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """Logits at the photograph's own size, resized in two steps as SAM's are.

    Args:
        logits: 1 x 1 x H'/4 x W'/4, of a padded frame.
        input_size: height and width of the resized photograph within the frame.
        size: height and width of the photograph.

    Returns:
        H x W.
    """
    padded = F.interpolate(logits.float(), scale_factor=4, mode="bilinear", align_corners=False)
    within = padded[..., : input_size[0], : input_size[1]]
    full = F.interpolate(within, size, mode="bilinear", align_corners=False)
    return np.asarray(full[0, 0].cpu().numpy(), np.float32)


def _resized(cells: torch.Tensor, size: torch.Size) -> torch.Tensor:
    return F.interpolate(cells, tuple(size), mode="bilinear", align_corners=False)


def _color(values: tuple[float, float, float]) -> torch.Tensor:
    return torch.tensor(values).view(1, -1, 1, 1)
