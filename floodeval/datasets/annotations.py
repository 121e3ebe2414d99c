"""The annotated shapes of a photograph, whatever file they come from: checked, and drawn as a mask."""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from floodeval.datasets.bands import read_header
from floodeval.datasets.image_files import MAX_PIXELS, Source
from floodeval.datasets.sample_names import printable, shown
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

OUTSIDE_PX = 1.0  # by which rounding may put a point outside of the photograph
FEWEST_NUMBERS = 6  # of a polygon: three points
MOST_CLASSES = 65535  # the highest number of a class

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Shape:
    """An annotated area of one class.

    Attributes:
        value: the mask value of its class.
        rings: polygons whose union it is, each x0, y0, x1, y1, ... in pixels, or as shares of the size.
        runs: instead of polygons, how many pixels are outside, inside, outside, ..., column by column.
    """

    value: int
    rings: tuple[tuple[float, ...], ...] = ()
    runs: tuple[int, ...] = ()

    @property
    def surface(self) -> float:
        """Its surface, in square pixels or as a share; of polygons by the shoelace formula."""
        if self.runs:
            return float(sum(self.runs[1::2]))
        return sum(_ring_surface(ring) for ring in self.rings)


@dataclass(frozen=True)
class Annotation:
    """The annotated shapes of one photograph. Two are equal where photograph and digest are.

    Attributes:
        digest: SHA-256 of shapes, size and background.
        format: `COCO`, `LabelMe` or `YOLO`.
        photograph: the file that is annotated.
        shapes: in the order in which they are drawn: a later one covers an earlier one.
        size: width and height of the photograph, as the file states them; None where coordinates are shares.
        background: the value of pixels in no shape.
        is_alone: whether the file annotates this photograph only.
    """

    digest: str
    format: str
    photograph: Path
    shapes: tuple[Shape, ...] = field(compare=False, repr=False)
    size: tuple[int, int] | None = field(compare=False, default=None)
    background: int = field(compare=False, default=0)
    is_alone: bool = field(compare=False, default=True)

    @classmethod
    def of(
        cls,
        format_name: str,
        photograph: Path,
        shapes: Iterable[Shape],
        size: tuple[int, int] | None = None,
        background: int = 0,
        *,
        is_alone: bool = True,
    ) -> "Annotation":
        """Put together an annotation with its digest."""
        drawn = tuple(shapes)
        digest = hashlib.sha256(repr((drawn, size, background)).encode()).hexdigest()
        return cls(digest, format_name, photograph, drawn, size, background, is_alone)

    def size_px(self, exif: str = "apply") -> tuple[int, int]:
        """Width and height of the mask in pixels.

        Raises:
            FloodevalError: coordinates are shares, and the photograph cannot be read.
        """
        if self.size is not None:
            return self.size
        header = read_header(Source(self.photograph), exif)
        return header.width, header.height


def draw(annotation: Annotation, upright: bool = True) -> npt.NDArray[np.int32]:
    """Draw shapes as a mask of class values, H x W; which border pixels belong to a polygon is COCO's rule.

    Raises:
        FloodevalError: as `Annotation.size_px`.
    """
    from pycocotools import mask as coco  # here, because most data sets have pictures

    width, height = annotation.size_px("apply" if upright else "ignore")
    scale = (1.0, 1.0) if annotation.size else (float(width), float(height))
    drawn = np.full((height, width), annotation.background, np.int32)
    for shape in annotation.shapes:
        if shape.runs:
            inside = np.repeat(np.arange(len(shape.runs)) % 2 == 1, shape.runs).reshape(width, height).T
        else:
            rings = [(np.reshape(ring, (-1, 2)) * scale).ravel().tolist() for ring in shape.rings]
            inside = coco.decode(coco.merge(coco.frPyObjects(rings, height, width))).astype(bool)
        drawn[inside] = shape.value
    return drawn


def largest_first(shapes: Iterable[Shape]) -> list[Shape]:
    """Put shapes in an order in which a small one on a large one stays visible."""
    return sorted(shapes, key=lambda shape: shape.surface, reverse=True)


def background_of(taken: Iterable[int]) -> int:
    """The value of pixels in no shape: 0, or the first above those of the classes where one of them is 0."""
    values = {*taken}
    return max(values) + 1 if 0 in values else 0


def decode_json(path: Path, kind: type[Kind], format_name: str) -> Kind:
    """Read a JSON file as typed values; keys that the type does not know are ignored.

    Raises:
        FloodevalError: the file cannot be read, or has another content.
    """
    try:
        return msgspec.json.decode(path.read_bytes().removeprefix(BOM_UTF8), type=kind)
    except (OSError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise refusal(path, "annotations.broken", format=format_name, why=why) from None


def checked_size(path: Path, width: int, height: int) -> tuple[int, int]:
    """Width and height that an annotation file states.

    Raises:
        FloodevalError: they are no size of a photograph that can be read.
    """
    if width < 1 or height < 1 or width * height > MAX_PIXELS:
        raise refusal(path, "annotations.size", width=str(width), height=str(height))
    return width, height


def check_rings(path: Path, name: str, rings: Iterable[Sequence[float]], size: tuple[int, int]) -> None:
    """Check polygons in pixels.

    Args:
        path: the annotation file.
        name: of the photograph.
        rings: each x0, y0, x1, y1, ...
        size: width and height of the photograph.

    Raises:
        FloodevalError: a polygon has fewer than three points, or leaves the photograph by more than rounding
            explains.
    """
    for ring in rings:
        if len(ring) < FEWEST_NUMBERS or len(ring) % 2:
            raise refusal(path, "annotations.ring", file=name)
        check_points(path, name, ring, size)


def check_points(path: Path, name: str, numbers: Sequence[float], size: tuple[int, int]) -> None:
    """Check points x0, y0, x1, y1, ... in pixels; the arguments are those of `check_rings`.

    Raises:
        FloodevalError: a point is outside of the photograph by more than rounding explains.
    """
    width, height = size
    for x, y in zip(numbers[::2], numbers[1::2], strict=True):
        inside = -OUTSIDE_PX <= x <= width + OUTSIDE_PX and -OUTSIDE_PX <= y <= height + OUTSIDE_PX
        if not inside:  # also where it is no number
            size_text = f"{width} × {height}"
            raise refusal(path, "annotations.outside", file=name, point=f"({x:g}, {y:g})", size=size_text)


def refusal(path: Path, key: str, **values: object) -> FloodevalError:
    """The error that refuses an annotation file, with its name and with names from it made printable."""
    plain = {name: printable(value) if isinstance(value, str) else value for name, value in values.items()}
    return FloodevalError(saying(key, path=shown(path), **plain))


def _ring_surface(ring: Sequence[float]) -> float:
    xs, ys = np.array(ring[::2]), np.array(ring[1::2])
    return abs(float(np.dot(xs, np.roll(ys, 1)) - np.dot(ys, np.roll(xs, 1)))) / 2
