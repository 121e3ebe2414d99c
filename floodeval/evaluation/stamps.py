"""Stamps of finished runs in the cache: which requests they answer, and size and times of their files.

As long as neither changes, nothing needs to be hashed and no model loaded when a run is asked for again.
"""

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
"""Size in bytes, when the content and when the file was changed last (ns); None where there is no such file.

The second time tells where the first was set back after a change, and where a link leads elsewhere.
"""


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
                str(path): one and (int(one[0]), int(one[1]), int(one[2]))
                for path, one in content["files"].items()
            }
            return cls(tuple(map(str, content["requests"])), stats)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            return cls()

    def changed(self) -> set[Path]:
        """The files that are not what they were."""
        return {Path(path) for path, known in self.files.items() if stat_of(Path(path)) != known}

    def answers(self, key: str) -> bool:
        """Whether the run answers a request, and all its files are what they were."""
        return key in self.requests and not self.changed()


def stats_of(files: Iterable[Path]) -> dict[str, Stat]:
    """Size and times of files and folders, by absolute path; of a link, those of what it leads to."""
    return {str(path.absolute()): stat_of(path) for path in files}


def write_stamp(run: Path, key: str, stats: Mapping[str, Stat]) -> None:
    """Note that the run answers a request; a cache that cannot be written costs time only.

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
    """What a stamp keeps of a request.

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
