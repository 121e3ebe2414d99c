"""Synthetic scenes as a data set on disk, in Kaggle's layout, with their factors in its metadata."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import cv2
import numpy as np

from floodeval.datasets.images import Mask, Photograph
from floodeval.datasets.synthetic_record import write_record
from floodeval.progress import Progress, Step, silent
from floodeval.storage.atomic import write_bytes, write_text
from floodeval.storage.pools import thread_pool
from floodeval.synthetic.drawing import Canvas, Random
from floodeval.synthetic.objects import furnish
from floodeval.synthetic.render import Darkness, cloud_over, daylight, draw_flat, expose, set_lamps, veil
from floodeval.synthetic.scene import Scene, find_place

LAYERS = (
    "view", "relief", "parcels", "roads", "land", "houses", "clumps", "trees", "crowns", "water", "sun",
    "clouds", "dirt", "sensor", "glare", "channels", "ponds", "canopy", "air", "lamps", "cars",
)  # fmt: skip

JPEG = [cv2.IMWRITE_JPEG_QUALITY, 92]
MOST_WORKERS = 4  # each holds some 200 MB while it draws

Row = Mapping[str, object]


def draw_into(
    folder: Path,
    scenes: Mapping[str, Scene],
    notes: Mapping[str, Row],
    progress: Progress = silent,
) -> None:
    """Draw scenes into `folder`: Image/<id>.jpg, Mask/<id>.png, synthetic.json, metadata.csv.

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


def draw_pair(folder: Path, name: str, scene: Scene) -> None:
    """Draw one scene's photograph and mask into the folder."""
    photograph, water = draw_scene(scene)
    write_bytes(folder / "Image" / f"{name}.jpg", encoded(photograph[..., ::-1], ".jpg", JPEG))
    write_bytes(folder / "Mask" / f"{name}.png", encoded(water.astype(np.uint8) * 255, ".png", []))


def draw_scene(scene: Scene) -> tuple[Photograph, Mask]:
    """Draw the photograph of a scene and its water mask.

    Returns:
        The photograph, H x W x 3 RGB bytes, and the mask, H x W, true where a pixel shows water: the ground
        there is below the water level, and no house or tree stands before it. Water between the crowns of
        trees is water; shadows, glare, haze and reflections leave water what it is.
    """
    rngs = layers(scene)
    place = find_place(scene, rngs)
    objects = furnish(scene, place, rngs)
    flat = draw_flat(scene, place, objects, rngs)
    canvas = Canvas(flat.picture)
    objects.paint(canvas, place.view)
    canvas.weather(rngs["dirt"])
    water = (place.depth_m > 0) & (canvas.cover < 128)
    light = cloud_over(canvas.picture, scene, place.ground, rngs["clouds"])
    if scene.night:
        darkness = Darkness(scene.night, set_lamps(place, objects.houses, rngs["lamps"]))
        light = darkness.over(light, place, objects, water, flat.glitter)
    air = veil(scene, place.view, place.ground, rngs["air"])
    return expose(light, scene, air, daylight(scene.night), rngs["sensor"]), water


def layers(scene: Scene) -> Random:
    """Random numbers of its own for each layer: a factor that one layer uses leaves the others alone."""
    streams = np.random.default_rng(scene.seed).spawn(len(LAYERS))
    return dict(zip(LAYERS, streams, strict=True))


def encoded(raster: Photograph, suffix: str, settings: Sequence[int]) -> bytes:
    """The bytes of a picture file, of a raster H x W or, blue first, H x W x 3."""
    _, content = cv2.imencode(suffix, raster, list(settings))
    return bytes(content)
