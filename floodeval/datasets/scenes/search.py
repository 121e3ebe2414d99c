"""The search for scenes: describe every photograph, propose pairs, confirm them."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from itertools import combinations, product
from pathlib import Path
from typing import TypeVar

from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.layouts import natural_key
from floodeval.datasets.scenes.candidates import find_candidates
from floodeval.datasets.scenes.features import Description, describe
from floodeval.datasets.scenes.geometry import inverse
from floodeval.datasets.scenes.links import IDENTITY, Link, Scenes
from floodeval.datasets.scenes.matching import Confirmed, confirm
from floodeval.errors import FloodevalError
from floodeval.progress import Progress, Step, silent
from floodeval.storage.pools import thread_pool

T = TypeVar("T")


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
        progress(Step(done, total, "looking for scenes"))

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
