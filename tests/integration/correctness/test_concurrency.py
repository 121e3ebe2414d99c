"""Two at once: one holds the lock, the other waits or is refused, by threads or processes."""

import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.scenes import kept_scenes
from floodeval.datasets.scenes import store as kept
from floodeval.evaluation.cases import mark_case, read_cases, unmark_case
from floodeval.sam import weights
from floodeval.sam.weights import obtain_weights
from floodeval.storage.atomic import write_bytes
from floodeval.storage.locks import LockedError, hold
from floodeval.synthetic.demo import draw_dataset
from floodeval.synthetic.stress import draw_stress
from floodeval.training.finetune import finetune
from tests.support.datasets import make_pairs
from tests.support.processes import cache as cache
from tests.support.processes import left_in, start

HOLD = """
import sys, time
from pathlib import Path
from floodeval.storage.locks import hold
with hold(Path(sys.argv[1]), "run demo"):
    print("held", flush=True)
    sys.stdin.read()
"""
MARK = """
import sys
from pathlib import Path
from floodeval.evaluation.cases import mark_case
sys.stdin.readline()
for number in range(10):
    mark_case(Path(sys.argv[1]), f"{sys.argv[2]}-{number}", "shadow")
"""


def test_a_second_process_learns_at_once_who_holds_the_lock_and_since_when(tmp_path):
    first = start(HOLD, tmp_path / "demo")
    assert first.stdout.readline() == "held\n"
    with pytest.raises(LockedError) as caught, hold(tmp_path / "demo", "run demo"):
        pass
    found = re.fullmatch(
        r"run demo is being written by process (\d+) \(since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\); wait .+",
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
    assert f"process {os.getpid()} (since" in str(refused)


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


def test_a_folder_that_one_holder_removes_is_made_again_by_the_next(tmp_path):
    def take(number):
        for n in range(40):
            with hold(tmp_path / "models" / f"{number}-{n}", "a model", 10):
                pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(8)))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_cases_marked_in_two_processes_and_eight_threads_at_once_are_all_kept(tmp_path):
    processes = [start(MARK, tmp_path, name) for name in ("first", "second")]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: mark_case(tmp_path, f"thread-{number}"), range(40)))
    assert [process.communicate()[1] for process in processes] == ["", ""]
    expected = {f"{name}-{number}" for name in ("first", "second") for number in range(10)}
    assert set(read_cases(tmp_path)) == expected | {f"thread-{number}" for number in range(40)}
    assert left_in(tmp_path) == ["cases.csv"]


def test_a_mark_removed_while_others_are_made_takes_no_other_along(tmp_path):
    for number in range(10):
        mark_case(tmp_path, f"old-{number}")
    with ThreadPoolExecutor(8) as threads:
        for number in range(10):
            threads.submit(unmark_case, tmp_path, f"old-{number}")
            threads.submit(mark_case, tmp_path, f"new-{number}")
    assert sorted(read_cases(tmp_path)) == [f"new-{number}" for number in range(10)]


def test_a_second_training_of_a_model_is_refused_by_name_also_with_force(results, tmp_path):
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["a"]))
    model = results / "models" / "mine"
    model.mkdir(parents=True)
    (model / "config.json").write_text("{}")
    first = start(HOLD, model)
    assert first.stdout.readline() == "held\n"
    for force in (False, True):
        with pytest.raises(
            LockedError, match=rf"^model mine is being written by process {first.pid} \(since"
        ):
            finetune(dataset, None, "mine", force=force)
    assert (model / "config.json").is_file()
    first.communicate("")


def test_a_data_set_that_another_process_draws_is_left_alone_also_with_force(tmp_path):
    folder = tmp_path / "drawn"
    write_bytes(folder / "metadata.csv", b"theirs")
    draws = (lambda: draw_dataset(folder, []), lambda: draw_stress(folder, 1, force=True))
    with hold(folder, "data set drawn"):
        for draw in draws:
            with pytest.raises(
                LockedError, match=rf"data set .*drawn is being written by process {os.getpid()}"
            ):
                draw()
    assert (folder / "metadata.csv").read_bytes() == b"theirs"


def test_weights_asked_for_twice_at_once_are_fetched_once(cache, monkeypatch):
    fetched, said = [], []

    def fetch(model, say, progress):
        fetched.append(model)
        time.sleep(0.5)
        return "a slow server", {"tensor": torch.ones(1)}

    monkeypatch.setattr(weights, "_fetch", fetch)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: obtain_weights("vit_t", said.append), range(4)))
    assert len(fetched) == 1
    assert len(set(found)) == 1
    assert found[0].path.is_file()
    assert set(said) == {"another process is downloading the weights of vit_t; waiting until it is done"}


def test_scenes_asked_for_twice_at_once_are_searched_once(cache, tmp_path, monkeypatch):
    dataset, searched, search = (
        load_dataset(make_pairs(tmp_path / "floods", ["a", "b"])),
        [],
        kept.find_scenes,
    )

    def slowly(*arguments):
        searched.append(1)
        time.sleep(0.5)
        return search(*arguments)

    monkeypatch.setattr(kept, "find_scenes", slowly)
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda _: kept_scenes(dataset), range(3)))
    assert len(searched) == 1
    assert found[0] == found[1] == found[2]


@pytest.mark.weights
@pytest.mark.usefixtures("small_frames")
def test_a_second_evaluation_of_a_run_is_refused_by_name_also_with_force(results, tmp_path, capsys):
    folder = make_pairs(tmp_path / "floods", ["a"])
    command = ["evaluate", str(folder), "--variant", "pretrained", "--prompt", "box", "--name", "mine"]
    first = start(HOLD, results / "runs" / "mine")
    assert first.stdout.readline() == "held\n"
    for arguments in (command, [*command, "--force"]):
        assert main(arguments) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"floodeval: run mine is being written by process {first.pid} (since ")
        assert said.count("\n") == 1
    first.communicate("")
    assert main(command) == 0


@pytest.mark.parametrize("command", ["evaluate", "demo", "stress"])
def test_a_second_evaluation_is_refused_before_anything_is_read_or_drawn(
    results, tmp_path, monkeypatch, capsys, command
):
    monkeypatch.chdir(tmp_path)
    first = start(HOLD, results / "runs" / "demo")
    assert first.stdout.readline() == "held\n"
    options = {"evaluate": ["nowhere", "--name", "demo"], "stress": ["--name", "demo"], "demo": []}
    assert main([command, *options[command]]) == 2
    assert f"is being written by process {first.pid}" in capsys.readouterr().err
    assert not list(tmp_path.glob("data/*"))
    first.communicate("")
