"""The queue of jobs: one at a time and in order, through kills and additions from several processes."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from floodeval.errors import FloodevalError
from floodeval.i18n.language import speaking
from floodeval.jobs import forecast
from floodeval.jobs.job import Job, JobFolder, new_id
from floodeval.jobs.job_progress import VARIABLE
from floodeval.jobs.job_queue import JobQueue
from floodeval.jobs.process_identity import ProcessIdentity
from floodeval.storage.locks import LockedError, check_free
from tests.support.fake_runner import RUNNER
from tests.support.serving import ROOT

COMMAND = ["demo", "--scenes", "1"]
QUICK = "print('done')"
FAILING = "import sys; print('started'); sys.exit('floodeval: no such data set')"
WAITING = """import pathlib, time
pathlib.Path('begun').touch()
while not pathlib.Path('go').exists(): time.sleep(.02)"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WAITING
ALONE = """import os, pathlib, time
other = pathlib.Path('working')
with open('order', 'a') as order: order.write(f"{'two at once' if other.exists() else 'alone'}\\n")
other.touch(); time.sleep(.1); other.unlink()"""
IN_TWO = f"import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', {WAITING!r}])"


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """A queue whose jobs are short programs that run in an empty folder."""
    (tmp_path / "results" / "programs").mkdir(parents=True)
    (tmp_path / "working").mkdir()
    monkeypatch.chdir(tmp_path / "working")
    found = JobQueue(tmp_path / "results" / "jobs", RUNNER)
    yield found
    (tmp_path / "working" / "go").touch()
    for job in found.jobs():
        if job.process:
            job.process.send_to_group(signal.SIGKILL)
    until(lambda: not is_running(found))


def add(queue, program, title="program"):
    (queue.folder.parent / "programs" / f"{title}.py").write_text(program)
    return queue.add(COMMAND, title)


def until(holds, seconds=30.0):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.03)
    return found


def is_running(queue):
    try:
        check_free(queue.runner_lock, "the runner")
    except LockedError:
        return True
    return False


def state(queue, job):
    return JobFolder(queue.folder / job.id).read().state


def runner_of(queue):
    """The number of the process that runs the queue: it signs its lock."""
    lock = queue.folder / ".runner.lock"
    return until(lambda: json.loads(lock.read_text() or "{}").get("process"))


def test_a_job_runs_and_leaves_its_log_and_no_process(queue):
    job = add(queue, QUICK)
    until(lambda: state(queue, job) == "finished")
    found = JobFolder(queue.folder / job.id)
    assert found.read_log() == "done\n"
    assert found.read().exit_status == 0
    until(lambda: not is_running(queue))
    assert not found.read().process.is_alive()


def test_jobs_run_one_after_the_other_in_the_order_in_which_they_were_added(queue):
    jobs = [
        add(queue, f"{ALONE}\nopen('names', 'a').write('{name} ')", name) for name in ("c", "a", "d", "b")
    ]
    until(lambda: all(state(queue, job) == "finished" for job in jobs))
    assert Path("names").read_text() == "c a d b "
    assert Path("order").read_text() == "alone\n" * 4


def test_a_failed_job_names_its_error_and_the_next_one_runs(queue):
    failing, next_one = add(queue, FAILING), add(queue, QUICK, "next")
    until(lambda: state(queue, next_one) == "finished")
    found = JobFolder(queue.folder / failing.id).read()
    assert (found.state, found.exit_status, found.error) == ("failed", 1, "no such data set")


def test_a_failed_job_names_its_error_in_every_language_that_its_command_gave(queue):
    errors = {"en": "no such data set", "es": "no existe el conjunto de datos"}
    written = json.dumps({"what": "", "done": 0, "total": 0, "exit_status": 2, "errors": errors})
    failing = add(queue, f"import os\nopen(os.environ['{VARIABLE}'], 'w').write({written!r})\n{FAILING}")
    until(lambda: state(queue, failing) == "failed")
    found = JobFolder(queue.folder / failing.id).read()
    with speaking("es"):
        assert found.error_words == errors["es"]
    assert found.error_words == errors["en"]


