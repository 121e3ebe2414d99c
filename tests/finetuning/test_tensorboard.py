"""TensorBoard's format: records with the checksums that its readers demand."""

import struct

import pandas as pd
import pytest

from floodeval.finetuning.tensorboard import FILE, masked_crc32c, read_records, write_events

HISTORY = pd.DataFrame({"epoch": [0, 300], "train_loss": [float("nan"), 0.5], "val_iou": [0.25, 0.75]})


def test_every_number_is_a_scalar_at_its_epoch_and_missing_ones_are_left_out(tmp_path):
    write_events(tmp_path, HISTORY)
    version, first, second = read_records((tmp_path / FILE).read_bytes())
    assert b"brain.Event:2" in version
    assert b"train_loss" not in first
    assert b"val_iou\x15" + struct.pack("<f", 0.25) in first
    assert b"train_loss\x15" + struct.pack("<f", 0.5) in second
    assert b"\x10\xac\x02" in second  # step 300


def test_the_checksum_is_crc_32c_as_tfrecord_masks_it():
    known = 0xE3069283  # CRC-32C's check value, of the digits 1 to 9
    masked = ((known >> 15 | known << 17) + 0xA282EAD8) % 2**32
    assert masked_crc32c(b"123456789") == struct.pack("<I", masked)


def test_a_damaged_record_is_refused(tmp_path):
    write_events(tmp_path, HISTORY)
    content = (tmp_path / FILE).read_bytes()
    with pytest.raises(ValueError, match="checksum"):
        list(read_records(content[:-1] + b"\0"))
