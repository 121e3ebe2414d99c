"""The scenes of the demo, and synthetic scenes drawn as a data set on disk, in Kaggle's layout."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import cv2
import numpy as np

from floodeval.datasets.dataset_config import write_record
from floodeval.datasets.images import Mask, Photograph
from floodeval.progress import Progress, Step, silent
from floodeval.storage.atomic import write_bytes, write_text
from floodeval.storage.locks import hold
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


def demo_scenes(n: int = 12, seed: int = 0) -> list[Scene]:
    """`n` scenes that vary in every factor, the same for the same seed."""
    seeds = np.random.default_rng(seed).integers(1 << 31, size=n)
    return [demo_scene(int(scene_seed), k) for k, scene_seed in enumerate(seeds)]


def demo_scene(seed: int, k: int) -> Scene:
    """The `k`-th demo scene; the factors repeat with different periods, so that they mix."""
    setting, buildings, trees = (("fields", 5, 160), ("village", 30, 240), ("woods", 4, 450))[k % 3]
    sizes = ((1024, 768), (1024, 768), (1024, 683), (1024, 768), (768, 1024), (1024, 768), (960, 540))
    width, height = sizes[k % 7]
    return Scene(
        seed=seed,
        water_share=round(0.15 + 0.55 * ((0.45 + 0.618 * k) % 1), 2),
        buildings=buildings,
        trees=trees,
        setting=setting,
        glare=(0.0, 0.2, 0.5, 0.0, 0.4)[k % 5],
        shadow=(0.6, 0.3, 0.8, 0.0, 0.5)[(k + k // 5) % 5],
        turbidity=(0.9, 0.7, 1.0, 0.0, 0.8, 0.3)[(k + k // 6) % 6],
        diffuse_shore=(0.1, 0.25, 0.0, 0.4)[(k + k // 4) % 4],
        thin_channels=0.3 if k % 12 == 10 else 0.0,
        small_ponds=0.3 if k % 12 == 8 else 0.0,
        canopy=(0.0, 0.0, 0.0, 0.0, 0.0, 0.25)[k % 6],
        haze=(0.0, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0, 0.5)[k % 8],
        night=0.5 if k % 12 == 3 else 0.0,
        width=width,
        height=height,
    )


def draw_dataset(folder: Path, scenes: Sequence[Scene]) -> None:
    """Draw scenes as a data set, as `draw_into` does, under the ids scene-00, scene-01, ..."""
    named, notes = _named(scenes)
    with hold(folder, f"data set {folder}"):
        draw_into(folder, named, notes)


def holds(folder: Path, scenes: Sequence[Scene]) -> bool:
    """Whether a folder holds these scenes, by its metadata.csv."""
    try:
        return (folder / "metadata.csv").read_bytes() == metadata(*_named(scenes)).encode()
    except OSError:
        return False


def _named(scenes: Sequence[Scene]) -> tuple[dict[str, Scene], dict[str, Row]]:
    """The scenes by id, each without notes."""
    named = {f"scene-{k:02d}": scene for k, scene in enumerate(scenes)}
    return named, {name: {} for name in named}


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
