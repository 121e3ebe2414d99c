"""Small data sets on disk, in both layouts."""

from pathlib import Path

import numpy as np
from PIL import Image


def make_pairs(folder: Path, ids: list[str], size: tuple[int, int] = (48, 32)) -> Path:
    """Write photographs (width x height of noise) whose left half is water."""
    width, height = size
    for kind in ("images", "masks"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for number, sample_id in enumerate(ids):
        noise = np.random.default_rng(number).integers(0, 255, (height, width, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{sample_id}.png")
        water = np.zeros((height, width), np.uint8)
        water[:, : width // 2] = 255
        Image.fromarray(water).save(folder / "masks" / f"{sample_id}.png")
    return folder


def kaggle(folder, ids=("0", "2", "10")):
    make_pairs(folder, list(ids))
    (folder / "images").rename(folder / "Image")
    (folder / "masks").rename(folder / "Mask")
    lines = ["Image,Mask", *(f"{i}.png,{i}.png" for i in ids)]
    (folder / "metadata.csv").write_text("\n".join(lines) + "\n")
    return folder
