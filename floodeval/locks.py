"""One writer at a time: locks on folders and files that several processes may want to write."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from floodeval.errors import FloodevalError


@contextmanager
def hold(path: Path, what: str) -> Iterator[None]:
    """Hold the lock on `path` in a `with` block.

    Args:
        path: of the folder or file that is written.
        what: what it is, for the message, such as `run demo`.

    Raises:
        FloodevalError: another process holds it; says which, and since when.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    place = path.with_name(f".{path.name}.lock")
    lock = FileLock(place)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise FloodevalError(f"{what} is being written by {_holder(place)}; wait for it") from None
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        _note(place).write_text(json.dumps({"process": os.getpid(), "since": now}), encoding="utf-8")
        yield
    finally:
        _note(place).unlink(missing_ok=True)
        lock.release()


def _note(place: Path) -> Path:
    return place.with_suffix(".held")


def _holder(place: Path) -> str:
    try:
        noted = json.loads(_note(place).read_text(encoding="utf-8"))
        return f"process {noted['process']} since {noted['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
