"""Candidates: pairs of photographs worth comparing, from an inverted index over visual words."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from floodeval.datasets.scenes.features import MIRROR
from floodeval.datasets.scenes.geometry import Bytes, squared_distances

Words = npt.NDArray[np.intp]

DESCRIPTORS_PER_WORD = 10  # drawn; a word that is its own only descriptor brings no two photographs together
MOST_WORDS = 65536
CELLS_SEARCHED = 3
CANDIDATES = 8  # of a photograph, and of its mirrored picture, together
BLOCK = 64  # photographs at a time


@dataclass(frozen=True, order=True)
class Candidate:
    """Positions a < b of two photographs; `mirrored` where a's mirrored picture resembles b."""

    a: int
    b: int
    mirrored: bool


@dataclass(frozen=True)
class Vocabulary:
    """Words in two halves, the second the first mirrored, gathered in cells so that few are compared.

    Attributes:
        words: W x 128 bytes.
        centers: C x 128 bytes, one a cell.
        cells: of each cell, the positions of its words.
    """

    words: Bytes
    centers: Bytes
    cells: tuple[Words, ...]

    def __len__(self) -> int:
        return len(self.words)

    def mirrored(self, words: Words) -> Words:
        """The words of the same features seen in a mirror."""
        return (words + len(self) // 2) % len(self)

    def nearest(self, descriptors: Bytes) -> Words:
        """The nearest word of each descriptor, N x 128, among the words of the three nearest cells."""
        n_searched = min(CELLS_SEARCHED, len(self.centers))
        to_centers = squared_distances(descriptors, self.centers)
        searched = to_centers.argpartition(n_searched - 1, axis=1)[:, :n_searched]
        least = np.full(len(descriptors), np.inf, np.float32)
        nearest = np.zeros(len(descriptors), np.intp)
        for cell in np.unique(searched):
            rows = np.flatnonzero((searched == cell).any(axis=1))
            distances = squared_distances(descriptors[rows], self.words[self.cells[cell]])
            closest = distances.argmin(axis=1)
            closer = distances[np.arange(len(rows)), closest] < least[rows]
            least[rows[closer]] = distances[np.arange(len(rows)), closest][closer]
            nearest[rows[closer]] = self.cells[cell][closest[closer]]
        return nearest


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


def choose_vocabulary(descriptors: Sequence[Bytes]) -> Vocabulary | None:
    """Draw words from the descriptors of all photographs, N x 128 each; None where there are too few."""
    everything = np.concatenate([np.empty((0, MIRROR.size), np.uint8), *descriptors])
    n_drawn = min(len(everything) // DESCRIPTORS_PER_WORD, MOST_WORDS // 2)
    if not n_drawn:
        return None
    drawn = everything[np.random.default_rng(0).permutation(len(everything))[:n_drawn]]
    words = np.concatenate([drawn, drawn[:, MIRROR]])
    centers = np.unique(words[: int(len(words) ** 0.5)], axis=0)  # each is a word, so no cell is empty
    home = squared_distances(words, centers).argmin(axis=1)
    return Vocabulary(words, centers, tuple(np.flatnonzero(home == c) for c in range(len(centers))))


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
