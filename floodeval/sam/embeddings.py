"""Embeddings kept on disk: a photograph is encoded once, however many checkpoints and prompts follow."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from floodeval.errors import FloodevalError
from floodeval.sam.inference import Embedding, Encoder, input_size
from floodeval.sam.tensors import read_tensors, write_tensors
from floodeval.storage.caches import BoundedCache
from floodeval.storage.paths import cache_folder


class EmbeddingStore:
    """Half-precision embeddings (2 MiB each), keyed by the photograph's pixels and the image encoder.

    They lie in a bounded cache: any may be gone when it is asked for, and is then made again.
    """

    def __init__(self, encoder_sha256: str, folder: Path | None = None) -> None:
        self.cache = BoundedCache("embeddings", folder or cache_folder() / "embeddings")
        self.folder = self.cache.folder / encoder_sha256[:16]

    def get(self, photograph: npt.NDArray[np.uint8]) -> Embedding | None:
        """Return the kept embedding of an H x W x 3 photograph, or None; a broken file counts as none."""
        path = self._path(photograph)
        try:
            features = read_tensors(path)[0]["features"]
        except (FloodevalError, KeyError):
            return None
        self.cache.used(path)
        size = photograph.shape[0], photograph.shape[1]
        return Embedding(features, size, input_size(size))

    def put(self, photograph: npt.NDArray[np.uint8], embedding: Embedding) -> Embedding:
        """Keep an embedding, and return it as it will be read: rounded to half precision."""
        features, path = embedding.features.half(), self._path(photograph)
        write_tensors(path, {"features": features}, {})
        self.cache.added(path)
        return replace(embedding, features=features)

    def get_or_encode(self, photograph: npt.NDArray[np.uint8], encoder: Encoder) -> tuple[Embedding, bool]:
        """Return the kept embedding, or encode and keep it; and whether it had to be encoded."""
        kept = self.get(photograph)
        return (kept, False) if kept else (self.put(photograph, encoder.encode(photograph)), True)

    def _path(self, photograph: npt.NDArray[np.uint8]) -> Path:
        digest = hashlib.sha256(repr(photograph.shape).encode())
        digest.update(np.ascontiguousarray(photograph).data)
        return self.folder / f"{digest.hexdigest()[:32]}.safetensors"
