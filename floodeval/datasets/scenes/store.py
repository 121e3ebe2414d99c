"""The scenes of a data set, kept on disk between runs."""

import hashlib
import json
from contextlib import ExitStack, suppress
from dataclasses import asdict
from math import isfinite
from pathlib import Path

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.dataset_config import UNTOUCHED
from floodeval.datasets.sample_names import natural_key
from floodeval.datasets.scenes.matching import Link, Scenes
from floodeval.datasets.scenes.search import find_scenes
from floodeval.errors import FloodevalError
from floodeval.progress import Progress, silent
from floodeval.storage.atomic import write_text
from floodeval.storage.caches import BoundedCache
from floodeval.storage.locks import hold
from floodeval.storage.paths import cache_folder
from floodeval.storage.typed_json import convert_json, parse_json

SEARCH_S = 3600.0  # how long to wait for the search of another process, seconds
VERSION = 1  # of the search: raise it with every change that may find other links


def kept_scenes(dataset: Dataset, progress: Progress = silent) -> Scenes:
    """Find the scenes of a data set's photographs once, and read them back from then on.

    They lie in the cache as JSON, under the data set's fingerprint and the version of the search. A file that
    is broken or speaks of other photographs counts as none; a cache that cannot be written costs time only.
    Who asks while another thread or process searches the same photographs waits for what it finds.
    """
    kept = scenes_at_hand(dataset)
    if kept is not None:
        return kept
    with ExitStack() as search:
        with suppress(FloodevalError):
            search.enter_context(hold(kept_file(dataset), f"scenes of {dataset.name}", wait_s=SEARCH_S))
        return scenes_at_hand(dataset) or _search(dataset, progress)


def _search(dataset: Dataset, progress: Progress) -> Scenes:
    cache, path = BoundedCache("scenes"), kept_file(dataset)
    photographs = {sample.id: sample.photograph for sample in dataset.samples}
    scenes = find_scenes(photographs, progress, dataset.reading.photographs)
    with suppress(FloodevalError, OSError):
        write_text(path, json.dumps([asdict(link) for link in scenes.links], indent=1))
        cache.added(path)
    return scenes


def scenes_at_hand(dataset: Dataset) -> Scenes | None:
    """Read the scenes of a data set where they were found before; never searches for them."""
    path = kept_file(dataset)
    scenes = read_scenes(path, {sample.id for sample in dataset.samples})
    if scenes is not None:
        BoundedCache("scenes").used(path)
    return scenes


def kept_file(dataset: Dataset) -> Path:
    """Where the scenes of a data set are kept, once they were found."""
    reading, treated = dataset.reading.photographs, ""
    if reading != UNTOUCHED:  # other values, or turned otherwise: other links
        treated = "-" + hashlib.sha256(repr(reading.to_json()).encode()).hexdigest()[:8]
    return cache_folder() / "scenes" / f"{dataset.fingerprint[:32]}{treated}-v{VERSION}.json"


def read_scenes(path: Path, ids: set[str]) -> Scenes | None:
    """Read kept scenes of the photographs of those ids; None where there is no file to be trusted."""
    try:
        links = convert_json(parse_json(path.read_text(encoding="utf-8")), tuple[Link, ...])
    except (OSError, ValueError):
        return None
    if not all(map(_is_sound, links)):
        return None
    pairs = [(link.a, link.b) for link in links]
    ordered = [(natural_key(a), natural_key(b)) for a, b in pairs]
    known = ids.issuperset(member for pair in pairs for member in pair)
    if not known or ordered != sorted(set(ordered)) or any(a >= b for a, b in ordered):
        return None
    return Scenes(links)


def _is_sound(link: Link) -> bool:
    numbers = (*(value for row in link.transform for value in row), link.likeness)
    return link.n_inliers >= 0 and all(isfinite(value) for value in numbers)
