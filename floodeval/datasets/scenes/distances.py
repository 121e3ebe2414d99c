"""Squared distances between many descriptors, exact and on one thread."""

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

ROWS, COLUMNS = 32, 64  # at a time: BLAS spreads larger products over threads, which the search has already


def squared_distances(a: Bytes, b: Bytes) -> npt.NDArray[np.float32]:
    """Squared Euclidean distances of descriptors a, N x 128, to descriptors b, M x 128: N x M.

    Sums of whole numbers under 2**24, so they are exact and every machine finds the same.
    """
    left, right = _blocks(a, ROWS), _blocks(b, COLUMNS)
    products = left[:, None] @ np.ascontiguousarray(right.transpose(0, 2, 1))
    flat = products.transpose(0, 2, 1, 3).reshape(len(left) * ROWS, len(right) * COLUMNS)
    return _lengths(a)[:, None] + _lengths(b) - 2 * flat[: len(a), : len(b)]


def _blocks(descriptors: Bytes, size: int) -> npt.NDArray[np.float32]:
    """Descriptors in blocks of that size, the last filled up with zeros."""
    n_blocks, width = -(-len(descriptors) // size), descriptors.shape[1]
    padded = np.zeros((n_blocks * size, width), np.float32)
    padded[: len(descriptors)] = descriptors
    return padded.reshape(n_blocks, size, width)


def _lengths(descriptors: Bytes) -> npt.NDArray[np.float32]:
    lengths: npt.NDArray[np.float32] = (descriptors.astype(np.float32) ** 2).sum(axis=1)
    return lengths
