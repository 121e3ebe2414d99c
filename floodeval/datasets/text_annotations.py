"""Annotations with a file per photograph: LabelMe JSON and YOLO polygons."""

import math
from collections.abc import Mapping
from pathlib import Path

import msgspec

from floodeval.datasets.annotations import (
    FEWEST_NUMBERS,
    MOST_CLASSES,
    Annotation,
    Shape,
    background_of,
    check_rings,
    checked_size,
    decode_json,
    largest_first,
    refusal,
)
from floodeval.datasets.classes import Classes

CIRCLE_POINTS = 64  # of the polygon that stands for a circle
SPECIAL = {"_background_": 0, "__ignore__": -1}  # names to which LabelMe itself gives values
ROUNDING = 0.001  # of width or height, by which a share may be outside of 0 to 1
BOX_NUMBERS = 4  # of a YOLO line that is a box and no polygon


class LabelmeShape(msgspec.Struct):
    """An annotated area, as LabelMe writes it."""

    label: str
    points: list[tuple[float, float]]
    shape_type: str = "polygon"


class LabelmeFile(msgspec.Struct, rename={"height": "imageHeight", "width": "imageWidth"}):
    """The parts of a LabelMe file that are read."""

    shapes: list[LabelmeShape]
    height: int
    width: int


def read_labelme(photographs: Mapping[Path, Path]) -> tuple[Classes, dict[Path, Annotation]]:
    """Read LabelMe files: the classes, numbered from 1 in the order of their names, and the shapes.

    Shapes are drawn in the order of the file. `_background_` is 0, and `__ignore__` is -1, which counts
    nowhere.

    Args:
        photographs: the photograph of each file.

    Raises:
        FloodevalError: a file is no LabelMe file, or has a shape without a surface or outside its photograph.
    """
    contents = {path: decode_json(path, LabelmeFile, "LabelMe") for path in photographs}
    names = {shape.label for content in contents.values() for shape in content.shapes}
    values = SPECIAL | {name: n for n, name in enumerate(sorted(names - {*SPECIAL}), start=1)}
    annotations = {}
    for path, content in contents.items():
        size = checked_size(path, content.width, content.height)
        shapes = [Shape(values[one.label], (_labelme_ring(path, one),)) for one in content.shapes]
        for shape in shapes:
            check_rings(path, photographs[path].name, shape.rings, size)
        annotations[path] = Annotation.of("LabelMe", photographs[path], shapes, size)
    classes = {name: (value,) for name, value in values.items() if name in names}
    ignore = (SPECIAL["__ignore__"],) if "__ignore__" in names else ()
    return Classes(classes, ignore, source="LabelMe"), annotations


def _labelme_ring(path: Path, shape: LabelmeShape) -> tuple[float, ...]:
    points = shape.points
    if shape.shape_type == "rectangle" and len(points) == 2:
        (left, top), (right, bottom) = points
        points = [(left, top), (right, top), (right, bottom), (left, bottom)]
    elif shape.shape_type == "circle" and len(points) == 2:
        (x, y), radius = points[0], math.dist(*points)
        turns = (2 * math.pi * n / CIRCLE_POINTS for n in range(CIRCLE_POINTS))
        points = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
    elif shape.shape_type != "polygon":
        raise refusal(path, "annotations.shape", kind=shape.shape_type, label=shape.label)
    return tuple(value for point in points for value in point)


def read_yolo(photographs: Mapping[Path, Path], names: Classes) -> tuple[Classes, dict[Path, Annotation]]:
    """Read YOLO polygons: a line `class x y x y ...` per area, in shares of width and height.

    Larger areas are drawn first. An empty file annotates a photograph without areas.

    Args:
        photographs: the photograph of each file.
        names: the classes, as `data.yaml` names them; where it is absent, numbers are their names.

    Raises:
        FloodevalError: a line is no polygon, or lies outside the photograph; or a class has no name.
    """
    shapes = {path: _yolo_shapes(path) for path in photographs}
    used: dict[int, Path] = {}
    for path, areas in shapes.items():
        used = {area.value: path for area in areas} | used
    strange = sorted({*used} - names.known_values) if names else []
    if strange:
        raise refusal(used[strange[0]], "annotations.unnamed_class", id=str(strange[0]), source=names.source)
    classes = names or Classes({str(value): (value,) for value in sorted(used)}, source="YOLO")
    background = background_of(classes.known_values)
    annotations = {
        path: Annotation.of("YOLO", photographs[path], largest_first(areas), None, background)
        for path, areas in shapes.items()
    }
    return classes, annotations


def _yolo_shapes(path: Path) -> list[Shape]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise refusal(path, "annotations.broken", format="YOLO", why=str(error)) from None
    return [_yolo_shape(path, n, line.split()) for n, line in enumerate(lines, start=1) if line.strip()]


def _yolo_shape(path: Path, n: int, words: list[str]) -> Shape:
    try:
        value, ring = int(words[0]), tuple(float(word) for word in words[1:])
    except ValueError:
        raise refusal(path, "annotations.yolo_line", n=n) from None
    if len(ring) == BOX_NUMBERS:
        raise refusal(path, "annotations.yolo_box", n=n)
    if not 0 <= value <= MOST_CLASSES or len(ring) < FEWEST_NUMBERS or len(ring) % 2:
        raise refusal(path, "annotations.yolo_line", n=n)
    if not all(-ROUNDING <= share <= 1 + ROUNDING for share in ring):  # also where it is no number
        raise refusal(path, "annotations.yolo_outside", n=n)
    return Shape(value, (ring,))
