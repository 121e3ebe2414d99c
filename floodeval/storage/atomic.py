"""Files are written whole or not at all."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

_SHOWN = 40  # characters of a file's name in its temporary neighbor's, which has to fit into 255 bytes


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a neighbor of `path` for writing bytes and rename it to `path` when all went well.

    A reader sees the old file or the new one, never half of one, also when the process is killed. Any number
    of threads and processes may write the same file at once: the last one to finish wins.

    Raises:
        FloodevalError: the folder is not writable, the disk is full; `path` is then untouched.
    """
    with _replacing(path, ".partial") as partial, partial.open("wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with atomic_write(path) as stream:
        stream.write(content)


def write_text(path: Path, content: str) -> None:
    """Write `content` to `path` as UTF-8, whole or not at all."""
    write_bytes(path, content.encode())


def write_with(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write`, a function that takes a path, make the file `path`, whole or not at all."""
    with _replacing(path, f".partial{path.suffix}") as partial:
        mode = partial.stat().st_mode & 0o777
        write(partial)
        partial.chmod(mode)  # some writers make files that nobody else may read
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())


def unwritable(path: Path, error: OSError) -> FloodevalError:
    """Say in one line which file could not be written, why, and what to do."""
    return FloodevalError(saying("files.unwritable", path=path, why=error.strerror or error))


@contextmanager
def _replacing(path: Path, ending: str) -> Iterator[Path]:
    """An empty file of its own next to `path`, which replaces `path` when all went well."""
    partial = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = _new_file(path, ending)
        yield partial
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)


def _new_file(path: Path, ending: str) -> Path:
    """Create `.NAME.RANDOM.partial`, with the permissions that the process gives every new file."""
    partial = path.with_name(f".{path.name[:_SHOWN]}.{secrets.token_hex(8)}{ending}")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return partial


def _sync_folder(folder: Path) -> None:
    """Make a rename outlast a power failure, where the system lets folders be synchronized."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
