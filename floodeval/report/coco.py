"""The masks and outlines of the cases as COCO annotations: run-length encoded, with their polygons."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from floodeval.data.rasters import Mask
from floodeval.data.samples import Dataset, read_truth
from floodeval.errors import FloodevalError
from floodeval.files import atomic_write
from floodeval.report.subject import Subject

SMOOTH_PX = 1.0  # an outline keeps within a pixel of the mask's shore


def write_coco(path: Path, subject: Subject, ids: Sequence[str], dataset: Dataset | None) -> None:
    """Write every case's masks, a case at a time.

    The file holds COCO's `info`, `images`, `categories` and `annotations`. An annotation's `segmentation` is
    a compressed run-length encoding as pycocotools makes it; `outlines` its polygons, x and y in turn;
    `source` the variant, or `truth` where the data set is given; `score` SAM's own estimate.

    Raises:
        FloodevalError: `path` cannot be written.
    """
    sizes = subject.table.set_index("id")[["width", "height"]]
    images = [
        {
            "id": place,
            "file_name": one,
            "width": int(sizes["width"][one]),
            "height": int(sizes["height"][one]),
        }
        for place, one in enumerate(ids, start=1)
    ]
    info = {
        "description": f"floodeval, run {subject.run.info.name}, prompt {subject.prompt.spec}",
        "data_set": subject.run.info.dataset["name"],
    }
    head = {"info": info, "images": images, "categories": [{"id": 1, "name": "water", "supercategory": ""}]}
    with atomic_write(path) as stream:
        stream.write(f'{json.dumps(head)[:-1]}, "annotations": ['.encode())
        for place, one in enumerate(_annotations(subject, ids, dataset)):
            stream.write(f"{',' if place else ''}\n{json.dumps(one)}".encode())
        stream.write(b"\n]}\n")


def rle(mask: Mask) -> str:
    """The runs of an H x W mask, column by column, dry first, in COCO's compressed letters.

    Runs from the third on are stored as differences to the run two before; every number is written in
    groups of five bits, the lowest first, with a sixth bit for `more follows`, as letters from `0` on
    (pycocotools' `rleToString`).
    """
    flat = np.asarray(mask, np.uint8).ravel(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    ends = np.concatenate([[0] if len(flat) and flat[0] else [], edges, [len(flat)]]).astype(np.int64)
    runs = np.diff(ends, prepend=0)
    differences = runs.copy()
    differences[3:] -= runs[1:-2]
    return "".join(_letters(int(one)) for one in differences)


def outlines(mask: Mask) -> list[list[float]]:
    """The shores of an H x W mask as polygons, x and y in turn, holes as polygons of their own."""
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    smooth = (cv2.approxPolyDP(shore, SMOOTH_PX, True) for shore in found)
    return [shore.ravel().astype(float).tolist() for shore in smooth if len(shore) > 2]


def _annotations(subject: Subject, ids: Sequence[str], dataset: Dataset | None) -> Iterator[dict[str, Any]]:
    scores = subject.scores.set_index(["variant", "id"])["score"]
    number = 0
    for image, one in enumerate(ids, start=1):
        for source, mask in _masks(subject, one, dataset):
            number += 1
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            box = (
                [int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1]
                if len(rows)
                else [0, 0, 0, 0]
            )
            yield {
                "id": number,
                "image_id": image,
                "category_id": 1,
                "source": source,
                "score": 1.0 if source == "truth" else float(scores[source, one]),
                "iscrowd": 1,
                "area": int(mask.sum()),
                "bbox": box,
                "segmentation": {"size": list(mask.shape), "counts": rle(mask)},
                "outlines": outlines(mask),
            }


def _masks(subject: Subject, sample_id: str, dataset: Dataset | None) -> Iterator[tuple[str, Mask]]:
    """The masks of a case that can be read: the truth, A's, B's."""
    try:
        if dataset:
            yield "truth", read_truth(dataset[sample_id]).water
    except (KeyError, FloodevalError):
        pass
    for name in (subject.a, subject.b):
        try:
            yield name, subject.run.mask(name, subject.prompt.spec, sample_id)
        except FloodevalError:
            continue


def _letters(value: int) -> str:
    said = ""
    while True:
        group, value = value & 31, value >> 5
        more = value != (-1 if group & 16 else 0)
        said += chr((group | 32 if more else group) + 48)
        if not more:
            return said
