"""What tests of labels share: masks of three places with any values, saved in any format."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval.datasets.label_check import check_labels
from floodeval.errors import FloodevalError

HEIGHT, WIDTH = 30, 40
PLACES = np.zeros((HEIGHT, WIDTH), int)  # 0 land, 1 water, 2 something else
PLACES[:, :20] = 1
PLACES[10:15] = 2
LAND, WATER, OTHER = (place == PLACES for place in range(3))
VOC = [0, 0, 0, 128, 0, 0, *[0] * (253 * 3), 224, 224, 192]


def drawn(values, dtype=np.uint8):
    """The places with these values for land, water and something else."""
    return np.array(values)[PLACES].astype(dtype)


def save(folder, *masks, photographs=True):
    """Write a data set: masks are arrays, or functions that write a file and return its path."""
    for place in ("images", "masks"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    for number, mask in enumerate(masks):
        path = folder / "masks" / f"{number}.png"
        if isinstance(mask, np.ndarray):
            Image.fromarray(mask).save(path)
        else:
            mask(path)
        noise = np.random.default_rng(number).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{number}.png")
    return folder


def png(*values, dtype=np.uint8):
    return lambda path: Image.fromarray(drawn(values, dtype)).save(path)


def tiff(*values, dtype=np.uint8, nodata=None):
    tags = [] if nodata is None else [(42113, "s", 0, str(nodata), True)]
    return lambda path: tifffile.imwrite(path.with_suffix(".tif"), drawn(values, dtype), extratags=tags)


def palette(*values, colors=VOC):
    def write(path: Path) -> None:
        image = Image.frombytes("P", (WIDTH, HEIGHT), drawn(values).tobytes())
        image.putpalette(colors)
        image.save(path)

    return write


def jpeg(*values, quality=90):
    return lambda path: Image.fromarray(drawn(values)).save(path.with_suffix(".jpg"), quality=quality)


def refusal(dataset):
    with pytest.raises(FloodevalError) as refused:
        check_labels(dataset)
    assert "\n" not in str(refused.value)
    return str(refused.value)
