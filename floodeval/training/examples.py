"""Training examples: photographs with their reference masks, and the views that a step is trained on."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.datasets.dataset import Skipped, read_pair
from floodeval.datasets.images import Mask, Photograph
from floodeval.datasets.listing import Sample
from floodeval.errors import FloodevalError
from floodeval.sam.architecture import ResizeLongestSide, Sam
from floodeval.sam.checkpoints import read_tensors, write_tensors
from floodeval.sam.inference import Embedding, input_size
from floodeval.sam.prompts import generator
from floodeval.storage.caches import BoundedCache
from floodeval.storage.paths import cache_folder
from floodeval.training.augmentation import Augmentation, Share, averaged
from floodeval.training.lessons import Lesson

FRAME = 1024  # the encoder's
KEPT_SIDE = 1536  # of a photograph that views are cropped from: a crop to two thirds is still sharp
GRID = 256  # of the logits
COUNTS = 0.5 - 1e-6  # a pixel or cell counts if this share of its area does (half, minus rounding errors)
WATER = 127  # a share of water over this is water
WET_CELL = 0.05  # a cell of the embedding with a higher share of water is not dry


@dataclass(frozen=True)
class Picture:
    """A photograph and its reference mask, resized.

    Attributes:
        id: of the sample.
        photograph: H x W x 3.
        share: H x W, share of water in each pixel (255: all).
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
    """

    id: str
    photograph: Photograph
    share: Share
    ignored: Mask | None = None


@dataclass(frozen=True)
class Example:
    """An encoded view of a photograph, with its reference mask.

    Attributes:
        id: of the sample.
        embedding: its size is that of the resized view, so that prompts are in pixels of the view.
        share: H x W, share of water in each pixel of the view (255: all), without padding.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        lesson: what the pretrained model answers on the view; None in a training that does not retain.
        shows_water: whether water is learned and measured on it; else only retention is.
    """

    id: str
    embedding: Embedding
    share: Share
    ignored: Mask | None = None
    lesson: Lesson | None = None
    shows_water: bool = True

    @property
    def truth(self) -> Mask:
        """H x W, true for water; false for ignored pixels."""
        water = self.share > WATER
        return water if self.ignored is None else water & ~self.ignored

    @property
    def is_blank(self) -> bool:
        """Whether no cell of the grid of logits counts, so that no water can be learned or measured."""
        counted = self.counted(GRID)
        return counted is not None and not bool(counted.any())

    @property
    def dry_cells(self) -> torch.Tensor:
        """H x w, true for the cells of the embedding's grid that are land and count."""
        side = self.embedding.features.shape[-1]
        dry, counted = self.target(side) <= WET_CELL, self.counted(side)
        return dry if counted is None else dry & counted

    def target(self, side: int = GRID) -> torch.Tensor:
        """The share of water (0..1) in the cells of a `side` x `side` grid of the frame, without the padding.

        The last row and column repeat the edge to fill their cells. In a cell that is partly ignored, it is
        the share in the rest.
        """
        if self.ignored is None:
            return torch.from_numpy(_cells(self.share / np.float32(255), side))
        water = _cells(np.where(self.ignored, 0, self.share) / np.float32(255), side)
        counted = _cells((~self.ignored).astype(np.float32), side)
        return torch.from_numpy(np.divide(water, counted, out=np.zeros_like(water), where=counted > 0))

    def counted(self, side: int = GRID) -> torch.Tensor | None:
        """True for the cells of `target` of which at least half counts; None if every pixel counts."""
        if self.ignored is None:
            return None
        return torch.from_numpy(_cells((~self.ignored).astype(np.float32), side) >= COUNTS)


def load_pictures(
    samples: Sequence[Sample], side: int, count: Callable[[], None]
) -> tuple[list[Picture], list[Skipped]]:
    """Read samples, and shrink those with a longer side than `side`; skip those that cannot be read.

    `count` is called after each.
    """
    pictures, skipped = [], []
    for sample in samples:
        try:
            pair = read_pair(sample)
            input_size(
                (pair.truth.shape[0], pair.truth.shape[1])
            )  # refuses photographs that SAM's resizing leaves nothing of
        except FloodevalError as error:
            skipped.append(Skipped(sample.id, "reading", str(error)))
        else:
            share = pair.truth.astype(np.uint8) * 255
            if pair.ignored is not None and pair.ignored.all():
                skipped.append(Skipped(sample.id, "reading", "every pixel of the reference mask is ignored"))
            elif max(share.shape) > side:
                pictures.append(Picture(sample.id, *resized(pair.photograph, share, pair.ignored, side)))
            else:
                pictures.append(Picture(sample.id, pair.photograph, share, pair.ignored))
        count()
    return pictures, skipped


def resized(
    photograph: Photograph, share: Share, ignored: Mask | None = None, side: int = FRAME
) -> tuple[Photograph, Share, Mask | None]:
    """Resize a photograph, its shares of water and its ignored pixels to a longer side.

    The photograph is resized as `SamPredictor` does. A pixel is ignored if more than half of its area is; its
    share of water is that of the rest.
    """
    picture: npt.NDArray[np.uint8] = ResizeLongestSide(side).apply_image(photograph)
    height, width = picture.shape[:2]

    def shrunk(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        # INTER_AREA averages where it shrinks; where it grows, it interpolates
        return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA))

    if ignored is None:
        return picture, averaged(share, None, shrunk), None
    kept_out = shrunk((~ignored).astype(np.float32)) < COUNTS
    return picture, np.where(kept_out, np.uint8(0), averaged(share, ignored, shrunk)), kept_out


