"""Runs of folders of masks that are asked for again, resumed, or changed meanwhile."""

import numpy as np
import pandas as pd
import pytest

from floodeval.cli import main
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.mask_folders import water, write_folder, write_values
from tests.support.mask_runs import ASK, IDS, ask, iou
from tests.support.mask_runs import files as files


def test_a_finished_run_is_answered_until_a_mask_changes(files):
    folder = write_folder(files / "preds", dict.fromkeys(IDS, 24))
    command = [*ASK, "--variant", "unet=preds"]
    assert main(command) == 0
    made = load_run("r").info
    assert main(command) == 0 and load_run("r").info == made
    (folder / "notes.txt").write_text("not a mask")
    assert main([*command, "--verify"]) == 0
    write_folder(folder, {"a": 23})
    assert main(command) == 2
    with pytest.raises(FloodevalError, match="exists with other variants"):
        ask({"unet": "preds"})
    assert main([*command, "--force"]) == 0
    assert load_run("r").info.variants[0].sha256 != made.variants[0].sha256


def test_the_same_folder_with_another_threshold_is_another_run(files):
    for name in IDS:
        write_values(files / "soft" / f"{name}.npy", np.where(water(20), 0.8, 0.1))
    ask({"unet": "soft?threshold=0.5"})
    assert ask({"unet": "soft?threshold=0.50"}).info.name == "r"
    with pytest.raises(FloodevalError, match="exists with other variants"):
        ask({"unet": "soft?threshold=0.6"})


def stopped(monkeypatch, variants):
    """Stop an evaluation after its last sample, before its tables."""
    with monkeypatch.context() as patched:
        patched.setattr(
            "floodeval.evaluation.run_files._conclude", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            ask(variants)


def test_a_resumed_run_tries_samples_again_whose_mask_was_missing(files, monkeypatch):
    folder = write_folder(files / "preds", {"a": 24, "b": 20})
    stopped(monkeypatch, {"unet": folder})
    write_folder(folder, {"c": 12})
    resumed = ask({"unet": folder})
    assert resumed.metrics.set_index("id")["iou"].to_dict() == {"a": 1, "b": iou(20), "c": iou(12)}
    assert resumed.skipped.empty
    whole = ask({"unet": folder}, "whole")
    pd.testing.assert_frame_equal(resumed.metrics, whole.metrics)
    assert resumed.info.variants == whole.info.variants
    assert ask({"unet": folder}).info == resumed.info


@pytest.mark.parametrize("change", ["other", "gone"])
def test_a_run_is_not_resumed_with_another_mask_of_a_sample(files, monkeypatch, change):
    folder = write_folder(files / "preds", dict.fromkeys(IDS, 24))
    stopped(monkeypatch, {"unet": folder})
    if change == "other":
        write_folder(folder, {"b": 12})
    else:
        (folder / "b.png").unlink()
    with pytest.raises(FloodevalError, match="the mask of b of variant 'unet' was changed or removed"):
        ask({"unet": folder})


def test_a_mask_that_changes_during_the_evaluation_is_noticed(files):
    folder = write_folder(files / "preds", dict.fromkeys(IDS, 24))

    def change(step):
        if step.what == "evaluating" and not step.done:
            write_folder(folder, {"c": 12})

    run = ask({"unet": folder}, progress=change)
    assert run.skipped["reason"].tolist() == ["preds/c.png changed during the evaluation"]
