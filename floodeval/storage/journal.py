"""The journal of an evaluation under way: one line a finished sample, so that a killed run goes on."""

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter
from floodeval.storage.atomic import unwritable


@dataclass(frozen=True)
class Entry:
    """What one sample came to: its rows of the run's tables, what was skipped, seconds and MiB it took.

    `peaks` is the peak memory of a graphics card by variant and prompt (`variant/prompt`). `failed` says that
    the sample was left out whole, so that it is tried again when the evaluation is resumed.
    """

    id: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)
    traits: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    agreement: list[dict[str, Any]] = field(default_factory=list)
    clicks: list[dict[str, Any]] = field(default_factory=list)
    logits: list[dict[str, Any]] = field(default_factory=list)
    fidelity: list[dict[str, Any]] = field(default_factory=list)
    domain: list[dict[str, Any]] = field(default_factory=list)
    baselines: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)
    failed: bool = False


class Journal:
    """An append-only file of entries; a line that a kill left torn is dropped."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Entry]:
        """Read the finished samples, and cut off a torn last line so that appending goes on cleanly."""
        if not self.path.is_file():
            return []
        whole = self.path.read_bytes()
        kept = whole[: whole.rfind(b"\n") + 1]
        if len(kept) < len(whole):
            with self.path.open("r+b") as stream:
                stream.truncate(len(kept))
        return list(self._entries(kept))

    def append(self, entry: Entry) -> None:
        """Add a finished sample as one line, written in one piece."""
        line = (json.dumps(vars(entry)) + "\n").encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab", buffering=0) as stream:
                if stream.write(line) < len(line):  # the disk filled up within the line
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise unwritable(self.path, error) from error

    def remove(self) -> None:
        """Delete the journal of a run whose tables are written."""
        self.path.unlink(missing_ok=True)

    def _entries(self, content: bytes) -> Iterator[Entry]:
        for number, line in enumerate(content.splitlines(), start=1):
            try:
                yield Entry(**json.loads(line))
            except (ValueError, TypeError):
                raise FloodevalError(
                    f"{self.path} line {number} is damaged; start over with {Parameter('force')}"
                ) from None
