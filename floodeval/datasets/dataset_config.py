"""`dataset.toml`: how the files of a data set are to be read, declared once in its folder."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from floodeval.datasets.label_scheme import LabelScheme
from floodeval.datasets.reading import EXIF
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

CONFIG = "dataset.toml"
STRETCH = ("percentiles", "none")


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
        raise FloodevalError(saying("labels.no_config", path=path)) from None
    except (OSError, ValueError) as error:
        raise FloodevalError(saying("labels.broken_config", path=path, why=error)) from None
    return _config(path, content)


def _config(path: Path, content: Mapping[str, Any]) -> DatasetConfig:
    labels, photographs = (_section(path, content, name) for name in SECTIONS)
    _refuse_unknown(path, content, SECTIONS, "")
    scheme = None
    if labels:
        if "water" not in labels:
            raise FloodevalError(saying("labels.config_without_water", path=path))
        try:
            scheme = LabelScheme(labels["water"], labels.get("ignore", ()))
        except FloodevalError as error:
            raise FloodevalError(saying("labels.config_scheme", path=path, why=error.args[0])) from None
    return DatasetConfig(scheme, *(photographs.get(key) for key in ("exif", "stretch", "bands")))


def _section(path: Path, content: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = content.get(name, {})
    if not isinstance(section, dict):
        raise FloodevalError(saying("labels.config_value", path=path, entry=name, expected=f"[{name}]"))
    keys = SECTIONS[name]
    _refuse_unknown(path, section, keys, f"{name}.")
    return {key: keys[key](path, f"{name}.{key}", value) for key, value in section.items()}


def _refuse_unknown(path: Path, content: Mapping[str, Any], known: Mapping[str, Any], place: str) -> None:
    for key in content:
        if key not in known:
            raise FloodevalError(
                saying("labels.config_key", path=path, entry=f"{place}{key}", known=", ".join(known))
            )


def _whole_numbers(path: Path, key: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise FloodevalError(saying("labels.config_value", path=path, entry=key, expected="[1, 2]"))
    return tuple(value)


def _bands(path: Path, key: str, value: Any) -> tuple[int, ...]:
    bands = _whole_numbers(path, key, value)
    if len(bands) not in (1, 3) or min(bands) < 0:
        raise FloodevalError(saying("labels.config_value", path=path, entry=key, expected="[0, 1, 2]"))
    return bands


def _one_of(*words: str) -> Callable[[Path, str, Any], str]:
    def read(path: Path, key: str, value: Any) -> str:
        if value not in words:
            expected = ", ".join(f'"{word}"' for word in words)
            raise FloodevalError(saying("labels.config_value", path=path, entry=key, expected=expected))
        return str(value)

    return read


SECTIONS: Mapping[str, Mapping[str, Callable[[Path, str, Any], Any]]] = {
    "labels": {"water": _whole_numbers, "ignore": _whole_numbers},
    "photographs": {"exif": _one_of(*EXIF), "stretch": _one_of(*STRETCH), "bands": _bands},
}
