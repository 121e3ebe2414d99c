"""What the domain check knows of a photograph: its embedding, pooled over the cells that it covers."""

import numpy as np
import numpy.typing as npt

from floodeval.sam.inference import Embedding


def pooled_features(embedding: Embedding) -> npt.NDArray[np.float64]:
    """The mean and the standard deviation of each channel over the cells that a photograph covers.

    They say what a photograph shows, and not where. The cells of the padding are left out, so that a
    photograph's shape is no feature.

    Args:
        embedding: by the pretrained image encoder, of C channels.

    Returns:
        2C numbers: the C means, then the C standard deviations.
    """
    cells = covered_cells(embedding)
    return np.concatenate([cells.mean(axis=1), cells.std(axis=1)])


def covered_cells(embedding: Embedding) -> npt.NDArray[np.float64]:
    """The embedding's values in the cells that the photograph covers at least in part, C x cells."""
    grid, longest = embedding.features.shape[-1], max(embedding.input_size)  # the longer side fills the frame
    tall, wide = (-(-length * grid // longest) for length in embedding.input_size)  # rounded up
    covered = embedding.features[0, :, :tall, :wide].float().cpu().numpy().astype(np.float64)
    return np.asarray(covered.reshape(covered.shape[0], -1))
