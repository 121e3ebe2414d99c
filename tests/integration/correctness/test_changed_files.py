"""Photographs and tables that change before or after a run is made."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.errors import FloodevalError
from floodeval.progress import Step
from tests.support.datasets import make_pairs
from tests.support.quick_runs import ask
from tests.support.quick_runs import quick as quick

pytestmark = pytest.mark.weights


def test_a_photograph_that_changes_while_the_run_is_written_is_noticed(quick, tmp_path):
    """In its middle, where neither its size nor its first and last 64 KiB tell."""
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c", "d", "e", "f"])

    def change(step: Step) -> None:
        if step.what == "evaluating" and step.done == 1:
            noise = np.random.default_rng(9).integers(0, 255, (32, 48, 3), dtype=np.uint8)
            Image.fromarray(noise).save(folder / "images" / "f.png")

    run = ask(folder, progress=change)
    assert run.skipped[["id", "stage"]].values.tolist() == [["f", "reading"]]
    assert "changed during the evaluation" in run.skipped.iloc[0]["reason"]
    assert set(run.metrics["id"]) == {"a", "b", "c", "d", "e"}


def big_pairs(folder: Path) -> Path:
    """Photographs whose middle is no part of the fingerprint."""
    make_pairs(folder, ["a", "b"])
    for name in ("a", "b"):
        noise = np.random.default_rng(ord(name)).integers(0, 255, (300, 300, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{name}.bmp")
        (folder / "images" / f"{name}.png").unlink()
        mask = np.zeros((300, 300), np.uint8)
        mask[:, :150] = 255
        Image.fromarray(mask).save(folder / "masks" / f"{name}.png")
    return folder


def touch_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def test_a_photograph_that_changed_before_a_run_is_resumed_is_named(quick, tmp_path, monkeypatch):
    folder = big_pairs(tmp_path / "floods")
    fingerprint = load_dataset(folder).fingerprint
    with monkeypatch.context() as patched:
        patched.setattr(
            "floodeval.evaluation.run_files._conclude", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            ask(folder)
    touch_middle(folder / "images" / "b.bmp")
    assert load_dataset(folder).fingerprint == fingerprint
    with pytest.raises(FloodevalError, match=r"b\.bmp was changed since run"):
        ask(folder)


def test_a_finished_run_notices_a_photograph_that_changed_by_its_time_and_digest(quick, tmp_path):
    folder = big_pairs(tmp_path / "floods")
    made = ask(folder)
    assert ask(folder).info == made.info
    touch_middle(folder / "images" / "b.bmp")
    with pytest.raises(FloodevalError, match=r"b\.bmp is not the file"):
        ask(folder)
    touch_middle(folder / "images" / "b.bmp")  # as it was, at another time
    assert ask(folder).info == made.info


def test_a_photograph_of_the_same_size_and_time_is_noticed_too(quick, tmp_path):
    folder = big_pairs(tmp_path / "floods")
    ask(folder)
    photograph = folder / "images" / "b.bmp"
    before = photograph.stat()
    touch_middle(photograph)
    os.utime(photograph, ns=(before.st_atime_ns, before.st_mtime_ns))
    for verify in (False, True):
        with pytest.raises(FloodevalError, match=r"b\.bmp is not the file"):
            ask(folder, verify=verify)


def test_verify_hashes_what_sizes_and_times_do_not_tell(quick, tmp_path, monkeypatch):
    folder = big_pairs(tmp_path / "floods")
    monkeypatch.setattr(
        "floodeval.evaluation.stamps.stat_of", lambda path: (path.exists() and (1, 1, 1)) or None
    )
    made = ask(folder)
    touch_middle(folder / "images" / "b.bmp")
    assert ask(folder).info == made.info
    with pytest.raises(FloodevalError, match=r"b\.bmp is not the file"):
        ask(folder, verify=True)


def test_a_photograph_that_changes_after_it_was_read_is_noticed_when_the_run_is_asked_for_again(
    quick, tmp_path
):
    folder = big_pairs(tmp_path / "floods")
    photographs = [folder / "images" / "a.bmp"]
    ask(
        folder,
        progress=lambda step: [
            touch_middle(photographs.pop())
            for _ in photographs[: step.what == "evaluating" and step.done // step.total]
        ],
    )
    with pytest.raises(FloodevalError, match=r"a\.bmp is not the file"):
        ask(folder)


def test_a_link_to_another_data_set_is_noticed(quick, tmp_path, monkeypatch):
    for number, name in enumerate("ab"):
        make_pairs(tmp_path / name / "floods", ["x", "y"], (48 + 16 * number, 32))
    (tmp_path / "place").mkdir()
    link = tmp_path / "place" / "floods"
    link.symlink_to(tmp_path / "a" / "floods")
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "place"))
    command = ["evaluate", "floods", "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    link.unlink()
    link.symlink_to(tmp_path / "b" / "floods")
    assert main(command) == 2


def test_a_run_whose_table_somebody_edited_or_removed_is_still_shown_as_it_is(quick, pair_folder, capsys):
    command = ["evaluate", str(pair_folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    (quick / "runs" / "r" / "metrics.csv").unlink()
    assert main(command) == 0
    assert "is finished" not in capsys.readouterr().out


@pytest.mark.parametrize("change", ["photograph added", "mask replaced"])
def test_a_finished_run_is_refused_where_its_data_set_is_another_one(quick, pair_folder, change):
    ask(pair_folder)
    if change == "photograph added":
        make_pairs(pair_folder, ["c"])
    else:
        Image.fromarray(np.full((32, 48), 255, np.uint8)).save(pair_folder / "masks" / "b.png")
    with pytest.raises(FloodevalError, match="exists with other dataset"):
        ask(pair_folder)
