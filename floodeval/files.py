"""Files are written whole or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from floodeval.errors import FloodevalError
from floodeval.language.sentences import saying


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a neighbour of `path` for writing bytes and rename it to `path` when all went well.

    A reader sees the old file or the new one, never half of one, also when the process is killed.

    Raises:
        FloodevalError: the folder is not writable, the disk is full; `path` is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with atomic_write(path) as stream:
        stream.write(content)


def write_text(path: Path, content: str) -> None:
    """Write `content` to `path` as UTF-8, whole or not at all."""
    write_bytes(path, content.encode())


def write_with(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write`, a function that takes a path, make the file `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        write(partial)
        partial.chmod(0o644)  # some writers make files that nobody else may read
        partial.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> FloodevalError:
    """Say in one line which file could not be written, why, and what to do."""
    return FloodevalError(saying("files.unwritable", path=path, why=error.strerror or error))
