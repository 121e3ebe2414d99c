"""Two at once, and interrupted: nothing is torn, lost or blocked, by threads or processes."""

import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.scenes import kept_scenes
from floodeval.datasets.scenes import store as kept
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import mark_case, read_cases, unmark_case
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run
from floodeval.sam import weights
from floodeval.sam.inference import Embedding, EmbeddingStore
from floodeval.sam.weights import obtain_weights
from floodeval.storage.atomic import atomic_write, write_bytes, write_with
from floodeval.storage.caches import CACHES, BoundedCache, cache_uses, clear_cache
from floodeval.storage.locks import LockedError, hold
from floodeval.storage.pools import thread_pool
from floodeval.synthetic.demo import draw_dataset
from floodeval.synthetic.stress import draw_stress
from floodeval.training.augmentation import Augmentation
from floodeval.training.examples import KeptViews, Picture
from floodeval.training.finetune import finetune
from tests.support.datasets import make_pairs

ROOT = Path(__file__).parents[3]
BUNDLED = ROOT / "results" / "runs" / "flood-area-vit_t"
TIMES = ["encode_ms", "decode_ms"]
FLOODEVAL = [sys.executable, "-m", "floodeval.cli"]

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
SLEEP = """
import importlib, sys, time
from floodeval import cli
def run(options):
    print("running", flush=True)
    time.sleep(60)
importlib.import_module(f"floodeval.cli.commands.{sys.argv[1]}_command").run = run
sys.exit(cli.main(sys.argv[1:]))
"""


def start(script, *arguments):
    """Run Python code in a process of its own."""
    return launch([sys.executable, "-c", script, *map(str, arguments)])


