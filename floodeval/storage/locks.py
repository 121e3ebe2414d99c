"""Locks: one writer at a time for a run, a model, a file or a cache, among threads and processes."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, SoftFileLock, Timeout

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying
from floodeval.storage.atomic import unwritable

GRACE_S = 0.2  # even who does not wait tries for so long: a holder may be about to sign, or to leave


class LockedError(FloodevalError):
    """Another thread or process is writing the same thing."""


@dataclass(frozen=True)
class Holder:
    """Who holds a lock: a process number, the machine it runs on, and since when (UTC, to the second)."""

    process: int
    host: str
    since: str


@contextmanager
def hold(
    path: Path, what: object, wait_s: float = 0.0, waiting: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Be the only one to write `path`, a file or a folder, within a `with` block.

    The lock is `.NAME.lock` next to `path`, so that replacing a folder does not remove its lock. The system
    frees it when its process ends, however it ends: a process that was killed blocks nobody. It is not
    reentrant: a second `hold` of the same path waits for the first also within one thread.

    Args:
        path: what is going to be written; it need not exist.
        what: its name in the error, such as "run demo".
        wait_s: how many seconds to wait for another writer; by default hardly any.
        waiting: is called when another writer has to be waited for.

    Raises:
        LockedError: another thread or process holds the lock; the error says which, and since when.
        FloodevalError: the folder is not writable.
    """
    file = _lock_file(path)
    lock = FileLock(file, thread_local=False)
    made = [folder for folder in file.parents if not folder.exists()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not _acquire(lock, GRACE_S):
            waiting()
            if not _acquire(lock, wait_s):
                raise LockedError(_occupied(what, _read_holder(file)))
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        _describe(lock, file)
        yield
    finally:
        _release(lock, file)
        for folder in made:  # where nothing was written, nothing is left
            with suppress(OSError):
                folder.rmdir()


def check_free(path: Path, what: object) -> None:
    """Refuse at once what another thread or process is writing; takes no lock, and makes no file.

    Args:
        path: what is going to be written, as for `hold`.
        what: its name in the error.

    Raises:
        LockedError: as `hold`.
    """
    if _lock_file(path).exists():
        with hold(path, what):
            pass


def _lock_file(path: Path) -> Path:
    path = path.resolve()  # a folder has one lock, whichever link leads to it
    return path.with_name(f".{path.name}.lock")


def _acquire(lock: FileLock, wait_s: float) -> bool:
    until = time.monotonic() + wait_s
    while True:
        try:
            lock.acquire(timeout=max(until - time.monotonic(), 0))
        except Timeout:
            return False
        except FileNotFoundError:  # the holder before us has just removed the folder, as it had made it
            Path(lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
        else:
            return True


def _describe(lock: FileLock | SoftFileLock, file: Path) -> None:
    """Write who holds the lock; where files cannot be locked, the lock file has contents of its own."""
    if not isinstance(lock, SoftFileLock):
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        with suppress(OSError):
            file.write_text(json.dumps(asdict(Holder(os.getpid(), socket.gethostname(), since))))


def _release(lock: FileLock | SoftFileLock, file: Path) -> None:
    """Remove the lock file while it is still locked: who waits for it then notices, and makes a new one."""
    if not isinstance(lock, SoftFileLock):
        with suppress(OSError):
            file.unlink()
    lock.release()


def _read_holder(file: Path) -> Holder | None:
    """Who holds a lock, where that can be read."""
    try:
        return Holder(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _occupied(what: object, holder: Holder | None) -> Saying:
    if holder is None:
        return saying("files.occupied", what=what)
    values = {"what": what, "process": str(holder.process), "since": holder.since}
    if holder.host != socket.gethostname():
        return saying("files.occupied_elsewhere", host=holder.host, **values)
    return saying("files.occupied_by", **values)
