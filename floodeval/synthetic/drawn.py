"""Drawn scenes as a data set on disk, in Kaggle's layout, with their factors in its metadata."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import cv2
import numpy as np

from floodeval.datasets.images import Photograph
from floodeval.datasets.synthetic_record import write_record
from floodeval.progress import Progress, Step, silent
from floodeval.storage.atomic import write_bytes, write_text
from floodeval.storage.pools import thread_pool
from floodeval.synthetic.scene import Scene
from floodeval.synthetic.synthetic import draw_scene

JPEG = [cv2.IMWRITE_JPEG_QUALITY, 92]
MOST_WORKERS = 4  # each holds some 200 MB while it draws
Row = Mapping[str, object]


def metadata(scenes: Mapping[str, Scene], notes: Mapping[str, Row]) -> str:
    """The text of metadata.csv: Image and Mask, the notes on each scene, then its factors.

    Args:
        scenes: by id, which becomes the stem of the files' names.
        notes: for each id the same further columns.
    """
    columns = list(next(iter(notes.values()), {}))
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["Image", "Mask", *columns, *(factor.name for factor in fields(Scene))])
    for name, scene in scenes.items():
        noted = [notes[name][column] for column in columns]
        rows.writerow([f"{name}.jpg", f"{name}.png", *noted, *asdict(scene).values()])
    return table.getvalue()


def draw_into(
    folder: Path,
    scenes: Mapping[str, Scene],
    notes: Mapping[str, Row],
    progress: Progress = silent,
) -> None:
    """Draw scenes into `folder`: Image/<id>.jpg, Mask/<id>.png, the record that they are drawn, metadata.csv.

    Masks are 8-bit with one channel, 255 where a pixel shows water. metadata.csv is written last, so a folder
    that has it is whole.

    Raises:
        FloodevalError: a file cannot be written.
    """
    (folder / "metadata.csv").unlink(missing_ok=True)
    with thread_pool(min(MOST_WORKERS, os.cpu_count() or 1)) as workers:
        progress(Step(0, len(scenes), "drawing", "pictures"))
        drawings = workers.map(lambda name: draw_pair(folder, name, scenes[name]), scenes)
        for done, _ in enumerate(drawings, start=1):
            progress(Step(done, len(scenes), "drawing", "pictures"))
    write_record(folder)
    write_text(folder / "metadata.csv", metadata(scenes, notes))


def draw_pair(folder: Path, name: str, scene: Scene) -> None:
    """Draw one scene's photograph and mask into the folder."""
    photograph, water = draw_scene(scene)
    write_bytes(folder / "Image" / f"{name}.jpg", encoded(photograph[..., ::-1], ".jpg", JPEG))
    write_bytes(folder / "Mask" / f"{name}.png", encoded(water.astype(np.uint8) * 255, ".png", []))


def encoded(raster: Photograph, suffix: str, settings: Sequence[int]) -> bytes:
    """The bytes of a picture file, of a raster H x W or, blue first, H x W x 3."""
    _, content = cv2.imencode(suffix, raster, list(settings))
    return bytes(content)