def test_a_waiting_job_is_canceled_at_once_and_never_runs(queue):
    first, second = add(queue, WAITING), add(queue, "open('ran', 'w')", "second")
    until(Path("begun").exists)
    queue.cancel(second.id)
    assert state(queue, second) == "canceled"
    Path("go").touch()
    until(lambda: state(queue, first) == "finished" and not is_running(queue))
    assert not Path("ran").exists()


@pytest.mark.parametrize("program", [WAITING, STUBBORN, IN_TWO])
def test_a_running_job_is_canceled_with_all_its_processes_and_can_be_resumed(queue, program):
    job = add(queue, program)
    until(Path("begun").exists)
    queue.cancel(job.id)
    until(lambda: state(queue, job) == "canceled")
    until(lambda: not members(JobFolder(queue.folder / job.id).read().process.number))
    Path("go").touch()
    queue.resume(job.id)
    until(lambda: state(queue, job) == "finished")


def members(group):
    """The processes of a group that have not ended."""
    found = subprocess.run(["ps", "-o", "stat=", "--sid", str(group)], capture_output=True, text=True).stdout
    return [line for line in found.split() if line[0] != "Z"]


def test_a_killed_job_is_interrupted_and_resumes_at_the_end_of_the_queue(queue):
    job = add(queue, WAITING)
    until(Path("begun").exists)
    os.kill(JobFolder(queue.folder / job.id).read().process.number, signal.SIGKILL)
    until(lambda: state(queue, job) == "interrupted")
    Path("go").touch()
    later = add(queue, QUICK, "later")
    queue.resume(job.id)
    until(lambda: state(queue, job) == "finished")
    assert [one.id for one in queue.jobs()] == [later.id, job.id]


def test_a_job_outlives_its_runner_and_is_followed_by_the_next_one(queue):
    job = add(queue, WAITING)
    until(Path("begun").exists)
    waiting = add(queue, ALONE, "second")  # no earlier: it would start a second runner, which takes over
    os.kill(runner_of(queue), signal.SIGKILL)
    until(lambda: not is_running(queue))
    process = JobFolder(queue.folder / job.id).read().process
    assert process.is_alive()
    queue.wake()
    until(lambda: is_running(queue))
    time.sleep(0.3)
    assert (state(queue, job), state(queue, waiting)) == ("running", "queued")
    Path("go").touch()
    until(lambda: state(queue, waiting) == "finished")
    assert state(queue, job) == "interrupted"  # a program that does not report its status


def test_a_job_that_outlived_its_runner_can_be_canceled(queue):
    job = add(queue, WAITING)
    until(Path("begun").exists)
    os.kill(runner_of(queue), signal.SIGKILL)
    until(lambda: not is_running(queue))
    queue.cancel(job.id)
    until(lambda: state(queue, job) == "canceled")


def test_after_a_restart_of_the_machine_a_job_is_interrupted_and_the_others_go_on(queue):
    """Its number may be that of another process by then."""
    folder = JobFolder(queue.folder / new_id())
    waiting = add(queue, WAITING)
    until(Path("begun").exists)
    os.kill(runner_of(queue), signal.SIGKILL)
    until(lambda: not is_running(queue))
    before = JobFolder(queue.folder / waiting.id).read()
    other = ProcessIdentity(os.getpid(), "another start of the machine/12")
    folder.write(replace(before, id=folder.id, position=0, process=other))
    queue.wake()
    until(lambda: folder.read().state == "interrupted")
    assert state(queue, waiting) == "running"
    Path("go").touch()
    until(lambda: not is_running(queue))


