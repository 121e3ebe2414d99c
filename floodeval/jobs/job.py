"""A job: one command of floodeval with its state, as `results/jobs/ID/job.json` keeps it."""

import json
import re
import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.i18n.language import language
from floodeval.jobs.process_identity import ProcessIdentity
from floodeval.storage.atomic import write_text
from floodeval.storage.typed_json import convert_json, parse_json

State = Literal["queued", "running", "finished", "failed", "canceled", "interrupted", "unreadable"]
STATES: tuple[State, ...] = get_args(State)
PENDING: tuple[State, ...] = ("queued", "running")
RESUMABLE: tuple[State, ...] = ("failed", "canceled", "interrupted")

RECORD, LOG, PROGRESS = "job.json", "log.txt", "progress.json"
LOG_TAIL = 64_000  # bytes of a log that are read
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Job:
    """A command that runs in the background.

    Attributes:
        id: name of its folder; begins with the time at which it was made (UTC).
        command: the words after `floodeval`.
        title: name of the run, model or split that it makes.
        made: when it was made (UTC, ISO 8601).
        working: the folder that it runs in.
        position: in the queue; the lowest is next.
        state: `queued`, `running`, `finished`, `failed`, `canceled`, `interrupted` (its process is gone), or
            `unreadable` (its file is damaged).
        needs_bytes: forecast of what it writes.
        process: of the command; None before it has started.
        began: when it last started (UTC, ISO 8601); empty before.
        ended: when it ended; empty before.
        exit_status: of the command; None where it is not known.
        error: why it failed, in one line, as the command printed it.
        errors: the same in every language by its code; empty where the command did not give it.
        cancel: whether it has been asked to end.
    """

    id: str
    command: tuple[str, ...] = ()
    title: str = ""
    made: str = ""
    working: str = "."
    position: int = 0
    state: State = "queued"
    needs_bytes: int = 0
    process: ProcessIdentity | None = None
    began: str = ""
    ended: str = ""
    exit_status: int | None = None
    error: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    cancel: bool = False

    @property
    def kind(self) -> str:
        """The command's first word, such as `evaluate`."""
        return self.command[0] if self.command else ""

    @property
    def is_pending(self) -> bool:
        """Whether it waits or runs."""
        return self.state in PENDING

    @property
    def is_resumable(self) -> bool:
        """Whether the same command can be started again."""
        return self.state in RESUMABLE

    @property
    def error_words(self) -> str:
        """Why it failed, in the current language if that is known."""
        return self.errors.get(language()) or self.error

    def queued_again(self, position: int) -> "Job":
        """The same job at the end of the queue."""
        again = replace(self, state="queued", position=position, process=None, cancel=False)
        return replace(again, began="", ended="", exit_status=None, error="", errors={})


@dataclass(frozen=True)
class JobFolder:
    """Where a job is on disk."""

    path: Path
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.path.name)

    @property
    def log(self) -> Path:
        """What the command printed."""
        return self.path / LOG

    @property
    def progress(self) -> Path:
        """How far it is (`floodeval.jobs.job_progress`)."""
        return self.path / PROGRESS

    def read(self) -> Job:
        """Read the job; where its file is damaged, a job that is `unreadable`."""
        try:
            with (self.path / RECORD).open("rb") as stream:
                job = convert_json(parse_json(stream.read(_MOST_BYTES).decode()), Job)
        except (OSError, ValueError):
            return Job(self.id, state="unreadable")
        return job if job.id == self.id else Job(self.id, state="unreadable")

    def write(self, job: Job) -> Job:
        """Write the job, whole or not at all, and return it."""
        write_text(self.path / RECORD, json.dumps(asdict(job), indent=2) + "\n")
        return job

    def read_log(self) -> str:
        """The end of the log; control characters are left out."""
        try:
            with self.log.open("rb") as stream:
                size = stream.seek(0, 2)
                stream.seek(max(size - LOG_TAIL, 0))
                text = stream.read().decode(errors="replace")
        except OSError:
            return ""
        return "".join(letter for letter in text if letter.isprintable() or letter == "\n")


def job_folders(folder: Path) -> list[JobFolder]:
    """The folders of all jobs under `results/jobs`, by the time at which they were made."""
    return [JobFolder(path) for path in sorted(folder.glob("*")) if is_id(path.name) and path.is_dir()]


def job_folder(folder: Path, job_id: str) -> JobFolder:
    """The folder of one job.

    Raises:
        FloodevalError: there is no such job.
    """
    path = folder / job_id
    if not is_id(job_id) or path.is_symlink() or not path.is_dir():
        raise FloodevalError(saying("jobs.unknown", id=job_id))
    return JobFolder(path)


def is_id(text: str) -> bool:
    """Whether a text has the form of a job's id."""
    return bool(_ID.fullmatch(text))


def new_id() -> str:
    """An id that no other job has."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def now() -> str:
    """The time as a job keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def last_line(log: str) -> str:
    """The line of a log that says why a command ended: the last of `floodeval: `, else the last one."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    complaints = [line for line in lines if line.startswith("floodeval: ")]
    return (complaints or lines or [""])[-1].removeprefix("floodeval: ")[:500]
