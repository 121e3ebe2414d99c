"""Training examples: an embedding with its truth on the encoder's frame, and prompts drawn for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.data.rasters import Mask
from floodeval.data.samples import Sample, Skipped, read_pair
from floodeval.errors import FloodevalError
from floodeval.sam.embeddings import EmbeddingStore
from floodeval.sam.inference import Embedding, Encoder

STRIDE = 4  # of the logits' grid on the encoder's frame


@dataclass(frozen=True)
class Example:
    """A photograph as training sees it.

    `embedding` has the size of the resized picture, so that prompts are drawn in its pixels; `truth` is
    H x W on that picture; `target` the share of water in every cell of the logits' grid, without the padding.
    """

    id: str
    embedding: Embedding
    truth: Mask
    target: torch.Tensor


def load_examples(
    samples: Sequence[Sample], encoder: Encoder, store: EmbeddingStore, tick: Callable[[], None]
) -> tuple[list[Example], list[Skipped]]:
    """Read and encode samples, from kept embeddings where there are; leave out what cannot be read."""
    examples, skipped = [], []
    for sample in samples:
        try:
            pair = read_pair(sample)
        except FloodevalError as error:
            skipped.append(Skipped(sample.id, "reading", str(error)))
        else:
            embedding, _ = store.get_or_encode(pair.photograph, encoder)
            examples.append(_example(sample.id, embedding, pair.truth))
        tick()
    return examples, skipped


def _example(sample_id: str, embedding: Embedding, truth: Mask) -> Example:
    height, width = embedding.input_size
    share = cv2.resize(truth.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    framed = Embedding(embedding.features, (height, width), (height, width))
    return Example(sample_id, framed, share > 0.5, torch.from_numpy(_cells(share)))


def _cells(share: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Average over the logits' cells; the last row and column repeat the edge to fill their cells."""
    padding = [(0, -length % STRIDE) for length in share.shape]
    padded = np.pad(share, padding, mode="edge")
    height, width = (length // STRIDE for length in padded.shape)
    cells = padded.reshape(height, STRIDE, width, STRIDE).mean(axis=(1, 3))
    return np.asarray(cells, np.float32)
