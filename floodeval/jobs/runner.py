"""The runner: runs the jobs of a queue one after the other, and ends when none is left.

It is a process of its own (`python -m floodeval.jobs.runner FOLDER`), because jobs outlive the dashboard. If
it is killed, its job goes on; the next runner follows that job before it starts another one.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.jobs.commands import check_command
from floodeval.jobs.forecast import check_space
from floodeval.jobs.job import Job, JobFolder, State, job_folder, last_line, now
from floodeval.jobs.job_progress import VARIABLE, in_every_language, read_exit_status, read_progress
from floodeval.jobs.job_queue import JobQueue, job_environment
from floodeval.jobs.process_identity import identify
from floodeval.storage.locks import LockedError, hold

POLL_S = 0.5  # between two looks at a job
GRACE_S = 30.0  # between the request to end and the end by force
_OF_SIGNALS = (130, 143)  # exit statuses of `floodeval` after Ctrl-C and SIGTERM
_GATE = "import os, sys; sys.stdin.readline() == 'go\\n' and os.execv(sys.argv[1], sys.argv[1:])"
"""Waits until its process is recorded, then becomes the command; ends where the runner died before that."""


def program_of(job: Job) -> list[str]:
    """The command line of a job: floodeval itself.

    Raises:
        FloodevalError: it is none that a job may run.
    """
    check_command(job.command)
    return [sys.executable, "-P", "-m", "floodeval.cli", *job.command]


@dataclass
class Runner:
    """Runs the jobs of a queue.

    Attributes:
        queue: the jobs.
        program: returns the command line of a job.
        poll_s: seconds between two looks at a job.
        grace_s: seconds that a canceled job may take to end.
    """

    queue: JobQueue
    program: Callable[[Job], Sequence[str]] = program_of
    poll_s: float = POLL_S
    grace_s: float = GRACE_S

    def run(self) -> None:
        """Run jobs until none is pending; returns at once where another runner does it.

        After releasing its lock it looks at the queue once more: a job that was added in between started no
        runner, because the lock was still held.
        """
        while self._next() is not None:
            try:
                with hold(self.queue.runner_lock, "the job runner"):
                    while job := self._next():
                        self._attend(job_folder(self.queue.folder, job.id))
            except LockedError:
                return

    def _next(self) -> Job | None:
        """The job that runs, else the one that waits longest."""
        pending = [job for job in self.queue.jobs() if job.is_pending]
        return min(pending, key=lambda job: (job.state != "running", job.position), default=None)

    def _attend(self, folder: JobFolder) -> None:
        """Start a job if it waits, and follow it to its end."""
        process = None
        with self.queue.changing():
            job = folder.read()
            if job.state == "queued":
                try:
                    process = self._start(job, folder)
                except (FloodevalError, OSError) as error:
                    folder.write(_not_started(job, error))
                    return
            elif job.state != "running":  # canceled a moment ago
                return
        status = self._follow(folder, process)
        with self.queue.changing():
            progress = read_progress(folder.progress)
            errors = progress.errors if progress else {}
            folder.write(_ended(folder.read(), status, folder.read_log(), errors))

    def _start(self, job: Job, folder: JobFolder) -> "subprocess.Popen[bytes]":
        """Start a job in a session of its own, and record its process before the command begins."""
        check_space(job.needs_bytes, self.queue.folder)
        if not Path(job.working).is_dir():
            raise FloodevalError(saying("jobs.no_folder", folder=job.working))
        program = [*self.program(job)]
        folder.progress.unlink(missing_ok=True)
        with folder.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _GATE, *program],
                cwd=job.working,
                env=self._environment(folder),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        gate = process.stdin
        assert gate is not None
        with gate:  # closing it without a word ends the process
            folder.write(
                replace(job, state="running", process=identify(process.pid), began=now(), ended="", error="")
            )
            gate.write(b"go\n")
        return process

    def _environment(self, folder: JobFolder) -> dict[str, str]:
        return job_environment() | {
            "FLOODEVAL_RESULTS": str(self.queue.folder.parent),
            VARIABLE: str(folder.progress),
        }

    def _follow(self, folder: JobFolder, process: "subprocess.Popen[bytes] | None") -> int | None:
        """Wait for the end of a job, and end it where that is asked for.

        Returns:
            Its exit status, or minus the signal that ended it; None where nobody knows.
        """
        asked_at = None
        while True:
            job = folder.read()
            if process is not None and (status := process.poll()) is not None:
                return status
            if process is None and (job.process is None or not job.process.is_alive()):
                return read_exit_status(folder.progress)
            if job.cancel and job.process is not None:
                if asked_at is None:
                    asked_at = time.monotonic()
                    job.process.send_to_group(signal.SIGTERM)
                elif time.monotonic() - asked_at > self.grace_s:
                    job.process.send_to_group(signal.SIGKILL)
            time.sleep(self.poll_s)


def _not_started(job: Job, error: FloodevalError | OSError) -> Job:
    """The job after an attempt to start it."""
    errors = in_every_language(error) if isinstance(error, FloodevalError) else {}
    return replace(job, state="failed", ended=now(), error=str(error), errors=errors)


def _ended(job: Job, status: int | None, log: str, errors: dict[str, str]) -> Job:
    """The job after its end."""
    state: State
    if status == 0:
        state = "finished"
    elif job.cancel:
        state = "canceled"
    elif status is None or status < 0 or status in _OF_SIGNALS:
        state = "interrupted"
    else:
        state = "failed"
    job = replace(job, state=state, ended=now(), exit_status=status, error="", errors={}, cancel=False)
    return replace(job, error=last_line(log), errors=errors) if state == "failed" else job


def main() -> None:
    """Run the queue of the folder that the command line names."""
    os.chdir(sys.argv[1])
    Runner(JobQueue(Path(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
