"""Tiny data sets in the layouts of other programs: photographs of noise, and masks of known pixels."""

import json
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

WIDTH, HEIGHT = 40, 30
RING = [10, 5, 30, 5, 30, 20, 10, 20]  # a rectangle of 20 x 15 pixels
INSIDE = np.zeros((HEIGHT, WIDTH), bool)
INSIDE[5:20, 10:30] = True


def photograph(path: Path, seed: int = 0, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    """Write a photograph of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


def mask(path: Path, inside: int = 255, outside: int = 0) -> Path:
    """Write a mask with one value in the rectangle and another outside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.where(INSIDE, inside, outside).astype(np.uint8)).save(path)
    return path


def colors(path: Path, inside: tuple[int, int, int], outside: tuple[int, int, int]) -> Path:
    """Write a mask with one color in the rectangle and another outside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.where(INSIDE[..., None], inside, outside).astype(np.uint8)).save(path)
    return path


def tiff(path: Path, values: np.ndarray) -> Path:
    """Write a TIFF of any type; bands last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(
        path, values, photometric="minisblack", planarconfig="contig" if values.ndim > 2 else None
    )
    return path


def text(path: Path, content: object) -> Path:
    """Write text, or JSON of anything else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def coco(
    names: list[str], *, segmentation: object = None, categories: object = None, **changes: object
) -> dict:
    """A COCO file that annotates the rectangle as the class water, 1, in every photograph."""
    images = [
        {"id": n, "file_name": name, "width": WIDTH, "height": HEIGHT}
        for n, name in enumerate(names, start=1)
    ]
    areas = [
        {"id": n, "image_id": n, "category_id": 1, "segmentation": segmentation or [RING], "iscrowd": 0}
        for n in range(1, len(names) + 1)
    ]
    classes = categories or [{"id": 1, "name": "water"}, {"id": 2, "name": "boat"}]
    return {"images": images, "annotations": areas, "categories": classes} | changes


def labelme(*shapes: dict, width: int = WIDTH, height: int = HEIGHT) -> dict:
    """A LabelMe file; by default the rectangle is water."""
    points = [RING[n : n + 2] for n in range(0, len(RING), 2)]
    drawn = list(shapes) or [{"label": "water", "points": points, "shape_type": "polygon"}]
    about = {"version": "5.4.1", "flags": {}, "imagePath": "a.jpg", "imageData": None}
    return about | {"shapes": drawn, "imageHeight": height, "imageWidth": width}


def yolo(value: int = 0) -> str:
    """A YOLO line that annotates the rectangle."""
    shares = [number / (HEIGHT if n % 2 else WIDTH) for n, number in enumerate(RING)]
    return f"{value} {' '.join(map(str, shares))}\n"
