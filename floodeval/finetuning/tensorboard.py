"""The history in TensorBoard's format: a TFRecord file of Event messages, written without TensorFlow."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from floodeval.files import write_bytes

FILE = "events.out.tfevents.0.floodeval"
_POLYNOMIAL = 0x82F63B78  # of CRC-32C (Castagnoli), bits reversed


def write_events(folder: Path, history: pd.DataFrame) -> None:
    """Write every number of a history as a scalar, named by its column, at its epoch.

    The format: https://www.tensorflow.org/tutorials/load_data/tfrecord and tensorflow/core/util/event.proto.

    Args:
        folder: where TensorBoard is pointed at.
        history: one row per epoch, with the column `epoch`; missing values are left out.
    """
    records = [_event(0, _text(3, b"brain.Event:2"))]
    for row in history.to_dict("records"):
        values = [(name, value) for name, value in row.items() if name != "epoch" and not np.isnan(value)]
        summary = b"".join(_text(1, _text(1, str(n).encode()) + _float(2, float(v))) for n, v in values)
        records.append(_event(int(row["epoch"]), _text(5, summary)))
    write_bytes(folder / FILE, b"".join(map(_record, records)))


def read_records(content: bytes) -> Iterator[bytes]:
    """The records of a TFRecord file; raises ValueError where a checksum is wrong."""
    while content:
        header, payload = content[:8], content[12 : 12 + struct.unpack("<Q", content[:8])[0]]
        sums = content[8:12], content[12 + len(payload) : 16 + len(payload)]
        if sums != (masked_crc32c(header), masked_crc32c(payload)):
            raise ValueError("a record's checksum is wrong")
        yield payload
        content = content[16 + len(payload) :]


def _record(payload: bytes) -> bytes:
    header = struct.pack("<Q", len(payload))
    return header + masked_crc32c(header) + payload + masked_crc32c(payload)


def _event(step: int, content: bytes) -> bytes:
    """An Event: wall time (1, kept at the epoch so that the same history gives the same file), step (2)."""
    return b"\x09" + struct.pack("<d", float(step)) + b"\x10" + _varint(step) + content


def _text(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _float(field: int, value: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def masked_crc32c(content: bytes) -> bytes:
    """CRC-32C of some bytes, rotated and offset as TFRecord masks it."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_POLYNOMIAL if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    return struct.pack("<I", masked)
