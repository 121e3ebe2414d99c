"""An evaluation as a job: from the form's command to a run, canceled and resumed on the way."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from floodeval.evaluation.run import load_run
from floodeval.jobs.commands import EvaluationForm
from floodeval.jobs.job import JobFolder
from floodeval.jobs.job_progress import read_exit_status, read_progress
from floodeval.jobs.job_queue import JobQueue
from floodeval.jobs.runner import Runner
from tests.support.datasets import make_pairs
from tests.support.serving import ROOT
from tests.support.small_frames import SLOW_FLOODEVAL, SMALL_FLOODEVAL

pytestmark = pytest.mark.heavy


@pytest.fixture
def queue(results, tmp_path, vit_t, monkeypatch):
    """A queue that only the test itself runs, and the command of an evaluation of three photographs."""
    monkeypatch.chdir(ROOT)
    return JobQueue(results.absolute() / "jobs", ("true",))


@pytest.fixture
def command(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    return EvaluationForm(folder, "monday", {"pretrained": None}, ("box",)).command()


def runner(queue, program=SMALL_FLOODEVAL):
    return Runner(queue, lambda job: [sys.executable, "-c", program, *job.command], poll_s=0.05)


def until(holds, seconds=120.0):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return found


def photographs_done(folder):
    found = read_progress(folder.progress)
    return found.done if found and found.what == "evaluating" else 0


def test_a_job_makes_the_run_that_its_command_makes(queue, command):
    job = queue.add(command, "monday")
    runner(queue).run()
    folder = JobFolder(queue.folder / job.id)
    assert folder.read().state == "finished", folder.read_log()
    progress = read_progress(folder.progress)
    assert (progress.what, progress.done, progress.total, progress.exit_status) == ("evaluating", 3, 3, 0)
    run = load_run("monday")
    assert sorted(run.metrics["id"]) == ["a", "b", "c"]
    assert "run: " in folder.read_log()


def test_a_canceled_evaluation_keeps_its_photographs_and_goes_on_with_the_others(queue, command):
    job = queue.add(command, "monday")
    folder = JobFolder(queue.folder / job.id)
    following = threading.Thread(target=runner(queue, SLOW_FLOODEVAL).run)
    following.start()
    until(lambda: photographs_done(folder) >= 1)
    queue.cancel(job.id)
    following.join(60)
    assert folder.read().state == "canceled"
    queue.resume(job.id)
    runner(queue).run()
    assert folder.read().state == "finished", folder.read_log()
    assert read_progress(folder.progress).first >= 1  # that many were not evaluated again
    assert sorted(load_run("monday").metrics["id"]) == ["a", "b", "c"]


def test_an_evaluation_that_outlives_its_runner_is_finished_and_not_interrupted(queue, command, results):
    """The runner is a process that is killed; the next one reads the exit status that the command left."""
    job = queue.add(command, "monday")
    folder = JobFolder(queue.folder / job.id)
    pid = os.fork()
    if pid == 0:
        runner(queue, SLOW_FLOODEVAL).run()
        os._exit(0)
    until(lambda: photographs_done(folder) >= 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    runner(queue).run()
    assert (folder.read().state, read_exit_status(folder.progress)) == ("finished", 0), folder.read_log()
    assert Path(results / "runs" / "monday" / "metrics.parquet").is_file()
