"""Visual words: descriptors drawn from the photographs, and the nearest of them to any other descriptor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from floodeval.datasets.scenes.distances import Bytes, squared_distances
from floodeval.datasets.scenes.features import MIRROR

Words = npt.NDArray[np.intp]

DESCRIPTORS_PER_WORD = 10  # drawn; a word that is its own only descriptor brings no two photographs together
MOST_WORDS = 65536
CELLS_SEARCHED = 3


@dataclass(frozen=True)
class Vocabulary:
    """Words in two halves, the second the first mirrored, gathered in cells so that few are compared.

    Attributes:
        words: W x 128 bytes.
        centres: C x 128 bytes, one a cell.
        cells: of each cell, the positions of its words.
    """

    words: Bytes
    centres: Bytes
    cells: tuple[Words, ...]

    def __len__(self) -> int:
        return len(self.words)

    def mirrored(self, words: Words) -> Words:
        """The words of the same features seen in a mirror."""
        return (words + len(self) // 2) % len(self)

    def nearest(self, descriptors: Bytes) -> Words:
        """The nearest word of each descriptor, N x 128, among the words of the three nearest cells."""
        n_searched = min(CELLS_SEARCHED, len(self.centres))
        to_centres = squared_distances(descriptors, self.centres)
        searched = to_centres.argpartition(n_searched - 1, axis=1)[:, :n_searched]
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


def choose_vocabulary(descriptors: Sequence[Bytes]) -> Vocabulary | None:
    """Draw words from the descriptors of all photographs, N x 128 each; None where there are too few."""
    everything = np.concatenate([np.empty((0, MIRROR.size), np.uint8), *descriptors])
    n_drawn = min(len(everything) // DESCRIPTORS_PER_WORD, MOST_WORDS // 2)
    if not n_drawn:
        return None
    drawn = everything[np.random.default_rng(0).permutation(len(everything))[:n_drawn]]
    words = np.concatenate([drawn, drawn[:, MIRROR]])
    centres = np.unique(words[: int(len(words) ** 0.5)], axis=0)  # each is a word, so no cell is empty
    home = squared_distances(words, centres).argmin(axis=1)
    return Vocabulary(words, centres, tuple(np.flatnonzero(home == c) for c in range(len(centres))))
