"""Views of photographs as examples: encoded once and kept, or drawn afresh and encoded in every epoch."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch

from floodeval.errors import FloodevalError
from floodeval.sam.architecture import Sam
from floodeval.sam.inference import Embedding
from floodeval.sam.prompts import generator
from floodeval.sam.tensors import read_tensors, write_tensors
from floodeval.storage.caches import BoundedCache
from floodeval.storage.paths import cache_folder
from floodeval.training.augmentation import Augmentation
from floodeval.training.examples import Example, Picture, resized


class Views(Protocol):
    """A source of examples, one per photograph and epoch."""

    def __len__(self) -> int:
        """How many photographs there are."""

    def example(self, index: int, draw: str) -> Example:
        """A photograph's view for this draw, the same whenever it is asked for."""


class FreshViews:
    """Views that are drawn and encoded when they are asked for; gradients reach the image encoder."""

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
    """A fixed number of views of every photograph, encoded once and kept in the cache (about 3 MB each).

    The first view is the photograph itself. Which views there are depends on the photograph, the augmentation
    and the encoder alone, so trainings with other seeds or losses find them again. The cache is bounded: a
    view that is gone when it is asked for is encoded again.
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
        self.cache = BoundedCache("views", cache_folder() / "views")
        self.paths = []
        self.sources = []  # of each photograph: its picture as it is, and as it is augmented
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
        """Read a view, or encode and keep it; a broken file counts as none."""
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


def encode(sam: Sam, picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> torch.Tensor:
    """Encode a resized picture, H x W x 3, as 1 x 256 x 64 x 64; normalised and padded as SAM does."""
    pixels = torch.as_tensor(np.ascontiguousarray(picture.transpose(2, 0, 1)), device=sam.device)
    frame = sam.preprocess(pixels[None]).contiguous(memory_format=torch.channels_last)
    return sam.image_encoder(frame).contiguous()  # type: ignore[no-any-return]


def autocast(sam: Sam, precision: torch.dtype) -> torch.autocast:
    """Let products be made in half precision where that is asked for."""
    return torch.autocast(sam.device.type, torch.bfloat16, enabled=precision == torch.bfloat16)


def _example(sample_id: str, tensors: dict[str, torch.Tensor]) -> Example:
    share = tensors["share"].numpy()
    ignored = tensors["ignored"].numpy() if "ignored" in tensors else None
    return Example(sample_id, Embedding(tensors["features"], share.shape, share.shape), share, ignored)
