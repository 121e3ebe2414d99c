"""The orientation tag of a picture: 1 as stored, 2 to 8 mirrored or turned when it is displayed."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

QUARTER_TURNS = (5, 6, 7, 8)  # the orientations that swap width and height
TAG = ExifTags.Base.Orientation

_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_INVERSE = {6: 8, 8: 6}  # the others undo themselves

Values = TypeVar("Values", bound=npt.NDArray[Any])


def valid(orientation: object) -> int:
    """The orientation that a tag's value names; 1, as stored, where it names none."""
    return orientation if isinstance(orientation, int) and orientation in _TRANSPOSES else 1


def inverse(orientation: int) -> int:
    """The orientation that undoes another."""
    return _INVERSE.get(orientation, orientation)


def turned(values: Values, orientation: int) -> Values:
    """Turn stored values, H x W or H x W x C, as an orientation says that they are displayed."""
    if orientation in QUARTER_TURNS:
        values = np.swapaxes(values, 0, 1)
    rows = slice(None, None, -1 if orientation in (3, 4, 7, 8) else 1)
    columns = slice(None, None, -1 if orientation in (2, 3, 6, 7) else 1)
    return values[rows, columns]  # type: ignore[return-value]


def turn_image(image: Image.Image, orientation: int) -> None:
    """Turn a decoded picture in place, for a copy of 18 megapixels takes a while."""
    if orientation in _TRANSPOSES:
        image.im = image.im.transpose(_TRANSPOSES[orientation])
        image._size = image.im.size


def displayed_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    """Width and height of a picture of the stored size, once it is turned."""
    return (height, width) if orientation in QUARTER_TURNS else (width, height)
