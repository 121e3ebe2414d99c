"""What tests of photographs share: pairs of any values, saved in any format."""

from pathlib import Path

import cv2
import numpy as np
import tifffile
from PIL import Image

from floodeval.datasets.audit.audit import audit
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.dataset_config import ReadingOptions

RNG = np.random.default_rng(7)
HEIGHT, WIDTH = 40, 60


def left_half(height=HEIGHT, width=WIDTH):
    water = np.zeros((height, width), np.uint8)
    water[:, : width // 2] = 255
    return water


def save(path: Path, values: np.ndarray) -> Path:
    """Write values, RGB first, as the suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".tif":
        shown = "rgb" if values.ndim == 3 and values.shape[2] in (3, 4) else "minisblack"
        bands = {"planarconfig": "contig"} if values.ndim == 3 else {}
        tifffile.imwrite(path, values, photometric=shown, compression="zlib", **bands)
    elif values.dtype == np.uint16:
        order = {2: slice(None), 3: [2, 1, 0], 4: [2, 1, 0, 3]}[
            values.ndim if values.ndim == 2 else values.shape[2]
        ]
        cv2.imwrite(str(path), values if values.ndim == 2 else np.ascontiguousarray(values[..., order]))
    else:
        Image.fromarray(values).save(path)
    return path


def dataset(folder: Path, photographs: dict[str, np.ndarray], mask: np.ndarray | None = None) -> Path:
    """A data set whose photographs have these names; the left half of each is water."""
    for name, values in photographs.items():
        save(folder / "images" / name, values)
        save(
            folder / "masks" / f"{Path(name).with_suffix('')}.png",
            left_half(*values.shape[:2]) if mask is None else mask,
        )
    return folder


def noise(high: int, dtype: type, bands: int = 3) -> np.ndarray:
    return RNG.integers(0, high, (HEIGHT, WIDTH, bands)).astype(dtype)


def only(folder: Path, **options: object):
    return load_dataset(folder, ReadingOptions(**options)).samples[0]


def kinds(folder: Path) -> dict[str, tuple[str, ...]]:
    return {issue.kind: issue.ids for issue in audit(folder).issues}
