"""The search for scenes: describe photographs, propose pairs from an index of visual words, confirm them."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.sample_names import natural_key
from floodeval.datasets.scenes.features import (
    MIRROR,
    Bytes,
    Description,
    describe,
    inverse,
    squared_distances,
)
from floodeval.datasets.scenes.matching import IDENTITY, Confirmed, Link, Scenes, confirm
from floodeval.errors import FloodevalError
from floodeval.progress import Progress, Step, silent
from floodeval.storage.pools import thread_pool

DESCRIPTORS_PER_WORD = 10  # drawn; a word that is its own only descriptor brings no two photographs together
MOST_WORDS = 65536
CELLS_SEARCHED = 3
CANDIDATES = 8  # of a photograph, and of its mirrored picture, together
BLOCK = 64  # photographs at a time

Words = npt.NDArray[np.intp]
T = TypeVar("T")


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


def find_scenes(
    photographs: Mapping[str, Path],
    progress: Progress = silent,
    reading: PhotographReading | None = None,
) -> Scenes:
    """Find the photographs that are copies of one another or show the same view.

    Copies that were cut (down to 60 % of either side), resized, recompressed, recolored, mirrored or
    captioned are found, and other frames of the same view. The order of the photographs does not matter.
    One that cannot be read is left out.

    Args:
        photographs: ids, and where the photographs lie.
        progress: called with how many steps of how many are done: one to describe a photograph, and as many
            again for the pairs.
        reading: how the data set's photographs are read; without it each says so by itself.
    """
    identical = identical_files(photographs)
    n, total = len(identical), 2 * len(identical)

    def report(done: int) -> None:
        progress(Step(done, total, "searching for scenes"))

    with thread_pool(os.cpu_count()) as pool:
        descriptions = pool.map(lambda ids: _described(photographs[ids[0]], reading), identical)
        ticked = _counted(descriptions, report)
        described = [(ids, one) for ids, one in zip(identical, ticked, strict=True) if one]
        links = _same_bytes(ids for ids, _ in described)
        links += _confirmed(described, pool, lambda share: report(n + int(share * n)))
    report(total)
    return Scenes(tuple(sorted(links, key=lambda link: (natural_key(link.a), natural_key(link.b)))))


def identical_files(photographs: Mapping[str, Path]) -> list[tuple[str, ...]]:
    """Gather the ids of files with the same bytes; in natural order, without files that cannot be opened."""
    gathered: dict[bytes, list[str]] = {}
    for name in sorted(photographs, key=natural_key):
        try:
            with photographs[name].open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").digest()
        except OSError:
            continue
        gathered.setdefault(digest, []).append(name)
    return [tuple(ids) for ids in gathered.values()]


def _described(path: Path, reading: PhotographReading | None) -> Description | None:
    try:
        return describe(path, reading)
    except FloodevalError:
        return None


def _same_bytes(identical: Iterable[tuple[str, ...]]) -> list[Link]:
    return [
        Link(a, b, "same bytes", IDENTITY, n_inliers=0, likeness=1.0)
        for ids in identical
        for a, b in combinations(ids, 2)
    ]


def _confirmed(
    described: list[tuple[tuple[str, ...], Description]], pool: Executor, report: Callable[[float], None]
) -> list[Link]:
    """Propose pairs and confirm them; a link between two photographs holds for their identical files too."""
    pairs = find_candidates([one.descriptors for _, one in described], pool)
    found = pool.map(lambda pair: confirm(described[pair.a][1], described[pair.b][1], pair.mirrored), pairs)
    best: dict[tuple[int, int], Confirmed] = {}
    for pair, one in zip(pairs, _counted(found, lambda done: report(done / len(pairs))), strict=True):
        known = best.get((pair.a, pair.b))
        if one and (known is None or one.likeness > known.likeness):
            best[pair.a, pair.b] = one
    return [
        _link(*ids, one) for (a, b), one in best.items() for ids in product(described[a][0], described[b][0])
    ]


def _link(one: str, other: str, found: Confirmed) -> Link:
    transform = found.transform
    if natural_key(one) > natural_key(other):
        one, other, transform = other, one, inverse(transform)
    first, second, third = ((float(x), float(y), float(z)) for x, y, z in transform / transform[2, 2])
    return Link(one, other, found.kind, (first, second, third), found.n_inliers, found.likeness)


def _counted(items: Iterable[T], report: Callable[[int], None]) -> Iterator[T]:
    """Pass the items on and report how many have come."""
    for done, item in enumerate(items, 1):
        report(done)
        yield item


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
