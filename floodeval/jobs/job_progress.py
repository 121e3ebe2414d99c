"""The progress of a job: a small file that its process replaces now and then, and that anyone may read."""

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.language import LANGUAGES, speaking
from floodeval.progress import Step
from floodeval.storage.atomic import write_text
from floodeval.storage.typed_json import convert_json, parse_json

VARIABLE = "FLOODEVAL_PROGRESS"
"""Names the file that a command writes its progress to; nothing is written where it is not set."""

EVERY_S = 1.0  # between two writes within a stage
LONGEST_ERROR = 500  # characters
_MOST_BYTES = 10_000


@dataclass(frozen=True)
class JobProgress:
    """How far the current stage of a job is.

    Attributes:
        what: the stage, such as `evaluating`.
        done: units of the stage that are done.
        total: units of the stage.
        unit: what is counted.
        seconds: since the stage began.
        first: units that were done when the stage began, as of a run that is resumed.
        exit_status: of the command, once it has ended; None before.
        errors: why the command ended, in every language by its code; empty where it gave no reason.
    """

    what: str
    done: int
    total: int
    unit: str = "steps"
    seconds: float = 0.0
    first: int = 0
    exit_status: int | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of the stage that is done, 0 to 1."""
        return min(max(self.done / self.total, 0.0), 1.0) if self.total > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest of the stage takes at the speed so far; None where that is not known."""
        made = self.done - self.first
        if made <= 0 or self.done >= self.total:
            return None
        return self.seconds * (self.total - self.done) / made


class ProgressFile:
    """Writes the steps of an operation to a file, whole, at most once a second within a stage."""

    def __init__(self, path: Path) -> None:
        self.path, self.stage = path, ""
        self.began = self.written = 0.0
        self.first = 0

    def __call__(self, step: Step) -> None:
        """Write a step; what cannot be written is left out, because the operation matters more."""
        if not step.total:
            return
        now = time.monotonic()
        begins = step.what != self.stage
        if begins:
            self.stage, self.began, self.first = step.what, now, step.done
        if begins or step.done >= step.total or now - self.written >= EVERY_S:
            self.written = now
            passed = round(now - self.began, 3)
            shown = JobProgress(step.what, step.done, step.total, step.unit, passed, self.first)
            with suppress(FloodevalError):
                write_text(self.path, json.dumps(asdict(shown)) + "\n")


def write_exit_status(status: int, error: FloodevalError | None = None) -> None:
    """Add how a command ended to the file that `$FLOODEVAL_PROGRESS` names, if it is set.

    Args:
        status: the exit status.
        error: why it ended; None keeps what was given before.
    """
    if path := os.environ.get(VARIABLE):
        last = read_progress(Path(path)) or JobProgress("", 0, 0)
        errors = last.errors if error is None else in_every_language(error)
        ended = replace(last, exit_status=status, errors=errors)
        with suppress(FloodevalError):
            write_text(Path(path), json.dumps(asdict(ended)) + "\n")


def in_every_language(error: FloodevalError) -> dict[str, str]:
    """An error in every language by its code, each in one line: who will read it is not known yet."""
    found = {}
    for code in LANGUAGES:
        with speaking(code):
            found[code] = " ".join(str(error).split())[:LONGEST_ERROR]
    return found


def read_exit_status(path: Path) -> int | None:
    """The exit status of a command that has ended; None where its process ended without one."""
    found = read_progress(path)
    return found.exit_status if found else None


def progress_file() -> ProgressFile | None:
    """The file that `$FLOODEVAL_PROGRESS` names; None where it is not set."""
    path = os.environ.get(VARIABLE)
    return ProgressFile(Path(path)) if path else None


def read_progress(path: Path) -> JobProgress | None:
    """Read a progress file; None where there is none yet, or where it is damaged."""
    try:
        with path.open("rb") as stream:
            return convert_json(parse_json(stream.read(_MOST_BYTES).decode()), JobProgress)
    except (OSError, ValueError):
        return None
