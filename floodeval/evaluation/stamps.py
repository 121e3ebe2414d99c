"""Stamps of finished runs in the cache: the commands that a run answers, and the state of its files."""

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from floodeval import __version__
from floodeval.errors import FloodevalError
from floodeval.storage.atomic import write_text
from floodeval.storage.caches import BoundedCache
from floodeval.storage.paths import cache_folder

Stat = tuple[int, int, int] | None
"""Size in bytes, time of the last change of the content, and of the file (ns); None where no file exists.

The second time shows that the first was set back after a change, or that a link leads elsewhere.
"""


@dataclass(frozen=True)
class Stamp:
    """The requests that a finished run answers, by `key_of`, and the files that it depends on."""

    requests: tuple[str, ...] = ()
    files: Mapping[str, Stat] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Path) -> "Stamp":
        """Read the stamp of the run in that folder; an empty one where none is valid."""
        try:
            content = json.loads(_path(run).read_text(encoding="utf-8"))
            stats = {
                str(path): one and (int(one[0]), int(one[1]), int(one[2]))
                for path, one in content["files"].items()
            }
            return cls(tuple(map(str, content["requests"])), stats)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            return cls()

    def changed(self) -> set[Path]:
        """The files that changed since the run was stamped."""
        return {Path(path) for path, known in self.files.items() if stat_of(Path(path)) != known}

    def answers(self, key: str) -> bool:
        """Whether the run answers a request, and none of its files changed."""
        return key in self.requests and not self.changed()


def stats_of(files: Iterable[Path]) -> dict[str, Stat]:
    """Size and times of files and folders, by absolute path; of a link, those of its target."""
    return {str(path.absolute()): stat_of(path) for path in files}


def write_stamp(run: Path, key: str, stats: Mapping[str, Stat]) -> None:
    """Note that the run answers a request; nothing happens where the cache cannot be written.

    Args:
        run: the folder of the run.
        key: of the request, by `key_of`.
        stats: of the files and folders that the run depends on, from before they were read.
    """
    before = Stamp.of(run)
    requests = dict.fromkeys([*(before.requests if before.files == stats else ()), key])
    content = {"requests": list(requests), "files": dict(stats)}
    with suppress(FloodevalError, OSError):
        write_text(_path(run), json.dumps(content, indent=1) + "\n")
        BoundedCache("finished").added(_path(run))


def key_of(run: Path, options: str, dataset: str | Path) -> str:
    """The key of a request in a stamp.

    Args:
        run: the folder of the run.
        options: all that is asked for, as text; its relative paths are of the working folder.
        dataset: the data set, by path or by name.
    """
    places = Path(), Path(os.environ.get("FLOODEVAL_DATA", "")), Path("data")
    found = [str((place / dataset).resolve()) for place in places if (place / dataset).is_dir()]
    asked = (__version__, str(run.resolve()), options, str(dataset), found, str(Path.cwd()))
    return hashlib.sha256(repr(asked).encode(errors="surrogateescape")).hexdigest()


def stat_of(path: Path) -> Stat:
    """Size and times of a file or folder."""
    try:
        found = path.stat()
    except OSError:
        return None
    size = found.st_size if stat.S_ISREG(found.st_mode) else 0
    return size, found.st_mtime_ns, found.st_ctime_ns


def _path(run: Path) -> Path:
    name = hashlib.sha256(str(run.resolve()).encode()).hexdigest()[:32]
    return cache_folder() / "finished" / f"{name}.json"
