"""The record in a data set's folder that floodeval drew it: no camera took its photographs."""

import csv
import json
from pathlib import Path

from floodeval.storage.atomic import write_text

RECORD = "synthetic.json"
FACTORS = {"water_share", "turbidity", "diffuse_shore", "thin_channels", "small_ponds", "canopy", "haze"}


def write_record(folder: Path) -> None:
    """Leave the record in the folder of a data set that was drawn."""
    write_text(folder / RECORD, json.dumps({"synthetic": True, "drawn_by": "floodeval"}, indent=2) + "\n")


def is_synthetic(folder: Path) -> bool:
    """Whether floodeval drew the data set in that folder, by the record that it left there.

    Earlier versions left none; their data sets list the factors of every scene in metadata.csv.
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return isinstance(record, dict) and record.get("synthetic") is True
    except (OSError, ValueError):
        return _lists_factors(folder / "metadata.csv")


def _lists_factors(listed: Path) -> bool:
    try:
        with listed.open(encoding="utf-8", newline="") as stream:
            head = next(csv.reader(stream), [])
    except (OSError, ValueError, csv.Error):
        return False
    return head[:2] == ["Image", "Mask"] and FACTORS.issubset(head)
