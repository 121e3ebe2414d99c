"""`dataset.toml`: what the declaration file of a data set says about its files, masks and photographs."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from floodeval.datasets.class_files import color_of
from floodeval.datasets.classes import NO_CLASSES, Classes, numbered
from floodeval.datasets.dataset_config import CONFIG, EXIF, STRETCH
from floodeval.datasets.label_scheme import StatedLabels
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

SUBSET_KEYS = ("train", "validation", "test")
FOLDERS = "**/"  # in a glob, at most once


@dataclass(frozen=True)
class DatasetConfig:
    """What a `dataset.toml` declares; None or empty where it is silent.

    Attributes:
        labels: which values or classes of the masks mean water and which count nowhere.
        exif: `apply` or `ignore`.
        stretch: `percentiles` or `none`.
        bands: which bands, counted from 0, are red, green and blue; one band alone is gray.
        layout: the name of a layout, where the folder could have several.
        images: glob of the photographs, with `{stem}`.
        masks: glob of the masks, with `{stem}`.
        subsets: folders or globs of the photographs of each subset.
        classes: names, values and colors of classes.
        path: the file; None without one.
    """

    labels: StatedLabels | None = None
    exif: str | None = None
    stretch: str | None = None
    bands: tuple[int, ...] | None = None
    layout: str = ""
    images: str = ""
    masks: str = ""
    subsets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    classes: Classes = NO_CLASSES
    path: Path | None = None


NOTHING_DECLARED = DatasetConfig()


def read_config(folder: Path, config: Path | None = None) -> DatasetConfig:
    """Read the `dataset.toml` of a data set's folder, or the file that takes its place.

    Raises:
        FloodevalError: the file that was named is absent, or a file is no TOML or has another content.
    """
    path = config or folder / CONFIG
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        if config is None:
            return NOTHING_DECLARED
        raise FloodevalError(saying("label_scheme.no_config", path=path)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise FloodevalError(saying("label_scheme.broken_config", path=path, why=error)) from None
    return _config(path, content)


def _config(path: Path, content: Mapping[str, Any]) -> DatasetConfig:
    labels, photographs, files, split = (_section(path, content, name) for name in SECTIONS)
    _refuse_unknown(path, content, SECTIONS, "")
    classes = _classes(path, labels)
    if "ignore" in labels and "water" not in labels and not classes:
        raise FloodevalError(saying("label_scheme.config_without_water", path=path))
    if ("images" in files) != ("masks" in files) or ("images" in files and "layout" in files):
        raise FloodevalError(saying("classes.config_files", path=path))
    return DatasetConfig(
        labels=_stated(path, labels) if {"water", "ignore"} & {*labels} else None,
        exif=photographs.get("exif"),
        stretch=photographs.get("stretch"),
        bands=photographs.get("bands"),
        layout=files.get("layout", ""),
        images=files.get("images", ""),
        masks=files.get("masks", ""),
        subsets=tuple(split.items()),
        classes=classes,
        path=path,
    )


def _stated(path: Path, labels: Mapping[str, Any]) -> StatedLabels:
    try:
        return StatedLabels(labels.get("water"), labels.get("ignore"))
    except FloodevalError as error:
        raise FloodevalError(saying("label_scheme.config_scheme", path=path, why=error.args[0])) from None


def _classes(path: Path, labels: Mapping[str, Any]) -> Classes:
    """The classes that [labels] declares, in the order of their colors where only these are given."""
    colors = labels.get("colors", {})
    values = labels.get("classes") or numbered(colors)
    strange = [name for name in colors if name not in values]
    if strange:
        raise FloodevalError(saying("classes.config_color", path=path, name=strange[0]))
    by_color = {color: values[name][0] for name, color in colors.items()}
    if len(by_color) < len(colors):
        raise FloodevalError(saying("classes.config_same_color", path=path))
    return Classes(values, colors=by_color, source=path.name)


def _section(path: Path, content: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = content.get(name, {})
    if not isinstance(section, dict):
        raise _wrong(path, name, f"[{name}]")
    keys = SECTIONS[name]
    _refuse_unknown(path, section, keys, f"{name}.")
    return {key: keys[key](path, f"{name}.{key}", value) for key, value in section.items()}


def _refuse_unknown(path: Path, content: Mapping[str, Any], known: Mapping[str, Any], place: str) -> None:
    for key in content:
        if key not in known:
            raise FloodevalError(
                saying("label_scheme.config_key", path=path, entry=f"{place}{key}", known=", ".join(known))
            )


def _wrong(path: Path, key: str, expected: str) -> FloodevalError:
    return FloodevalError(saying("label_scheme.config_value", path=path, entry=key, expected=expected))


def _values_or_names(path: Path, key: str, value: Any) -> tuple[int | str, ...]:
    if not isinstance(value, list) or not all(type(one) in (int, str) for one in value):
        raise _wrong(path, key, '[1, 2], ["water"]')
    return tuple(value)


def _bands(path: Path, key: str, value: Any) -> tuple[int, ...]:
    whole = isinstance(value, list) and all(type(one) is int for one in value)
    if not whole or len(value) not in (1, 3) or min(value) < 0:
        raise _wrong(path, key, "[0, 1, 2]")
    return tuple(value)


def _class_values(path: Path, key: str, value: Any) -> dict[str, tuple[int, ...]]:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return numbered(value)
    if isinstance(value, dict) and value and all(type(one) is int for one in value.values()):
        return {name: (one,) for name, one in value.items()}
    raise _wrong(path, key, '["land", "water"], {land = 0, water = 1}')


def _colors(path: Path, key: str, value: Any) -> dict[str, tuple[int, int, int]]:
    colors = {}
    for name, text in value.items() if isinstance(value, dict) else (("", None),):
        found = (
            re.fullmatch(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", text)
            if isinstance(text, str)
            else None
        )
        color = color_of(int(part, 16) for part in found.groups()) if found else color_of(text)
        if color is None or (isinstance(text, str) and not found):
            raise _wrong(path, key, '{land = "#000000", water = [61, 230, 250]}')
        colors[name] = color
    return colors


def _glob(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or value.count("{stem}") != 1 or value.count(FOLDERS) > 1:
        raise _wrong(path, key, '"photos/**/{stem}.jpg"')
    return _inside(path, key, value)


def _globs(path: Path, key: str, value: Any) -> tuple[str, ...]:
    globs = [value] if isinstance(value, str) else value
    if not isinstance(globs, list) or not globs or not all(isinstance(one, str) and one for one in globs):
        raise _wrong(path, key, '"north/", ["east/**", "west/**"]')
    return tuple(_inside(path, key, one) for one in globs)


def _inside(path: Path, key: str, glob: str) -> str:
    """A glob that cannot leave the data set's folder."""
    parts = glob.split("/")
    if "\\" in glob or glob.startswith("/") or ".." in parts or PureWindowsPath(glob).drive:
        raise FloodevalError(saying("classes.config_outside", path=path, entry=key, glob=glob))
    return "/".join(part for part in parts if part != ".")


def _text(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(path, key, '"COCO"')
    return value


def _one_of(*words: str) -> Callable[[Path, str, Any], str]:
    def read(path: Path, key: str, value: Any) -> str:
        if value not in words:
            raise _wrong(path, key, ", ".join(f'"{word}"' for word in words))
        return str(value)

    return read


SECTIONS: Mapping[str, Mapping[str, Callable[[Path, str, Any], Any]]] = {
    "labels": {
        "water": _values_or_names,
        "ignore": _values_or_names,
        "classes": _class_values,
        "colors": _colors,
    },
    "photographs": {"exif": _one_of(*EXIF), "stretch": _one_of(*STRETCH), "bands": _bands},
    "files": {"layout": _text, "images": _glob, "masks": _glob},
    "split": dict.fromkeys(SUBSET_KEYS, _globs),
}
