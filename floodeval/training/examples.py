"""Training examples: photographs with their truth, and what a step sees of one of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.datasets.dataset import Skipped, read_pair
from floodeval.datasets.images import Mask, Photograph
from floodeval.datasets.layouts import Sample
from floodeval.errors import FloodevalError
from floodeval.sam.architecture import ResizeLongestSide
from floodeval.sam.inference import Embedding, input_size
from floodeval.training.shares import Share, averaged

FRAME = 1024  # the encoder's
KEPT_SIDE = 1536  # of a photograph that views are cut from: a view of two thirds of it is still sharp
GRID = 256  # of the logits
HALF = 0.5 - 1e-6  # of a pixel's or a cell's area, but for rounding: it counts from there on
WATER = 127  # a share of water over this is water


@dataclass(frozen=True)
class Picture:
    """A photograph, H x W x 3, shrunk to a longer side, and the share of water in its pixels (255: all).

    `ignored` is H x W, true where a pixel does not count; None where every pixel counts.
    """

    id: str
    photograph: Photograph
    share: Share
    ignored: Mask | None = None


@dataclass(frozen=True)
class Example:
    """A view of a photograph as a step sees it.

    `embedding` has the size of the resized picture, so that prompts are drawn in its pixels; `share` is the
    share of water (255: all) in every pixel of it, H x W without the padding, and `ignored` is true where a
    pixel does not count (None: every pixel counts).
    """

    id: str
    embedding: Embedding
    share: Share
    ignored: Mask | None = None

    @property
    def truth(self) -> Mask:
        """H x W, true where water stands; false where a pixel is ignored."""
        water = self.share > WATER
        return water if self.ignored is None else water & ~self.ignored

    @property
    def is_blank(self) -> bool:
        """Whether no cell of the logits' grid counts, so that nothing can be learned or measured."""
        counted = self.counted(GRID)
        return counted is not None and not bool(counted.any())

    def target(self, side: int = GRID) -> torch.Tensor:
        """The share of water (0..1) in the cells of a `side` x `side` grid of the frame, without the padding.

        The last row and column repeat the edge to fill their cells. Of a cell that is ignored in part it is
        the share of the rest.
        """
        if self.ignored is None:
            return torch.from_numpy(_cells(self.share / np.float32(255), side))
        water = _cells(np.where(self.ignored, 0, self.share) / np.float32(255), side)
        counted = _cells((~self.ignored).astype(np.float32), side)
        return torch.from_numpy(np.divide(water, counted, out=np.zeros_like(water), where=counted > 0))

    def counted(self, side: int = GRID) -> torch.Tensor | None:
        """True for the cells of `target` of which at least half counts; None where every pixel counts."""
        if self.ignored is None:
            return None
        return torch.from_numpy(_cells((~self.ignored).astype(np.float32), side) >= HALF)


def load_pictures(
    samples: Sequence[Sample], side: int, count: Callable[[], None]
) -> tuple[list[Picture], list[Skipped]]:
    """Read samples, those longer than `side` shrunk to it; leave out what cannot be read.

    `count` is called after each.
    """
    pictures, skipped = [], []
    for sample in samples:
        try:
            pair = read_pair(sample)
            input_size((pair.truth.shape[0], pair.truth.shape[1]))  # refuses what SAM would see nothing of
        except FloodevalError as error:
            skipped.append(Skipped(sample.id, "reading", str(error)))
        else:
            share = pair.truth.astype(np.uint8) * 255
            if pair.ignored is not None and pair.ignored.all():
                skipped.append(Skipped(sample.id, "reading", "every pixel of its mask is ignored"))
            elif max(share.shape) > side:
                pictures.append(Picture(sample.id, *resized(pair.photograph, share, pair.ignored, side)))
            else:
                pictures.append(Picture(sample.id, pair.photograph, share, pair.ignored))
        count()
    return pictures, skipped


def resized(
    photograph: Photograph, share: Share, ignored: Mask | None = None, side: int = FRAME
) -> tuple[Photograph, Share, Mask | None]:
    """Resize a photograph, its share of water and what is ignored to a longer side.

    The photograph is resized as `SamPredictor` does. A pixel is ignored where most of its area is, and its
    share of water is that of the rest.
    """
    picture: npt.NDArray[np.uint8] = ResizeLongestSide(side).apply_image(photograph)
    height, width = picture.shape[:2]

    def shrunk(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        # INTER_AREA averages where it shrinks; where it grows, it interpolates
        return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA))

    if ignored is None:
        return picture, averaged(share, None, shrunk), None
    kept_out = shrunk((~ignored).astype(np.float32)) < HALF
    return picture, np.where(kept_out, np.uint8(0), averaged(share, ignored, shrunk)), kept_out


def _cells(values: npt.NDArray[np.floating[Any]], side: int) -> npt.NDArray[np.float32]:
    """The mean of an H x W picture in the cells of a `side` x `side` grid of the frame."""
    stride = FRAME // side
    padded = np.pad(values, [(0, -length % stride) for length in values.shape], mode="edge")
    height, width = (length // stride for length in padded.shape)
    return np.asarray(padded.reshape(height, stride, width, stride).mean(axis=(1, 3)), np.float32)
