"""Two at once, and interrupted: nothing is torn, lost or blocked, by threads or processes."""

import os
import re
import signal
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from floodeval.errors import FloodevalError
from floodeval.files import atomic_write, write_bytes, write_with
from floodeval.locks import LockedError, hold

HOLD = """
import sys, time
from pathlib import Path
from floodeval.locks import hold
with hold(Path(sys.argv[1]), "run demo"):
    print("held", flush=True)
    sys.stdin.read()
"""


def start(script, *arguments):
    """Run Python code in a process of its own, which speaks when it is ready and ends with its input."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_800_writes_by_8_threads_raise_no_error_and_no_reader_sees_a_torn_file(tmp_path):
    path, done, torn = tmp_path / "table.csv", threading.Event(), []
    contents = [bytes([number]) * 50_000 for number in range(8)]
    write_bytes(path, contents[0])

    def read():
        while not done.is_set():
            found = path.read_bytes()
            if found not in contents:
                torn.append(len(found))

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(8) as threads:
        results = [threads.submit(write_bytes, path, contents[number % 8]) for number in range(800)]
    done.set()
    reader.join()
    assert [result.exception() for result in results if result.exception()] == []
    assert torn == []
    assert path.read_bytes() in contents
    assert left_in(tmp_path) == ["table.csv"]


def test_writers_that_take_a_path_do_not_collide_either(tmp_path):
    path = tmp_path / "table.parquet"

    def write(number):
        write_with(path, lambda partial: partial.write_bytes(bytes([number]) * 10_000))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(200)))
    assert len(set(path.read_bytes())) == 1
    assert path.stat().st_size == 10_000
    assert left_in(tmp_path) == ["table.parquet"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_write(path) as stream:
        stream.write(b"new")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert left_in(tmp_path) == ["a.txt"]


def test_every_writer_gives_files_the_permissions_that_the_process_gives_new_files(tmp_path):
    def write_secretly(partial):
        partial.unlink()
        partial.write_bytes(b"")
        partial.chmod(0o600)

    for umask, expected in ((0o022, 0o644), (0o027, 0o640), (0o002, 0o664)):
        before = os.umask(umask)
        try:
            write_bytes(tmp_path / "bytes", b"")
            write_with(tmp_path / "with", write_secretly)
        finally:
            os.umask(before)
        modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("bytes", "with")]
        assert modes == [expected, expected]


def test_a_name_as_long_as_the_file_system_allows_is_written(tmp_path):
    for name in ("a" * 255, "ß" * 127, "水" * 85):
        write_bytes(tmp_path / name, b"x")
        write_with(tmp_path / name, lambda partial: partial.write_bytes(b"y"))
        assert (tmp_path / name).read_bytes() == b"y"


def test_a_folder_that_cannot_be_made_is_named_in_one_line(tmp_path):
    (tmp_path / "file").touch()
    for write in (lambda path: write_bytes(path, b""), lambda path: hold(path, "run demo").__enter__()):
        with pytest.raises(FloodevalError, match=r"cannot write .*file.below: .+; free space") as caught:
            write(tmp_path / "file" / "below")
        assert "\n" not in str(caught.value)


def test_a_second_process_learns_at_once_who_holds_the_lock_and_since_when(tmp_path):
    first = start(HOLD, tmp_path / "demo")
    assert first.stdout.readline() == "held\n"
    with pytest.raises(LockedError) as caught, hold(tmp_path / "demo", "run demo"):
        pass
    found = re.fullmatch(
        r"run demo is being written by process (\d+) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; wait .+",
        str(caught.value),
    )
    assert found
    assert int(found[1]) == first.pid
    first.communicate("")
    with hold(tmp_path / "demo", "run demo"):
        pass
    assert left_in(tmp_path) == []


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path):
    first = start(HOLD, tmp_path / "demo")
    assert first.stdout.readline() == "held\n"
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert left_in(tmp_path) == [".demo.lock"]  # what a killed process leaves
    with hold(tmp_path / "demo", "run demo"):
        second = start(HOLD, tmp_path / "demo")
        assert second.communicate("")[0] == ""
        assert second.returncode == 1
    assert left_in(tmp_path) == []


def test_threads_of_one_process_exclude_each_other(tmp_path):
    with ThreadPoolExecutor(1) as thread, hold(tmp_path / "demo", "run demo"):
        refused = thread.submit(hold(tmp_path / "demo", "run demo").__enter__).exception()
    assert isinstance(refused, LockedError)
    assert f"process {os.getpid()} since" in str(refused)


def test_a_link_to_a_folder_has_the_same_lock(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "demo")
    with hold(tmp_path / "demo", "run demo"), pytest.raises(LockedError), hold(tmp_path / "link", "run link"):
        pass


def test_who_waits_gets_the_lock_when_it_is_free_and_no_two_hold_it(tmp_path):
    inside, most = 0, 0

    def work(number):
        nonlocal inside, most
        with hold(tmp_path / "cases.csv", "cases", wait_s=60):
            inside += 1
            most = max(most, inside)
            value = int(path.read_text()) if (path := tmp_path / "count").is_file() else 0
            path.write_text(str(value + 1))
            inside -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(40)))
    assert most == 1
    assert Path(tmp_path / "count").read_text() == "40"
    assert left_in(tmp_path) == ["count"]
