"""Stamps of finished runs in the cache: which requests they answer, and size and time of their files.

As long as neither changes, nothing needs to be hashed and no model loaded when a run is asked for again.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from floodeval import __version__
from floodeval.caches import BoundedCache
from floodeval.errors import FloodevalError
from floodeval.files import write_text
from floodeval.results import cache_folder

Stat = tuple[int, int] | None
"""Size in bytes and time of the last change in nanoseconds; None where there is no such file."""


@dataclass(frozen=True)
class Stamp:
    """The requests that a finished run answers, by `key_of`, and the files that it depends on."""

    requests: tuple[str, ...] = ()
    files: Mapping[str, Stat] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Path) -> "Stamp":
        """Read the stamp of the run in that folder; an empty one where there is none to be trusted."""
        try:
            content = json.loads(_path(run).read_text(encoding="utf-8"))
            stats = {
                str(path): stat and (int(stat[0]), int(stat[1])) for path, stat in content["files"].items()
            }
            return cls(tuple(map(str, content["requests"])), stats)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            return cls()

    def changed(self) -> set[Path]:
        """The files that are not what they were."""
        return {Path(path) for path, stat in self.files.items() if _stat(Path(path)) != stat}

    def answers(self, key: str) -> bool:
        """Whether the run answers a request, and all its files are what they were."""
        return key in self.requests and not self.changed()


def write_stamp(run: Path, key: str, files: Iterable[Path]) -> None:
    """Note that the run answers a request; a cache that cannot be written costs time only.

    Args:
        run: the folder of the run.
        key: of the request, by `key_of`.
        files: files and folders that the run depends on.
    """
    stats = {str(path.resolve()): _stat(path) for path in files}
    before = Stamp.of(run)
    requests = dict.fromkeys([*(before.requests if before.files == stats else ()), key])
    content = {"requests": list(requests), "files": stats}
    with suppress(FloodevalError, OSError):
        write_text(_path(run), json.dumps(content, indent=1) + "\n")
        BoundedCache("finished").added(_path(run))


def key_of(run: Path, options: str, dataset: str | Path) -> str:
    """What a stamp keeps of a request.

    Args:
        run: the folder of the run.
        options: all that is asked for, as text; its relative paths are of the working folder.
        dataset: the data set, by path or by name.
    """
    found = str(Path(dataset).resolve()) if Path(dataset).is_dir() else os.environ.get("FLOODEVAL_DATA")
    asked = (__version__, str(run.resolve()), options, str(dataset), found, str(Path.cwd()))
    return hashlib.sha256(repr(asked).encode(errors="surrogateescape")).hexdigest()


def _stat(path: Path) -> Stat:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size if path.is_file() else 0), found.st_mtime_ns


def _path(run: Path) -> Path:
    name = hashlib.sha256(str(run.resolve()).encode()).hexdigest()[:32]
    return cache_folder() / "finished" / f"{name}.json"
