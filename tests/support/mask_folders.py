"""Folders of predicted masks, as other programs write them."""

from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (32, 48)  # height and width of the photographs of `make_pairs`


def water(columns: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A prediction: water in the first columns."""
    mask = np.zeros(size, bool)
    mask[:, :columns] = True
    return mask


def write_values(path: Path, values: np.ndarray) -> Path:
    """Write values by the file's suffix: a picture, `.npy` or `.npz`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, values)
    elif path.suffix == ".npz":
        np.savez_compressed(path, mask=values)
    else:
        Image.fromarray(values).save(path)
    return path


def write_folder(folder: Path, columns: dict[str, int], suffix: str = ".png") -> Path:
    """Write a folder of black and white masks: by id, how many columns are water."""
    for sample_id, n in columns.items():
        write_values(folder / f"{sample_id}{suffix}", water(n).astype(np.uint8) * 255)
    return folder
