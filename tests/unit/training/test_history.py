"""TensorBoard event files: every number of the history, and a training without the package."""

import sys

import pandas as pd
import pytest

from floodeval.training.history import EventFiles, can_write_events

HISTORY = pd.DataFrame({"epoch": [0, 300], "train_loss": [float("nan"), 0.5], "val_iou": [0.25, 0.75]})


def scalars(folder):
    """The scalars of a folder's event files as TensorBoard reads them: tag to (epoch, value)."""
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = reader.EventAccumulator(str(folder))
    events.Reload()
    return {tag: [(one.step, one.value) for one in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def write(folder, *histories):
    files = EventFiles(folder)
    for history in histories:
        files.write(history)
    files.close()


def test_every_number_is_a_scalar_at_its_epoch_and_missing_ones_are_left_out(tmp_path):
    pytest.importorskip("tensorboard")
    write(tmp_path / "t", HISTORY.iloc[:1], HISTORY)
    assert scalars(tmp_path / "t") == {"train_loss": [(300, 0.5)], "val_iou": [(0, 0.25), (300, 0.75)]}


def test_a_training_that_goes_on_leaves_no_epoch_twice(tmp_path):
    pytest.importorskip("tensorboard")
    write(tmp_path / "t", HISTORY)
    write(tmp_path / "t", HISTORY)
    assert scalars(tmp_path / "t")["val_iou"] == [(0, 0.25), (300, 0.75)]


def test_without_the_package_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    steps = []
    assert not can_write_events(steps.append)
    (step,) = steps
    assert "pip install 'floodeval[train]'" in step.note
    assert "\n" not in step.note
