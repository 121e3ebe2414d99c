"""Annotations with a file per photograph: LabelMe JSON and YOLO polygons."""

import base64
import math
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from floodeval.datasets.annotations import (
    FEWEST_NUMBERS,
    MOST_CLASSES,
    Annotation,
    Shape,
    background_of,
    check_points,
    checked_size,
    decode_json,
    largest_first,
    refusal,
)
from floodeval.datasets.classes import Classes
from floodeval.datasets.image_files import Source, load, opened
from floodeval.errors import FloodevalError

AREAS = ("polygon", "rectangle")  # of LabelMe; its rectangles have two corners, those of others four
CIRCLE_POINTS = 64  # of the polygon that stands for a circle
SPECIAL = {"_background_": 0, "__ignore__": -1}  # names to which LabelMe itself gives values
ROUNDING = 0.001  # of width or height, by which a share may be outside of 0 to 1
BOX_NUMBERS = 4  # of a YOLO line that is a box and no polygon


class LabelmeShape(msgspec.Struct):
    """An annotated area, as LabelMe writes it."""

    label: str
    points: list[tuple[float, float]]
    shape_type: str | None = None
    mask: str | None = None


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
        name = photographs[path].name
        shapes = [_labelme_shape(path, name, one, values[one.label], size) for one in content.shapes]
        annotations[path] = Annotation.of("LabelMe", photographs[path], shapes, size)
    classes = {name: (value,) for name, value in values.items() if name in names}
    ignore = (SPECIAL["__ignore__"],) if "__ignore__" in names else ()
    return Classes(classes, ignore, source="LabelMe"), annotations


def _labelme_shape(path: Path, name: str, shape: LabelmeShape, value: int, size: tuple[int, int]) -> Shape:
    """A shape of LabelMe; `name` is that of the photograph."""
    points, kind = shape.points, shape.shape_type or "polygon"
    check_points(path, name, [number for point in points for number in point], size)
    if kind == "mask" and shape.mask and points:
        return Shape(value, runs=_labelme_runs(path, name, shape, size))
    if kind == "rectangle" and len(points) == 2:
        (left, top), (right, bottom) = points
        points = [(left, top), (right, top), (right, bottom), (left, bottom)]
    elif kind == "circle" and len(points) == 2:
        (x, y), radius = points[0], math.dist(*points)
        turns = (2 * math.pi * n / CIRCLE_POINTS for n in range(CIRCLE_POINTS))
        points = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
    elif kind not in AREAS:
        raise refusal(path, "annotations.shape", kind=kind, label=shape.label)
    ring = tuple(value for point in points for value in point)
    if len(ring) < FEWEST_NUMBERS:
        raise refusal(path, "annotations.ring", file=name)
    return Shape(value, (ring,))


def _labelme_runs(path: Path, name: str, shape: LabelmeShape, size: tuple[int, int]) -> tuple[int, ...]:
    """The run lengths of a mask that LabelMe stores as a PNG of the box around it, in base64."""
    try:
        content = base64.b64decode(shape.mask or "", validate=True)
        with opened(Source(path, content)) as image:
            load(image, "ignore")
            inside = np.asarray(image.convert("L")) > 0
    except (ValueError, FloodevalError):
        raise refusal(path, "annotations.broken", format="LabelMe", why="mask") from None
    (width, height), (rows, columns) = size, inside.shape
    left, top = (round(min(numbers)) for numbers in zip(*shape.points, strict=True))
    if left < 0 or top < 0 or left + columns > width or top + rows > height:
        raise refusal(path, "annotations.runs", file=name)
    drawn = np.zeros((height, width), bool)
    drawn[top : top + rows, left : left + columns] = inside
    flat = np.concatenate([[False], drawn.T.ravel(), [not drawn[-1, -1]]])  # runs start outside
    changes = np.flatnonzero(np.diff(flat))
    return tuple(np.diff(changes, prepend=0).tolist())


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
        lines = path.read_text(encoding="utf-8-sig").splitlines()
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
