"""COCO JSON, also as Roboflow exports it: classes, and the shapes of each photograph."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from floodeval.datasets.annotations import (
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
from floodeval.datasets.sample_names import shown

LISTS = (b'"images"', b'"annotations"', b'"categories"')  # that make a JSON file a COCO file
FIRST_CHARACTER, LAST_CHARACTER = 48, 111  # of compressed runs: each holds 5 bits, and whether more follow
BITS, MORE, SIGN = 5, 0x20, 0x10
MOST_CHARACTERS = 8  # of one number


class CocoImage(msgspec.Struct):
    """A photograph, as COCO lists it."""

    id: int | str
    file_name: str
    width: int
    height: int


class CocoCategory(msgspec.Struct):
    """A class, as COCO lists it."""

    id: Annotated[int, msgspec.Meta(ge=0, le=MOST_CLASSES)]
    name: str
    supercategory: str | None = None


class CocoRuns(msgspec.Struct):
    """A run-length encoded area: height and width, and the lengths of the runs or their compressed text."""

    size: tuple[int, int]
    counts: list[int] | str


class CocoArea(msgspec.Struct):
    """An annotated area, as COCO lists it."""

    image_id: int | str
    category_id: int
    segmentation: list[list[float]] | CocoRuns | None = None


class CocoFile(msgspec.Struct):
    """The parts of a COCO file that are read."""

    images: list[CocoImage]
    annotations: list[CocoArea]
    categories: list[CocoCategory]


def is_coco(path: Path) -> bool:
    """Whether a JSON file has most of COCO's three lists, as a truncated one does; they are not checked."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return sum(key in content for key in LISTS) > 1


def read_coco(path: Path) -> tuple[Classes, dict[str, Annotation]]:
    """Read a COCO file: its classes, and the annotation of each photograph by its `file_name`.

    Larger areas are drawn first. A photograph without areas has a mask without classes.

    Raises:
        FloodevalError: the file is no COCO file; an id is unknown or repeated; an area has no outline, an
            outline that leaves its photograph, or runs that do not fill it.
    """
    content = decode_json(path, CocoFile, "COCO")
    for key, values in (
        ("image", [one.id for one in content.images]),
        ("image", [one.file_name for one in content.images]),
        ("class", [one.id for one in content.categories]),
    ):
        if repeated := [value for value, n in Counter(map(str, values)).items() if n > 1]:
            raise refusal(path, f"annotations.repeated_{key}", id=repeated[0])
    images = {one.id: one for one in content.images}
    known = {one.id for one in content.categories}
    shapes: dict[int | str, list[Shape]] = {one.id: [] for one in content.images}
    for area in content.annotations:
        if area.image_id not in images:
            raise refusal(path, "annotations.unknown_image", id=str(area.image_id))
        if area.category_id not in known:
            raise refusal(path, "annotations.unknown_class", id=str(area.category_id))
        shapes[area.image_id].append(_shape(path, area, images[area.image_id]))
    background = background_of(known)
    annotations = {
        image.file_name: Annotation.of(
            "COCO",
            path,
            largest_first(shapes[image.id]),
            checked_size(path, image.width, image.height),
            background,
            is_alone=False,
        )
        for image in content.images
    }
    return _classes(path, content.categories, (area.category_id for area in content.annotations)), annotations


def _classes(path: Path, categories: Sequence[CocoCategory], used: Iterable[int]) -> Classes:
    """The classes, without the one that Roboflow adds as the parent of all others."""
    in_use, parents = {*used}, {one.supercategory for one in categories}
    kept = [one for one in categories if one.id in in_use or one.name not in parents] or categories
    values: dict[str, tuple[int, ...]] = {}
    for one in kept:
        values[one.name] = (*values.get(one.name, ()), one.id)
    return Classes(values, source=shown(path))


def _shape(path: Path, area: CocoArea, image: CocoImage) -> Shape:
    size = checked_size(path, image.width, image.height)
    if isinstance(area.segmentation, CocoRuns):
        height, width = area.segmentation.size
        runs = decoded_runs(area.segmentation.counts)
        if (width, height) != size or runs is None or sum(runs) != width * height:
            raise refusal(path, "annotations.runs", file=image.file_name)
        return Shape(area.category_id, runs=runs)
    rings = tuple(tuple(ring) for ring in area.segmentation or ())
    if not rings:
        raise refusal(path, "annotations.boxes", file=image.file_name)
    check_rings(path, image.file_name, rings, size)
    return Shape(area.category_id, rings)


def decoded_runs(counts: Sequence[int] | str) -> tuple[int, ...] | None:
    """The lengths of runs, outside and inside in turn; None where they are none.

    pycocotools reads and writes beyond its memory where they do not fill the mask, so they are decoded and
    added up here. In the compressed text a number takes characters of 5 bits, the lowest bits first; from the
    fourth number on it is the difference from the number before the previous one.

    >>> decoded_runs("03")
    (0, 3)
    """
    runs = _of_text(counts) if isinstance(counts, str) else tuple(counts)
    return None if runs is None or any(run < 0 for run in runs) else runs


def _of_text(text: str) -> tuple[int, ...] | None:
    runs: list[int] = []
    number, n_characters = 0, 0
    for character in text:
        code = ord(character)
        if not FIRST_CHARACTER <= code <= LAST_CHARACTER or n_characters == MOST_CHARACTERS:
            return None
        bits = code - FIRST_CHARACTER
        number |= (bits & (MORE - 1)) << (BITS * n_characters)
        n_characters += 1
        if bits & MORE:
            continue
        if bits & SIGN:
            number -= 1 << (BITS * n_characters)
        runs.append(number + (runs[-2] if len(runs) > 2 else 0))
        number, n_characters = 0, 0
    return None if n_characters else tuple(runs)
