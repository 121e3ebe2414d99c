"""Atomic writes by threads and processes: no reader sees a torn file."""

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from floodeval.errors import FloodevalError
from floodeval.storage.atomic import atomic_write, write_bytes, write_with
from floodeval.storage.locks import hold
from tests.support.processes import left_in


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
