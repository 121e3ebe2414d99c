"""Files of predicted masks: their size from the header, and the values that they store."""

import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from floodeval.datasets import bands
from floodeval.datasets.image_files import MAX_PIXELS, Source
from floodeval.datasets.images import Mask
from floodeval.datasets.label_scheme import WATER_ABOVE
from floodeval.datasets.reference_masks import StoredMask, read_stored
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

NUMPY, ZIP = b"\x93NUMPY", b"PK"
MOST_VALUES = 64  # of a mask that is no map of probabilities
_MOST_HEADER = 10_000  # bytes of the header of a NumPy array

Values = npt.NDArray[Any]
Size = tuple[int, int]


@dataclass(frozen=True)
class PredictedMask:
    """The values of a predicted mask, as its file stores them.

    Attributes:
        values: H x W: booleans, whole numbers, or floating-point numbers, all finite.
        is_lossy: whether its format may have changed values a little, as JPEG does.
        is_black_and_white: whether it is so, but for such changes; False of other formats.
    """

    values: Values
    is_lossy: bool = False
    is_black_and_white: bool = False

    @cached_property
    def whole(self) -> Values | None:
        """The values as whole numbers, or as the 0 and 255 that a lossy format changed.

        None where they are booleans, or one is no whole number.
        """
        if self.values.dtype.kind == "b":
            return None
        if self.is_black_and_white:
            return np.where(self.values > WATER_ABOVE, 255, 0)
        if self.values.dtype.kind != "f":
            return self.values
        if float(np.abs(self.values).max()) >= 2**31:
            return None
        whole = self.values.astype(np.int64)
        return whole if np.array_equal(whole, self.values) else None


def read_size(path: Path, exif: str = "apply") -> Size:
    """Height and width of a mask, from its header.

    Args:
        path: of the file.
        exif: `apply` or `ignore` its orientation tag.

    Raises:
        FloodevalError: it is no mask, or too large.
    """
    if _start(path) == NUMPY[:4] or _start(path).startswith(ZIP):
        with _array(path) as (stream, _):
            return _plane(path, _header(path, stream)[0])
    header = bands.read_header(Source(path), exif)
    return header.height, header.width


def read_predicted(path: Path, exif: str = "apply") -> PredictedMask:
    """Read a predicted mask: PNG, TIFF, JPEG, `.npy` or `.npz`, whichever its content is.

    Raises:
        FloodevalError: the file is broken, of several bands, too large or holds Python objects; or a value is
            not a finite number.
    """
    if _start(path) == NUMPY[:4] or _start(path).startswith(ZIP):
        values = _read_array(path)
    elif bands.read_header(Source(path), exif).kind == "f":
        stored = bands.read_bands(Source(path), exif)[0].values
        values = stored.reshape(_plane(path, stored.shape))
    else:
        return _of_image(read_stored(path, upright=exif == "apply"))
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise FloodevalError(saying("masks.not_finite", path=path))
    return PredictedMask(values)


def _of_image(stored: StoredMask) -> PredictedMask:
    """The values of a picture: what it draws if that is black and white, else numbers."""
    if stored.kind == "bilevel" and stored.shown is not None:
        return PredictedMask(stored.shown > WATER_ABOVE)
    draws = stored.kind == "palette" or (stored.kind == "gray" and stored.values.dtype == np.uint8)
    if draws and not stored.is_lossy and stored.shown is not None and stored.is_black_and_white:
        return PredictedMask(stored.shown)  # of a TIFF whose 0 is white, the opposite of its values
    return PredictedMask(stored.values, stored.is_lossy, stored.is_lossy and stored.is_black_and_white)


def _start(path: Path) -> bytes:
    return Source(path).start(4)


@contextmanager
def _array(path: Path) -> Iterator[tuple[IO[bytes], str]]:
    """The stream of the one array in a NumPy file; what else is raised becomes a FloodevalError."""
    try:
        if _start(path) == NUMPY[:4]:
            with path.open("rb") as stream:
                yield stream, path.name
            return
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".npy")]
            if len(names) != 1:
                shown = ", ".join(name.removesuffix(".npy") for name in names[:5]) or "-"
                raise FloodevalError(saying("masks.arrays", path=path, names=shown))
            with archive.open(names[0]) as stream:
                yield stream, names[0]
    except FloodevalError:
        raise
    except Exception as error:  # whatever a broken file leads to
        why = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise FloodevalError(saying("masks.broken", path=path, why=why)) from None


def _header(path: Path, stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type of an array, checked before a value of it is read.

    Raises:
        FloodevalError: it holds Python objects or no numbers, or more pixels than a mask may have.
    """
    version = np.lib.format.read_magic(stream)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read is None:
        raise FloodevalError(saying("masks.broken", path=path, why=f"NumPy format {version}"))
    shape, _, kind = read(stream, max_header_size=_MOST_HEADER)
    if kind.hasobject:
        raise FloodevalError(saying("masks.objects", path=path))
    if kind.kind not in "buif":
        raise FloodevalError(saying("masks.kind", path=path, kind=kind))
    if math.prod(shape) > MAX_PIXELS:
        raise FloodevalError(saying("images.large", path=path, most=MAX_PIXELS // 10**6))
    return shape, kind


def _read_array(path: Path) -> Values:
    with _array(path) as (stream, _):
        size = _plane(path, _header(path, stream)[0])
    with _array(path) as (stream, _):
        array = np.lib.format.read_array(stream, allow_pickle=False, max_header_size=_MOST_HEADER)
    return np.asarray(array).reshape(size)


def _plane(path: Path, shape: tuple[int, ...]) -> Size:
    """Height and width of an array of one plane: H x W, 1 x H x W or H x W x 1.

    Raises:
        FloodevalError: it has another shape.
    """
    if len(shape) == 3 and 1 in (shape[0], shape[2]):
        shape = shape[1:] if shape[0] == 1 else shape[:2]
    if len(shape) != 2 or 0 in shape:
        words = " x ".join(map(str, shape))
        raise FloodevalError(saying("masks.shape", path=path, shape=words or "0"))
    return int(shape[0]), int(shape[1])


def of_water(values: Values, ids: tuple[int, ...]) -> Mask:
    """Where values are one of the ids; true of booleans is 1, or 255 where only that is an id."""
    if values.dtype.kind == "b":
        values = values.astype(np.uint8) * (255 if 255 in ids and 1 not in ids else 1)
    return np.asarray(np.isin(values, ids), bool)