def _cells(values: npt.NDArray[np.floating[Any]], side: int) -> npt.NDArray[np.float32]:
    """The mean of an H x W picture in the cells of a `side` x `side` grid of the frame."""
    stride = FRAME // side
    padded = np.pad(values, [(0, -length % stride) for length in values.shape], mode="edge")
    height, width = (length // stride for length in padded.shape)
    return np.asarray(padded.reshape(height, stride, width, stride).mean(axis=(1, 3)), np.float32)


class Views(Protocol):
    """A source of examples, one per photograph and epoch."""

    def __len__(self) -> int:
        """How many photographs there are."""

    def example(self, index: int, draw: str) -> Example:
        """The view of a photograph for this draw; the same arguments give the same view."""


class FreshViews:
    """Random views that are encoded in each epoch; gradients reach the image encoder."""

    def __init__(
        self, pictures: Sequence[Picture], sam: Sam, augmentation: Augmentation, precision: str, seed: int = 0
    ) -> None:
        self.pictures, self.sam, self.augmentation, self.seed = pictures, sam, augmentation, seed
        self.precision = getattr(torch, precision)

    def __len__(self) -> int:
        return len(self.pictures)

    def example(self, index: int, draw: str) -> Example:
        """Draw and encode a view."""
        picture = self.pictures[index]
        rng = generator(self.seed, f"view {draw}:{picture.id}")
        view = self.augmentation.view(picture.photograph, picture.share, picture.ignored, rng)
        photograph, share, ignored = resized(*view)
        size = (photograph.shape[0], photograph.shape[1])
        with autocast(self.sam, self.precision):
            features = encode(self.sam, photograph)
        return Example(picture.id, Embedding(features.float(), size, size), share, ignored)


class KeptViews:
    """A fixed number of views of every photograph, encoded once and cached (about 3 MB each).

    The first view is the photograph itself. The views depend only on the photograph, the augmentation and the
    encoder, so trainings with other seeds or losses use the same ones. The cache is bounded: a view that was
    removed is encoded again.
    """

    def __init__(
        self,
        pictures: Sequence[Picture],
        sam: Sam,
        augmentation: Augmentation,
        n_views: int,
        encoder_sha256: str,
        seed: int = 0,
        count: Callable[[], None] = lambda: None,
    ) -> None:
        self.ids = [picture.id for picture in pictures]
        self.n_views, self.seed = n_views, seed
        self.cache = views_cache()
        self.paths = []
        self.sources = []  # for each photograph: views without and with augmentation
        for picture in pictures:
            key = hashlib.sha256(repr((picture.photograph.shape, augmentation)).encode())
            key.update(np.ascontiguousarray(picture.photograph).data)
            key.update(np.ascontiguousarray(picture.share).data)
            if picture.ignored is not None:
                key.update(b"ignored" + picture.ignored.tobytes())
            folder = self.cache.folder / encoder_sha256[:16]
            self.paths.append([folder / f"{key.hexdigest()[:32]}-{n}.safetensors" for n in range(n_views)])
            changes = (Augmentation(), augmentation)
            self.sources.append([FreshViews([picture], sam, change, "float32") for change in changes])
            for number in range(n_views):
                self._view(len(self.paths) - 1, number)
                count()

    def __len__(self) -> int:
        return len(self.ids)

    def example(self, index: int, draw: str) -> Example:
        """Read one of the photograph's views, drawn by the seed."""
        rng = generator(self.seed, f"view {draw}:{self.ids[index]}")
        return self._view(index, int(rng.integers(self.n_views)))

    def _view(self, index: int, number: int) -> Example:
        """Read a view from the cache, or encode and cache it; a damaged file counts as none."""
        path, sample_id = self.paths[index][number], self.ids[index]
        try:
            example = _example(sample_id, read_tensors(path)[0])
        except (FloodevalError, KeyError):
            with torch.inference_mode():
                made = self.sources[index][min(number, 1)].example(0, str(number))
            tensors = {
                "features": made.embedding.features.half().cpu(),
                "share": torch.from_numpy(made.share),
            }
            if made.ignored is not None:
                tensors["ignored"] = torch.from_numpy(made.ignored)
            write_tensors(path, tensors, {})
            self.cache.added(path)
            return _example(sample_id, tensors)
        self.cache.used(path)
        return example


def views_cache() -> BoundedCache:
    """The cache of encoded views."""
    return BoundedCache("views", cache_folder() / "views")


def encode(sam: Sam, picture: Photograph) -> torch.Tensor:
    """Encode a resized picture, H x W x 3, as 1 x 256 x 64 x 64; normalized and padded as SAM does."""
    pixels = torch.as_tensor(np.ascontiguousarray(picture.transpose(2, 0, 1)), device=sam.device)
    frame = sam.preprocess(pixels[None]).contiguous(memory_format=torch.channels_last)
    return sam.image_encoder(frame).contiguous()  # type: ignore[no-any-return]


def autocast(sam: Sam, precision: torch.dtype) -> torch.autocast:
    """Compute products in half precision if `precision` is bfloat16."""
    return torch.autocast(sam.device.type, torch.bfloat16, enabled=precision == torch.bfloat16)


def _example(sample_id: str, tensors: dict[str, torch.Tensor]) -> Example:
    share = tensors["share"].numpy()
    ignored = tensors["ignored"].numpy() if "ignored" in tensors else None
    return Example(sample_id, Embedding(tensors["features"], share.shape, share.shape), share, ignored)
