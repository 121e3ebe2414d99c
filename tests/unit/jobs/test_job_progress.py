"""The progress of a job: what a command writes, and what is read from it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.cli import main
from floodeval.cli.terminal import TerminalProgress
from floodeval.jobs.job_progress import VARIABLE, JobProgress, read_exit_status, read_progress
from floodeval.progress import Step


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def test_a_command_writes_each_stage_and_its_end(file, capsys):
    with TerminalProgress() as show:
        show(Step(2, 10, "evaluating", "photographs"))
        assert read_progress(file) == JobProgress("evaluating", 2, 10, "photographs", 0.0, 2)
        show(Step(3, 10, "evaluating", "photographs", note="a note"))  # within the same second
        assert read_progress(file).done == 2
        show(Step(10, 10, "evaluating", "photographs"))
        assert read_progress(file).done == 10
        show(Step(1, 3, "measuring", "scenes"))
        assert read_progress(file).what == "measuring"


def test_a_command_writes_its_exit_status(file, results, capsys):
    assert main(["runs"]) == read_exit_status(file)


def test_an_error_is_written_in_every_language(file, results, capsys):
    assert main(["decide", "no-such-run"]) == read_exit_status(file) == 2
    english, spanish = (read_progress(file).errors[code] for code in ("en", "es"))
    assert english in capsys.readouterr().err and "no-such-run" in spanish != english


def test_nothing_is_written_where_nobody_asks_for_it(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    with TerminalProgress() as show:
        show(Step(1, 2, "evaluating"))
    assert not list(tmp_path.iterdir())


def test_progress_that_cannot_be_written_does_not_stop_the_command(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "progress.json"))
    with TerminalProgress() as show:
        show(Step(1, 2, "evaluating"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"what": 1}', "[" * 20_000, "\xff"])
def test_a_damaged_file_is_no_progress(tmp_path, content):
    (tmp_path / "progress.json").write_text(content, encoding="latin-1")
    assert read_progress(tmp_path / "progress.json") is None


def test_the_time_left_follows_from_the_speed_of_this_start_alone():
    resumed = JobProgress("evaluating", done=60, total=100, seconds=20.0, first=50)
    assert resumed.seconds_left == pytest.approx(80.0)  # 10 in 20 s; 40 are left
    assert JobProgress("evaluating", 50, 100, seconds=1.0, first=50).seconds_left is None
    assert JobProgress("evaluating", 100, 100, seconds=1.0).seconds_left is None


@given(st.integers(-5, 50), st.integers(-5, 50), st.floats(0, 1e6), st.integers(-5, 50))
def test_a_share_is_a_share_whatever_the_file_says(done, total, seconds, first):
    found = JobProgress("x", done, total, "y", seconds, first)
    assert 0 <= found.share <= 1
    assert found.seconds_left is None or found.seconds_left >= 0 or total < 0
    assert json.dumps(found.share)