def launch(command):
    """Start a command as a terminal does: it heeds Ctrl-C also where the tests themselves do not."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder that the code under test uses."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("FLOODEVAL_CACHE_LIMIT", raising=False)
    monkeypatch.delenv("FLOODEVAL_WEIGHTS", raising=False)
    return tmp_path / "xdg" / "floodeval"


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

    def fetch(model, say):
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


def test_a_cache_drops_the_files_used_longest_ago(cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", "3kB")
    bounded = BoundedCache("embeddings")
    for number, name in enumerate("abc"):
        write_bytes(bounded.folder / name, bytes(1000))
        os.utime(bounded.folder / name, (number, number))
    bounded.used(bounded.folder / "a")
    write_bytes(bounded.folder / "d", bytes(1000))
    bounded.added(bounded.folder / "d")
    assert left_in(bounded.folder) == ["a", "c", "d"]


def test_a_cache_stays_within_its_limit_while_threads_write_and_others_remove(cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", "20 KB")
    done = threading.Event()

    def remove():
        while not done.is_set():
            clear_cache("embeddings")
            time.sleep(0.01)

    def write(number):
        bounded = BoundedCache("embeddings")
        path = bounded.folder / str(number % 7) / str(number)
        write_bytes(path, bytes(1000))
        bounded.used(path)
        bounded.added(path)

    remover = threading.Thread(target=remove)
    remover.start()
    with ThreadPoolExecutor(8) as threads:
        results = [threads.submit(write, number) for number in range(200)]
    done.set()
    remover.join()
    assert [result.exception() for result in results if result.exception()] == []
    BoundedCache("embeddings").trim()
    assert cache_uses()[0].size <= 20_000


def test_an_embedding_that_another_process_removed_or_tore_counts_as_not_kept(cache):
    photograph = np.zeros((8, 12, 3), np.uint8)
    made = Embedding(torch.ones(1, 256, 64, 64), (8, 12), (683, 1024))
    store, encoder = EmbeddingStore("e" * 64), SimpleNamespace(encode=lambda photograph: made)
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"torn")):
        assert store.get_or_encode(photograph, encoder)[1]
        assert not store.get_or_encode(photograph, encoder)[1]
        damage(next(store.folder.iterdir()))
        assert store.get(photograph) is None
    assert store.get_or_encode(photograph, encoder)[0].features.dtype == torch.float16


def test_a_cache_without_room_for_anything_costs_time_and_changes_no_value(cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", "0")
    made = Embedding(torch.rand(1, 256, 64, 64), (8, 12), (683, 1024))
    store, encoder = EmbeddingStore("e" * 64), SimpleNamespace(encode=lambda photograph: made)
    photograph = np.zeros((8, 12, 3), np.uint8)
    found = [store.get_or_encode(photograph, encoder) for _ in range(2)]
    assert [fresh for _, fresh in found] == [True, True]
    assert torch.equal(found[0][0].features, made.features.half())
    assert cache_uses()[0].files == 0


def test_a_training_view_that_was_removed_is_encoded_again_with_the_same_values(cache):
    encoded = []

    def encoder(frame):
        encoded.append(1)
        return frame[..., :64, :64].mean(dim=1, keepdim=True).expand(1, 256, 64, 64)

    sam = SimpleNamespace(
        device=torch.device("cpu"),
        image_encoder=encoder,
        preprocess=lambda x: torch.nn.functional.pad(
            x.float(), (0, 1024 - x.shape[-1], 0, 1024 - x.shape[-2])
        ),
    )
    noise = np.random.default_rng(0).integers(0, 255, (60, 90, 3), dtype=np.uint8)
    picture = Picture("a", noise, np.where(noise[..., 0] > 127, 255, 0).astype(np.uint8))
    views = KeptViews([picture], sam, Augmentation(mirror=0.5, brightness=0.3), 3, "e" * 64)
    before = [views.example(0, str(draw)) for draw in range(6)]
    assert len(encoded) == 3
    clear_cache("views")
    after = [views.example(0, str(draw)) for draw in range(6)]
    assert len(encoded) > 3
    for one, other in zip(before, after, strict=True):
        assert torch.equal(one.embedding.features, other.embedding.features)
        assert (one.share == other.share).all()


def test_floodeval_cache_shows_and_clears_every_cache_and_weights_by_name_alone(cache, capsys):
    for name in (*CACHES, "downloads"):
        write_bytes(cache / name / "deep" / f"of-{name}", bytes(1500))
    assert main(["cache"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in CACHES)
    assert "10.0 GB" in shown
    for name in CACHES[:-1]:
        assert main(["cache", "--clear", name]) == 0
        assert capsys.readouterr().out == f"{name}: removed 1 file, 1.5 kB\n"
    assert [use.files for use in cache_uses() if use.files] == [2]
    assert main(["cache", "--clear", "all"]) == 0
    assert "weights: removed 2 files, 3.0 kB\n" in capsys.readouterr().out
    assert sum(use.files for use in cache_uses()) == 0


def test_weights_that_are_being_fetched_are_not_removed(cache, capsys):
    write_bytes(cache / "weights" / "vit_t.safetensors", b"")
    write_bytes(cache / "downloads" / "vit_t.pt.partial", b"half")
    with hold(cache / "downloads" / "vit_t.pt", "vit_t.pt"):
        assert main(["cache", "--clear", "weights"]) == 0
    assert left_in(cache / "downloads") == ["vit_t.pt.partial"]
    assert left_in(cache / "weights") == []
    assert f"kept {cache / 'downloads' / 'vit_t.pt.partial'}" in capsys.readouterr().out


def test_only_clearing_by_name_removes_weights_however_small_the_limit(cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", "1")
    write_bytes(cache / "weights" / "vit_t.safetensors", bytes(1000))
    for name in ("embeddings", "views", "scenes"):
        BoundedCache(name).trim()
    assert left_in(cache / "weights") == ["vit_t.safetensors"]


@pytest.mark.parametrize(("given", "n_bytes"), [("500MB", 500_000_000), ("2 GiB", 2 << 30), ("1.5k", 1500)])
def test_a_limit_is_given_with_its_unit(cache, monkeypatch, given, n_bytes):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", given)
    limits = {use.name: use.limit for use in cache_uses()}
    assert limits.pop("weights") is None and {"embeddings", "views", "scenes"} <= limits.keys()
    assert {*limits.values()} == {n_bytes}


@pytest.mark.parametrize("given", ["plenty", "-1GB", "1 XB", "GB"])
def test_a_limit_that_is_no_size_is_refused_in_one_line(cache, monkeypatch, capsys, given):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", given)
    assert main(["cache"]) == 2
    assert capsys.readouterr().err == (
        f"floodeval: FLOODEVAL_CACHE_LIMIT={given} is not a size; give a number and a unit, such as 500MB "
        "or 20GB\n"
    )


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


@pytest.mark.weights
@pytest.mark.usefixtures("encoded_once")
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


@pytest.mark.weights
@pytest.mark.usefixtures("encoded_once")
def test_an_evaluation_stopped_by_ctrl_c_continues_to_the_tables_of_an_uninterrupted_one(results, tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    command = ["evaluate", str(folder), "--variant", "pretrained", "--prompt", "box", "--name", "stopped"]
    stopped = launch([*FLOODEVAL, *command])
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


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["compare", str(BUNDLED)], 141), (["cache"], 141), (["--help"], 0)],  # argparse prints help itself
)
def test_a_closed_pipe_is_quiet(arguments, status):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*FLOODEVAL, *arguments], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (status, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_output_that_cannot_be_written_is_said_in_one_line():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*FLOODEVAL, "cache"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"No space left on device" in done.stderr
