"""Training examples: photographs with their truth, and what a step sees of one of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.data.rasters import Mask, Photograph
from floodeval.data.samples import Sample, Skipped, read_pair
from floodeval.errors import FloodevalError
from floodeval.finetuning.augmentation import Share
from floodeval.sam.architecture import ResizeLongestSide
from floodeval.sam.inference import Embedding, input_size

FRAME = 1024  # the encoder's
KEPT_SIDE = 1536  # of a photograph that views are cut from: a view of two thirds of it is still sharp
WATER = 127  # a share of water over this is water


@dataclass(frozen=True)
class Picture:
    """A photograph, H x W x 3, shrunk to a longer side, and the share of water in its pixels (255: all)."""

    id: str
    photograph: Photograph
    share: Share


@dataclass(frozen=True)
class Example:
    """A view of a photograph as a step sees it.

    `embedding` has the size of the resized picture, so that prompts are drawn in its pixels; `share` is the
    share of water (255: all) in every pixel of it, H x W without the padding.
    """

    id: str
    embedding: Embedding
    share: Share

    @property
    def truth(self) -> Mask:
        """H x W, true where water stands."""
        return self.share > WATER

    def target(self, side: int = 256) -> torch.Tensor:
        """The share of water (0..1) in the cells of a `side` x `side` grid of the frame, without the padding.

        The last row and column repeat the edge to fill their cells.
        """
        stride = FRAME // side
        padding = [(0, -length % stride) for length in self.share.shape]
        padded = np.pad(self.share, padding, mode="edge").astype(np.float32) / 255
        height, width = (length // stride for length in padded.shape)
        return torch.from_numpy(padded.reshape(height, stride, width, stride).mean(axis=(1, 3)))


def load_pictures(
    samples: Sequence[Sample], side: int, tick: Callable[[], None]
) -> tuple[list[Picture], list[Skipped]]:
    """Read samples, those longer than `side` shrunk to it; leave out what cannot be read."""
    pictures, skipped = [], []
    for sample in samples:
        try:
            pair = read_pair(sample)
            input_size((pair.truth.shape[0], pair.truth.shape[1]))  # refuses what SAM would see nothing of
        except FloodevalError as error:
            skipped.append(Skipped(sample.id, "reading", str(error)))
        else:
            share = pair.truth.astype(np.uint8) * 255
            if max(share.shape) > side:
                pictures.append(Picture(sample.id, *resized(pair.photograph, share, side)))
            else:
                pictures.append(Picture(sample.id, pair.photograph, share))
        tick()
    return pictures, skipped


def resized(photograph: Photograph, share: Share, side: int = FRAME) -> tuple[Photograph, Share]:
    """Resize a photograph and its share of water to a longer side, the photograph as `SamPredictor` does."""
    picture: npt.NDArray[np.uint8] = ResizeLongestSide(side).apply_image(photograph)
    height, width = picture.shape[:2]
    # INTER_AREA averages where it shrinks; where it grows, it interpolates
    return picture, np.asarray(cv2.resize(share, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
