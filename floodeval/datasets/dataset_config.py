"""How the files of a data set are read, and what a user states about it.

A record in the folder marks a data set that floodeval drew.
"""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme, StatedLabels
from floodeval.storage.atomic import write_text
from floodeval.storage.typed_json import convert_json

CONFIG = "dataset.toml"
RECORD = "synthetic.json"
EXIF = ("apply", "ignore")
STRETCH = ("percentiles", "none")
# columns of metadata.csv by which drawn data sets without a record are known
FACTORS = {"water_share", "turbidity", "diffuse_shore", "thin_channels", "small_ponds", "canopy", "haze"}


@dataclass(frozen=True)
class PhotographReading:
    """What is done to the values and the orientation of photographs.

    Attributes:
        stretch: for each of three channels the value that becomes 0 and the one that becomes 255, from
            percentiles over the data set; None leaves 8-bit values as they are and scales 16 bits by 1/256.
        exif: `apply` turns photographs as their orientation tag says, `ignore` leaves the stored pixels.
            Masks are turned alike, by their own tags.
        bands: which bands, counted from 0, are red, green and blue (one band alone is grey), where a file
            has more than one; None takes all of three, and lays transparency on black.
        exif_stated: whether someone decided about orientation tags, so that nobody has to be asked.
        stretch_stated: the same of the stretch, or that there is to be none.
    """

    stretch: tuple[tuple[float, float], ...] | None = None
    exif: str = "apply"
    bands: tuple[int, ...] | None = None
    exif_stated: bool = field(default=False, compare=False)
    stretch_stated: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.exif not in EXIF:
            raise ValueError(f"exif is {self.exif!r}; expected one of {', '.join(EXIF)}")

    @property
    def options(self) -> dict[str, str]:
        """The values of `exif` and `stretch` that were stated, by which photographs are read so again."""
        stated = {}
        if self.exif_stated:
            stated["exif"] = self.exif
        if self.stretch_stated or self.stretch is not None:
            stated["stretch"] = "none" if self.stretch is None else "percentiles"
        return stated

    def to_json(self) -> dict[str, Any]:
        """The treatment as `run.json` keeps it."""
        stretch = None if self.stretch is None else [list(ends) for ends in self.stretch]
        bands = None if self.bands is None else list(self.bands)
        stated = {"exif_stated": self.exif_stated, "stretch_stated": self.stretch_stated}
        return {"stretch": stretch, "exif": self.exif, "bands": bands, **stated}

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what `to_json` wrote; raises ValueError where it is no treatment."""
        return convert_json(content, cls)


UNTOUCHED = PhotographReading()


@dataclass(frozen=True)
class Reading:
    """How every file of a data set is read, decided once for all of them."""

    labels: LabelScheme = BLACK_AND_WHITE
    photographs: PhotographReading = UNTOUCHED


AS_STORED = Reading()


@dataclass(frozen=True)
class ReadingOptions:
    """What a user states about how a data set is read; None where `dataset.toml` or its files decide.

    Attributes:
        labels: which values of the masks mean water, and which count nowhere; or which classes, by name.
        exif: `apply` or `ignore` the orientation tags of photographs.
        stretch: `percentiles` or `none`: how values of more than 8 bits become 8 bits.
        config: a file to read instead of the folder's `dataset.toml`.
    """

    labels: LabelScheme | StatedLabels | None = None
    exif: str | None = None
    stretch: str | None = None
    config: Path | None = None


AS_DECLARED = ReadingOptions()


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
