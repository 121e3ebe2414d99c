"""Which pairs of photographs are worth comparing: an inverted index over visual words.

Every descriptor is given its nearest word, every photograph is the bag of its words, and bags are compared by
their tf-idf weighted cosine (Sivic and Zisserman 2003). Only photographs that share words meet, so most
pairs are never compared.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from floodeval.datasets.scenes.distances import Bytes
from floodeval.datasets.scenes.vocabulary import Words, choose_vocabulary

CANDIDATES = 8  # of a photograph, and of its mirrored picture, together
BLOCK = 64  # photographs at a time


@dataclass(frozen=True, order=True)
class Candidate:
    """Positions a < b of two photographs; `mirrored` where a's mirrored picture resembles b."""

    a: int
    b: int
    mirrored: bool


def find_candidates(descriptors: Sequence[Bytes], pool: Executor) -> list[Candidate]:
    """Pairs of photographs that share many rare words, also once one is mirrored; in order.

    Args:
        descriptors: of each photograph, N x 128 bytes.
        pool: does the work.
    """
    vocabulary = choose_vocabulary(descriptors)
    if vocabulary is None:
        return []
    blocks = [slice(i, i + BLOCK) for i in range(0, len(descriptors), BLOCK)]
    found = pool.map(lambda block: vocabulary.nearest(np.concatenate(descriptors[block])), blocks)
    ends = np.cumsum([len(one) for one in descriptors])
    words = np.split(np.concatenate(list(found)), ends[:-1])
    bags = _bags(words, len(vocabulary))
    seen = np.bincount(bags.indices, minlength=len(vocabulary))
    rarity = np.log1p(len(descriptors) / np.maximum(seen, 1)).astype(np.float32)
    upright = _weighted(bags, rarity)
    mirrored = _weighted(_bags([vocabulary.mirrored(one) for one in words], len(vocabulary)), rarity)
    best = pool.map(lambda block: _best(upright[block], mirrored[block], upright, block.start), blocks)
    return sorted(set().union(*best))


def _bags(words: Sequence[Words], n_words: int) -> sparse.csr_array:
    """Photographs x words: how often each has each."""
    rows = np.repeat(np.arange(len(words)), [len(one) for one in words])
    columns = np.concatenate([np.empty(0, np.intp), *words])
    ones = np.ones(len(columns), np.float32)
    bags = sparse.csr_array((ones, (rows, columns)), shape=(len(words), n_words))
    bags.sum_duplicates()
    return bags


def _weighted(bags: sparse.csr_array, rarity: npt.NDArray[np.float32]) -> sparse.csr_array:
    """Weigh rare words more and repeated ones less (square root), and bring every bag to unit length."""
    weighted = bags.copy()
    weighted.data = np.sqrt(bags.data) * rarity[bags.indices]
    lengths = np.sqrt(weighted.power(2).sum(axis=1))
    weighted.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(weighted.indptr))
    return weighted


def _best(
    upright: sparse.csr_array, mirrored: sparse.csr_array, everything: sparse.csr_array, first: int
) -> set[Candidate]:
    """The best candidates of the photographs from position `first` on."""
    scores = np.hstack([(block @ everything.T).toarray() for block in (upright, mirrored)])
    n, rows = everything.shape[0], np.arange(upright.shape[0])
    scores[rows, first + rows] = scores[rows, n + first + rows] = 0  # a photograph and itself
    best = np.argsort(-scores, axis=1, kind="stable")[:, :CANDIDATES]
    return {
        Candidate(min(first + row, column % n), max(first + row, column % n), column >= n)
        for row, columns in enumerate(best.tolist())
        for column in columns
        if scores[row, column] > 0
    }
