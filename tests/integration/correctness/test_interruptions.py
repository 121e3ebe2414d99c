"""Interrupted commands, closed pipes and full disks: one line, and the work continues."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run
from floodeval.storage.pools import thread_pool
from tests.support.datasets import make_pairs
from tests.support.processes import cache as cache
from tests.support.processes import launch, start
from tests.support.small_frames import SLOW_FLOODEVAL

ROOT = Path(__file__).parents[3]
BUNDLED = ROOT / "results" / "runs" / "flood-area-vit_t"
TIMES = ["encode_ms", "decode_ms"]
FLOODEVAL = [sys.executable, "-m", "floodeval.cli"]
SLEEP = """
import importlib, sys, time
from floodeval import cli
def run(options):
    print("running", flush=True)
    time.sleep(60)
importlib.import_module(f"floodeval.cli.commands.{sys.argv[1]}_command").run = run
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("command", "number", "status", "said"),
    [
        ("audit nowhere", signal.SIGINT, 130, "stopped"),
        ("audit nowhere", signal.SIGTERM, 143, "stopped"),
        (
            "evaluate nowhere --name x",
            signal.SIGINT,
            130,
            "stopped; evaluated photographs are kept: repeat the command to continue",
        ),
        (
            "evaluate nowhere --name x --force",
            signal.SIGINT,
            130,
            "stopped; evaluated photographs are kept: repeat the command without --force to continue",
        ),
        (
            "finetune nowhere --name x --split y",
            signal.SIGINT,
            130,
            "stopped; the training is kept up to the last few minutes: repeat the command to continue",
        ),
    ],
)
def test_an_interruption_says_in_one_line_how_to_continue(command, number, status, said):
    stopped = start(SLEEP, *command.split())
    assert stopped.stdout.readline() == "running\n"
    stopped.send_signal(number)
    assert stopped.communicate()[1] == f"floodeval: {said}\n"
    assert stopped.returncode == status


def test_an_interruption_drops_the_work_that_has_not_begun():
    done = []

    def work(number):
        time.sleep(0.01)
        done.append(number)

    with pytest.raises(KeyboardInterrupt), thread_pool(2) as pool:
        results = pool.map(work, range(1000))
        next(results)
        raise KeyboardInterrupt
    assert len(done) < 100


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.usefixtures("small_frames")
def test_an_evaluation_stopped_by_ctrl_c_continues_to_the_tables_of_an_uninterrupted_one(results, tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    command = ["evaluate", str(folder), "--variant", "pretrained", "--prompt", "box", "--name", "stopped"]
    stopped = launch([sys.executable, "-c", SLOW_FLOODEVAL, *command])
    journal = results / "runs" / "stopped" / "journal.jsonl"
    while not journal.is_file() or not journal.read_bytes().count(b"\n"):
        assert stopped.poll() is None, "the evaluation ended before it could be stopped"
        time.sleep(0.02)
    stopped.send_signal(signal.SIGINT)
    said = stopped.communicate()[1]
    assert (stopped.returncode, said.count("\n")) == (130, 1)
    assert "repeat the command to continue" in said
    assert 1 <= journal.read_bytes().count(b"\n") < 3
    assert main(command) == 0
    whole = evaluate(load_dataset(folder), "whole", {"pretrained": None}, ["box"])
    pd.testing.assert_frame_equal(
        load_run("stopped").metrics.drop(columns=TIMES), whole.metrics.drop(columns=TIMES), check_exact=True
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("arguments", "statuses"),
    [(["compare", str(BUNDLED)], {141}), (["cache"], {141}), (["--help"], {0, 141})],  # argparse prints help
)
def test_a_closed_pipe_is_quiet(arguments, statuses, unbuffered, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*FLOODEVAL, *arguments], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.returncode in statuses
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written_is_said_in_one_line(unbuffered, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*FLOODEVAL, "cache"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"No space left on device" in done.stderr
