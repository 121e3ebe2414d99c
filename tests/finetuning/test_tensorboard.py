"""TensorBoard's format: records with the checksums that its readers demand."""

import struct

import pandas as pd
import pytest

from floodeval.finetuning.tensorboard import FILE, read_records, write_events

HISTORY = pd.DataFrame({"epoch": [0, 300], "train_loss": [float("nan"), 0.5], "val_iou": [0.25, 0.75]})


def test_every_number_is_a_scalar_at_its_epoch_and_missing_ones_are_left_out(tmp_path):
    write_events(tmp_path, HISTORY)
    version, first, second = read_records((tmp_path / FILE).read_bytes())
    assert b"brain.Event:2" in version
    assert b"train_loss" not in first
    assert b"val_iou\x15" + struct.pack("<f", 0.25) in first
    assert b"train_loss\x15" + struct.pack("<f", 0.5) in second
    assert b"\x10\xac\x02" in second  # step 300


def test_the_checksum_is_that_of_the_tfrecord_format(tmp_path):
    write_events(tmp_path, HISTORY)
    content = (tmp_path / FILE).read_bytes()
    assert content[8:12] != content[4:8]
    with pytest.raises(ValueError, match="checksum"):
        list(read_records(content[:-1] + b"\0"))
