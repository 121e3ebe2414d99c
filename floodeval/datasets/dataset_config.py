"""How the files of a data set are read: stated by the user, declared in `dataset.toml`, or decided.

A record in the folder marks a data set that floodeval drew.
"""

import csv
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
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
        labels: which values of the masks mean water, and which count nowhere.
        exif: `apply` or `ignore` the orientation tags of photographs.
        stretch: `percentiles` or `none`: how values of more than 8 bits become 8 bits.
        config: a file to read instead of the folder's `dataset.toml`.
    """

    labels: LabelScheme | None = None
    exif: str | None = None
    stretch: str | None = None
    config: Path | None = None


AS_DECLARED = ReadingOptions()


@dataclass(frozen=True)
class DatasetConfig:
    """What a `dataset.toml` declares; None where it is silent.

    Attributes:
        labels: which values of the masks mean water and which count nowhere.
        exif: `apply` or `ignore`.
        stretch: `percentiles`.
        bands: which bands, counted from 0, are red, green and blue; one band alone is gray.
    """

    labels: LabelScheme | None = None
    exif: str | None = None
    stretch: str | None = None
    bands: tuple[int, ...] | None = None


def read_config(folder: Path, config: Path | None = None) -> DatasetConfig:
    """Read the `dataset.toml` of a data set's folder, or the file that takes its place.

    Raises:
        FloodevalError: the file that was named is absent, or a file is no TOML or has another content.
    """
    path = config or folder / CONFIG
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if config is None:
            return DatasetConfig()
        raise FloodevalError(saying("label_scheme.no_config", path=path)) from None
    except (OSError, ValueError) as error:
        raise FloodevalError(saying("label_scheme.broken_config", path=path, why=error)) from None
    return _config(path, content)


def _config(path: Path, content: Mapping[str, Any]) -> DatasetConfig:
    labels, photographs = (_section(path, content, name) for name in SECTIONS)
    _refuse_unknown(path, content, SECTIONS, "")
    scheme = None
    if labels:
        if "water" not in labels:
            raise FloodevalError(saying("label_scheme.config_without_water", path=path))
        try:
            scheme = LabelScheme(labels["water"], labels.get("ignore", ()))
        except FloodevalError as error:
            raise FloodevalError(saying("label_scheme.config_scheme", path=path, why=error.args[0])) from None
    return DatasetConfig(scheme, *(photographs.get(key) for key in ("exif", "stretch", "bands")))


def _section(path: Path, content: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = content.get(name, {})
    if not isinstance(section, dict):
        raise FloodevalError(saying("label_scheme.config_value", path=path, entry=name, expected=f"[{name}]"))
    keys = SECTIONS[name]
    _refuse_unknown(path, section, keys, f"{name}.")
    return {key: keys[key](path, f"{name}.{key}", value) for key, value in section.items()}


def _refuse_unknown(path: Path, content: Mapping[str, Any], known: Mapping[str, Any], place: str) -> None:
    for key in content:
        if key not in known:
            raise FloodevalError(
                saying("label_scheme.config_key", path=path, entry=f"{place}{key}", known=", ".join(known))
            )


def _whole_numbers(path: Path, key: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise FloodevalError(saying("label_scheme.config_value", path=path, entry=key, expected="[1, 2]"))
    return tuple(value)


def _bands(path: Path, key: str, value: Any) -> tuple[int, ...]:
    bands = _whole_numbers(path, key, value)
    if len(bands) not in (1, 3) or min(bands) < 0:
        raise FloodevalError(saying("label_scheme.config_value", path=path, entry=key, expected="[0, 1, 2]"))
    return bands


def _one_of(*words: str) -> Callable[[Path, str, Any], str]:
    def read(path: Path, key: str, value: Any) -> str:
        if value not in words:
            expected = ", ".join(f'"{word}"' for word in words)
            raise FloodevalError(saying("label_scheme.config_value", path=path, entry=key, expected=expected))
        return str(value)

    return read


SECTIONS: Mapping[str, Mapping[str, Callable[[Path, str, Any], Any]]] = {
    "labels": {"water": _whole_numbers, "ignore": _whole_numbers},
    "photographs": {"exif": _one_of(*EXIF), "stretch": _one_of(*STRETCH), "bands": _bands},
}


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
