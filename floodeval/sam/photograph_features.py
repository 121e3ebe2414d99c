"""What the domain check knows of a photograph: its embedding, pooled over the cells that it covers."""

import numpy as np
import numpy.typing as npt

from floodeval.sam.inference import Embedding


def pooled_features(embedding: Embedding) -> npt.NDArray[np.float64]:
    """The standard deviation of each channel of an embedding over the cells that the photograph covers.

    It says what a photograph shows, and little about where it shows it. The cells of the padding are left
    out, so that a photograph's shape is no feature.

    Args:
        embedding: by the pretrained image encoder, of C channels.

    Returns:
        C numbers, 0 or more.
    """
    return np.asarray(covered_cells(embedding).std(axis=1))


def covered_cells(embedding: Embedding) -> npt.NDArray[np.float64]:
    """The embedding's values in the cells that the photograph covers at least in part, C x cells."""
    grid, longest = embedding.features.shape[-1], max(embedding.input_size)  # the longer side fills the frame
    tall, wide = (-(-length * grid // longest) for length in embedding.input_size)  # rounded up
    covered = embedding.features[0, :, :tall, :wide].float().cpu().numpy().astype(np.float64)
    return np.asarray(covered.reshape(covered.shape[0], -1))