def test_two_servers_that_start_at_once_run_one_job_at_a_time(queue):
    """Each adds jobs of its own and wakes the queue over and over."""
    (queue.folder.parent / "programs" / "program.py").write_text(ALONE)
    code = (
        "import sys; from pathlib import Path; from floodeval.jobs.job_queue import JobQueue\n"
        f"queue = JobQueue(Path(sys.argv[1]), {RUNNER!r})\n"
        f"for n in range(2): queue.add({COMMAND!r}, 'program'); queue.wake(); queue.wake()"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    servers = [subprocess.Popen([sys.executable, "-c", code, str(queue.folder)], env=env) for _ in range(2)]
    assert [server.wait(60) for server in servers] == [0, 0]
    until(lambda: len(queue.jobs()) == 4 and not any(job.is_pending for job in queue.jobs()))
    assert {job.state for job in queue.jobs()} == {"finished"}
    assert Path("order").read_text() == "alone\n" * 4
    assert sorted(job.position for job in queue.jobs()) == [1, 2, 3, 4]


def test_threads_that_add_jobs_give_each_a_place_of_its_own(queue):
    (queue.folder.parent / "programs" / "program.py").write_text(QUICK)
    with ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(lambda _: queue.add(COMMAND, "program"), range(8)))
    assert sorted(job.position for job in jobs) == list(range(1, 9))
    until(lambda: all(state(queue, job) == "finished" for job in jobs))


def test_only_what_has_ended_is_removed(queue):
    job = add(queue, WAITING)
    until(Path("begun").exists)
    with pytest.raises(FloodevalError, match="cancel it before"):
        queue.remove(job.id)
    Path("go").touch()
    until(lambda: state(queue, job) == "finished")
    queue.remove(job.id)
    assert not queue.jobs() and not (queue.folder / job.id).exists()


@pytest.mark.parametrize("job_id", ["../programs", "", ".", "/etc", "20260101-000000-00000000"])
def test_an_id_that_is_none_is_refused(queue, job_id):
    queue.folder.mkdir(parents=True)
    for change in (queue.cancel, queue.resume, queue.remove):
        with pytest.raises(FloodevalError, match="no job"):
            change(job_id)
    assert (queue.folder.parent / "programs").is_dir()


def test_a_link_to_another_folder_is_not_removed(queue, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    queue.folder.mkdir(parents=True)
    job_id = new_id()
    (queue.folder / job_id).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FloodevalError, match="no job"):
        queue.remove(job_id)
    assert (tmp_path / "elsewhere").is_dir()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"id": 3}', '{"id": "another"}', "[" * 10_000])
def test_a_damaged_job_is_shown_as_unreadable_and_can_be_removed(queue, content):
    folder = JobFolder(queue.folder / new_id())
    folder.path.mkdir(parents=True)
    (folder.path / "job.json").write_text(content)
    job = add(queue, QUICK)
    until(lambda: state(queue, job) == "finished")
    assert [one.state for one in queue.jobs()] == ["unreadable", "finished"]
    queue.remove(folder.id)
    assert [one.state for one in queue.jobs()] == ["finished"]


def test_a_command_that_was_put_into_a_record_by_hand_is_never_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    queue = JobQueue(tmp_path / "results" / "jobs")
    folder = JobFolder(queue.folder / new_id())
    job = queue_record(folder, ("evaluate", "/data", "--name", "x", "--variant", "x=python:os:system"))
    queue.wake()
    until(lambda: folder.read().state == "failed")
    assert "--variant" in folder.read().error
    assert not folder.log.exists()
    with pytest.raises(FloodevalError, match="not allowed in a job"):
        queue.resume(job.id)


def queue_record(folder, command):
    return folder.write(Job(folder.id, command, "x", working=str(Path.cwd())))


def test_a_job_that_the_disk_has_no_room_for_is_refused(queue, monkeypatch):
    monkeypatch.setattr(forecast, "free_bytes", lambda folder: 300 * 2**20)
    with pytest.raises(FloodevalError, match="free space"):
        queue.add(COMMAND, "program", needs_bytes=200 * 2**20)
    assert not queue.jobs()
    queue.add(COMMAND, "program", needs_bytes=50 * 2**20)
    assert len(queue.jobs()) == 1
