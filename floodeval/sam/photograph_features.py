"""What the domain check knows of a photograph: its embedding, pooled over the cells that it covers."""

import numpy as np
import numpy.typing as npt

from floodeval.sam.inference import Embedding

Features = npt.NDArray[np.float64]


def pooled_features(embedding: Embedding) -> Features:
    """Mean and standard deviation of each channel over the cells that a photograph covers.

    The cells of the padding are left out, so that a photograph's shape is no feature.

    Args:
        embedding: from the pretrained image encoder, C channels.

    Returns:
        2C numbers: the C means, then the C standard deviations.
    """
    channels = covered_cells(embedding)
    return np.concatenate([channels.mean(axis=1), channels.std(axis=1)])


def covered_cells(embedding: Embedding) -> npt.NDArray[np.float64]:
    """The embedding's values in the cells that the photograph covers at least in part, C x cells."""
    grid = embedding.features.shape[-1]
    # The longer side fills the frame, and the frame is square.
    tall, wide = (
        -(-length * grid // max(embedding.input_size)) for length in embedding.input_size
    )  # rounded up
    covered = embedding.features[0, :, :tall, :wide].float().cpu().numpy().astype(np.float64)
    return np.asarray(covered.reshape(covered.shape[0], -1))
