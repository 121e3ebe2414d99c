"""The queue of jobs in `results/jobs`: added, canceled, resumed, removed, and run one after the other.

Any number of dashboards may share a queue. What they change is changed under one lock; who runs jobs is the
runner (`floodeval.jobs.runner`), a process that ends when the queue is empty. `wake` starts it where none is
running: each change does so, and so does a page that shows the queue, so that jobs go on after a restart.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.jobs.commands import check_command
from floodeval.jobs.forecast import check_space
from floodeval.jobs.job import RECORD, Job, JobFolder, job_folder, job_folders, new_id, now
from floodeval.storage.atomic import unwritable
from floodeval.storage.locks import LockedError, check_free, hold
from floodeval.storage.paths import results_folder

RUNNER = (sys.executable, "-P", "-m", "floodeval.jobs.runner")
RUNNER_LOG = "runner.log"
CHANGE_WAIT_S = 10.0  # for another change, which takes milliseconds
WAKE_EVERY_S = 5.0  # between two runners that one process starts unasked

_started: list["subprocess.Popen[bytes]"] = []  # kept until they end, so that none stays a zombie


def jobs_folder() -> Path:
    """The folder of all jobs: `results/jobs`, absolute."""
    return (results_folder() / "jobs").absolute()


@dataclass
class JobQueue:
    """The jobs of one folder.

    Attributes:
        folder: `results/jobs`.
        runner: the command that runs the queue; the folder is added to it.
    """

    folder: Path = field(default_factory=jobs_folder)
    runner: Sequence[str] = RUNNER
    _woke: float = field(default=-WAKE_EVERY_S, repr=False)

    def jobs(self) -> list[Job]:
        """All jobs in the order of the queue; those that ended stay where they were."""
        found = [folder.read() for folder in job_folders(self.folder)]
        return sorted(found, key=lambda job: (job.position, job.id))

    def add(self, command: Sequence[str], title: str, needs_bytes: int = 0) -> Job:
        """Put a command at the end of the queue, and see that it is run.

        Args:
            command: the words after `floodeval`.
            title: name of what it makes.
            needs_bytes: forecast of what it writes.

        Raises:
            FloodevalError: the command is none that a job may run, or the disk has less space.
        """
        check_command(command)
        check_space(needs_bytes, self.folder)
        with self.changing():
            folder = JobFolder(self.folder / new_id())
            job = Job(
                folder.id,
                tuple(command),
                title,
                made=now(),
                working=str(Path.cwd()),
                position=self._next_position(),
                needs_bytes=needs_bytes,
            )
            folder.write(job)
        self.wake()
        return job

    def cancel(self, job_id: str) -> None:
        """Cancel a job: one that waits at once, one that runs by the runner. Others stay as they are."""
        with self.changing():
            folder = job_folder(self.folder, job_id)
            job = folder.read()
            if job.state == "queued":
                folder.write(replace(job, state="canceled", ended=now()))
            elif job.state == "running":
                folder.write(replace(job, cancel=True))
        self.wake()

    def resume(self, job_id: str) -> None:
        """Put a job that failed, was canceled or was interrupted at the end of the queue again.

        Raises:
            FloodevalError: as `add`.
        """
        with self.changing():
            folder = job_folder(self.folder, job_id)
            job = folder.read()
            if not job.is_resumable:
                return
            check_command(job.command)
            check_space(job.needs_bytes, self.folder)
            folder.write(job.queued_again(self._next_position()))
        self.wake()

    def remove(self, job_id: str) -> None:
        """Remove the record and the log of a job that has ended; what it made stays.

        Raises:
            FloodevalError: it waits or runs.
        """
        with self.changing():
            folder = job_folder(self.folder, job_id)
            if folder.read().is_pending:
                raise FloodevalError(saying("jobs.still_pending"))
            try:
                (folder.path / RECORD).unlink(missing_ok=True)
                shutil.rmtree(folder.path)
            except OSError as error:
                raise unwritable(folder.path, error) from error

    def wake(self) -> None:
        """Start a runner if jobs are pending and none is running."""
        _started[:] = [process for process in _started if process.poll() is None]
        if not any(job.is_pending for job in self.jobs()):
            return
        try:
            check_free(self.runner_lock, "the job runner")
        except LockedError:
            return  # it looks at the queue again before it ends
        self._woke = time.monotonic()
        _started.append(self._start_runner())

    def wake_now_and_then(self) -> None:
        """`wake`, but not again within a few seconds, which a new runner needs to begin."""
        if time.monotonic() - self._woke >= WAKE_EVERY_S:
            self.wake()

    @property
    def runner_lock(self) -> Path:
        """What the runner holds while it runs."""
        return self.folder / "runner"

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Be the only one to change jobs within a `with` block."""
        with hold(self.folder / "queue", saying("jobs.the_queue"), CHANGE_WAIT_S):
            yield

    def _next_position(self) -> int:
        return max((job.position for job in self.jobs()), default=0) + 1

    def _start_runner(self) -> "subprocess.Popen[bytes]":
        """Start a runner in a session of its own, so that it outlives this process."""
        try:
            with (self.folder / RUNNER_LOG).open("ab") as log:
                return subprocess.Popen(
                    [*self.runner, str(self.folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=job_environment(),
                    start_new_session=True,
                )
        except OSError as error:
            raise unwritable(self.folder, error) from error


def job_environment() -> dict[str, str]:
    """The environment of a runner and of jobs: they find this floodeval, wherever they are started."""
    package = str(Path(__file__).parents[2])
    paths = (package, os.environ.get("PYTHONPATH", ""))
    return dict(os.environ) | {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }
