"""The caches: what is kept between runs because making it again takes time, and how much of it."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.locks import hold
from floodeval.storage.paths import cache_folder

GB = 1_000_000_000
LIMITS = {
    "embeddings": 10 * GB,
    "views": 20 * GB,
    "scenes": GB,
    "finished": GB // 10,
}  # bytes, where $FLOODEVAL_CACHE_LIMIT is unset
VARIABLE = "FLOODEVAL_CACHE_LIMIT"
CACHES = (*LIMITS, "weights")  # weights are never removed but by name
WEIGHTS_FOLDERS = ("weights", "downloads")
ABANDONED_S = 24 * 3600.0  # a temporary file older than this is no write under way
CHECKS = 100  # a cache is measured each time that this part of its limit was added
_SIZE = re.compile(r"(\d+(?:\.\d+)?) *([kMGT]?)(i?)B?", re.IGNORECASE)


class BoundedCache:
    """A folder of files that can be made again; those used longest ago go when it exceeds its limit.

    A file counts as used when it is written and when `used` is called. Another process may remove any file
    at any moment: a reader treats a missing or broken file as one that was never kept.
    """

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self.name, self.folder = name, folder or cache_folder() / name
        self.limit = limit_of(name)
        self._added: int | None = None  # bytes since the folder was measured; None: it was not measured yet

    def used(self, path: Path) -> None:
        """Note that a file was read."""
        with suppress(OSError):
            os.utime(path)

    def added(self, path: Path) -> None:
        """Note that a file was written, and make room where the limit is exceeded."""
        with suppress(OSError):
            size = path.stat().st_size
            self._added = self._added + size if self._added is not None else self.limit
        if self._added is not None and self._added * CHECKS >= self.limit:
            self._added = 0
            self.trim()

    def trim(self) -> None:
        """Remove the files used longest ago until the limit is kept; left to another process that does it."""
        with suppress(FloodevalError), hold(self.folder, self.name):
            files = sorted(_files(self.folder), key=lambda file: file.used)
            excess = sum(file.size for file in files) - self.limit
            for file in files:
                if excess <= 0:
                    break
                excess -= 0 if _is_under_way(file) else _remove(file)


@dataclass(frozen=True)
class CacheUse:
    """What a cache takes: number of files and bytes, and its limit in bytes (None: it has none)."""

    name: str
    folder: Path
    files: int
    size: int
    limit: int | None


@dataclass(frozen=True)
class Cleared:
    """What was removed from a cache: number of files and bytes; and the files that are being written."""

    name: str
    files: int
    size: int
    in_use: tuple[Path, ...]


def limit_of(name: str) -> int:
    """A cache's limit in bytes: $FLOODEVAL_CACHE_LIMIT, such as 500MB or 20 GB, or its own default.

    Raises:
        FloodevalError: the variable holds no size.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if not given:
        return LIMITS[name]
    found = _SIZE.fullmatch(given)
    if not found:
        raise FloodevalError(saying("files.cache_limit", variable=VARIABLE, value=given))
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** " kmgt".index(unit.lower() or " "))


def cache_uses() -> list[CacheUse]:
    """How much every cache takes now, in the order of `CACHES`."""
    uses = []
    for name in CACHES:
        files = [file for folder in _folders(name) for file in _files(folder)]
        limit = limit_of(name) if name in LIMITS else None
        uses.append(CacheUse(name, _folders(name)[0], len(files), sum(file.size for file in files), limit))
    return uses


def clear_cache(name: str) -> Cleared:
    """Remove all files of a cache, except those that are being written at this moment.

    Raises:
        FloodevalError: there is no cache of that name.
    """
    if name not in CACHES:
        known = ", ".join(CACHES)
        raise FloodevalError(saying("files.no_cache", name=name, known=known))
    removed, in_use = [], []
    for file in (file for folder in _folders(name) for file in _files(folder)):
        if _is_under_way(file) or (name == "weights" and not _removable(file.path)):
            in_use.append(file.path)
        else:
            removed.append(_remove(file))
    return Cleared(name, sum(size > 0 for size in removed), sum(removed), tuple(in_use))


@dataclass(frozen=True)
class _File:
    path: Path
    size: int
    used: float  # seconds since 1970


def _folders(name: str) -> list[Path]:
    return [cache_folder() / one for one in (WEIGHTS_FOLDERS if name == "weights" else (name,))]


def _files(folder: Path) -> Iterator[_File]:
    """All files in a folder; locks are none, and what vanishes meanwhile is left out."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            with suppress(OSError):
                if not (name.startswith(".") and name.endswith(".lock")):
                    about = path.stat()
                    yield _File(path, about.st_size, about.st_mtime)


def _is_under_way(file: _File) -> bool:
    """Whether another process may be about to rename this temporary file."""
    return file.path.name.startswith(".") and time.time() - file.used < ABANDONED_S


def _removable(path: Path) -> bool:
    """Whether nobody is fetching or converting these weights."""
    with suppress(FloodevalError), hold(path.with_name(path.name.removesuffix(".partial")), path.name):
        return True
    return False


def _remove(file: _File) -> int:
    """Remove a file; returns the bytes that are free now, 0 where it could not be removed."""
    with suppress(OSError):
        file.path.unlink()
        return file.size
    return 0
