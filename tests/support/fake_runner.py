"""A runner of jobs whose commands are short Python programs, one a title: `programs/TITLE.py` in results."""

import sys
from pathlib import Path

from floodeval.jobs.job import Job
from floodeval.jobs.job_queue import JobQueue
from floodeval.jobs.runner import Runner

RUNNER = (sys.executable, "-m", "tests.support.fake_runner")


def program_of(folder: Path, job: Job) -> list[str]:
    return [sys.executable, "-S", "-c", (folder.parent / "programs" / f"{job.title}.py").read_text()]


def main() -> None:
    folder = Path(sys.argv[1])
    Runner(JobQueue(folder, RUNNER), lambda job: program_of(folder, job), poll_s=0.05, grace_s=0.5).run()


if __name__ == "__main__":
    main()
