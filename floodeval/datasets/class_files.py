"""Files that name classes: `labelmap.txt`, `data.yaml`, and those of nnU-Net and Roboflow."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from floodeval.datasets.annotations import decode_json, refusal
from floodeval.datasets.classes import Classes, Color
from floodeval.datasets.sample_names import shown
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

IGNORED_ID = 255  # where Ultralytics' masks have no label
MOST_BYTES = 1 << 20  # of a file that names classes


def read_labelmap(path: Path) -> Classes:
    """Read the classes and colors of a `labelmap.txt` of CVAT: lines `name:red,green,blue:parts:actions`.

    The first class has the value 0.

    Raises:
        FloodevalError: the file cannot be read, or a line has no color, or a name or color is there twice.
    """
    values: dict[str, tuple[int, ...]] = {}
    colors: dict[Color, int] = {}
    for n, line in enumerate(_text(path, "labelmap").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.partition(":")
        color = color_of(rest.partition(":")[0].split(","))
        if color is None or name in values or color in colors:
            raise refusal(path, "classes.labelmap", n=n)
        colors[color] = len(values)
        values[name.strip()] = (len(values),)
    if not values:
        raise refusal(path, "classes.labelmap", n=1)
    return Classes(values, colors=colors, source=shown(path))


def color_of(numbers: Any) -> Color | None:
    """Three numbers from 0 to 255 as a color; None where they are none."""
    try:
        red, green, blue = (int(number) for number in numbers)
    except (TypeError, ValueError):
        return None
    return (red, green, blue) if all(0 <= one <= IGNORED_ID for one in (red, green, blue)) else None


def read_yaml(path: Path) -> tuple[Classes, Mapping[str, Any]]:
    """Read the classes of an Ultralytics data set (`names`, a list or a table), and all entries of the file.

    Raises:
        FloodevalError: the file is no YAML, or `names` is of another kind.
    """
    import yaml  # here, because few data sets have such a file

    try:
        content = yaml.safe_load(_text(path, "YAML"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise refusal(path, "annotations.broken", format="YAML", why=why) from None
    entries = content if isinstance(content, dict) else {}
    names = entries.get("names", [])
    named = dict(enumerate(names)) if isinstance(names, list) else names
    if not isinstance(named, dict) or not all(
        type(value) is int and value >= 0 and isinstance(name, str | int) for value, name in named.items()
    ):
        raise refusal(path, "classes.yaml_names")
    classes: dict[str, tuple[int, ...]] = {}
    for value, name in named.items():
        classes[str(name)] = (*classes.get(str(name), ()), int(value))
    is_semantic = "masks_dir" in entries
    ignore = (IGNORED_ID,) if is_semantic and IGNORED_ID not in named else ()
    return Classes(classes, ignore, source=shown(path)), entries


def read_nnunet(path: Path) -> Classes:
    """Read the classes of nnU-Net's `dataset.json`: `labels`, of version 2 (name: value) or 1 (value: name).

    Pixels of the class `ignore` count nowhere, as nnU-Net itself treats them.

    Raises:
        FloodevalError: the file is no JSON, or its labels are of another kind.
    """
    content = decode_json(path, dict[str, Any], "nnU-Net")
    labels = content.get("labels")
    values: dict[str, tuple[int, ...]] = {}
    for key, value in labels.items() if isinstance(labels, dict) else ():
        if key.isascii() and key.isdigit() and isinstance(value, str):
            values[value] = (int(key),)
        elif isinstance(value, list) and all(type(one) is int for one in value):
            values[key] = tuple(value)
        elif type(value) is int:
            values[key] = (value,)
        else:
            raise refusal(path, "classes.nnunet_labels")
    if not values:
        raise refusal(path, "classes.nnunet_labels")
    return Classes(values, values.get("ignore", ()), source=shown(path))


def read_class_table(path: Path) -> Classes:
    """Read Roboflow's `_classes.csv`: the columns Pixel Value and Class.

    Raises:
        FloodevalError: the file has other columns, or a value that is no whole number.
    """
    rows = [[cell.strip() for cell in row] for row in csv.reader(_text(path, "CSV").splitlines()) if row]
    try:
        if [cell.casefold() for cell in rows[0]] != ["pixel value", "class"]:
            raise ValueError
        values = {name: (int(value),) for value, name in rows[1:]}
    except (ValueError, IndexError):
        raise refusal(path, "classes.class_table") from None
    return Classes(values, source=shown(path))


def read_class_list(path: Path) -> Classes:
    """Read YOLO's `classes.txt` or `obj.names`: the name of a class in each line, the first has the number 0.

    Raises:
        FloodevalError: the file cannot be read.
    """
    values: dict[str, tuple[int, ...]] = {}
    for value, line in enumerate(_text(path, "YOLO").splitlines()):
        if name := line.strip():
            values[name] = (*values.get(name, ()), value)
    return Classes(values, source=shown(path))


def _text(path: Path, format_name: str) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FloodevalError(saying("classes.long", path=shown(path)))
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise refusal(path, "annotations.broken", format=format_name, why=str(error)) from None
