"""A picture's file: opened by its content, its header, and in one line what goes wrong in there."""

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, UnidentifiedImageError

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

# The orientation tag of a picture: 1 as stored, 2 to 8 mirrored or turned when it is displayed.

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


# A picture's file: opened by its content, its header, and in one line what goes wrong in there.

MAX_PIXELS = 170_000_000  # an aerial frame camera's picture fits; a decompression bomb does not
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "GIF", "PPM", "JPEG2000")  # none that runs a program

Enough = Callable[[int, int], tuple[int, int]]
"""From a picture's whole height and width to those that will do."""

_PREFIX_BYTES = 16  # by which Pillow's readers know their files
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True)
class Source:
    """Where a picture's bytes come from: a file, or `content` where the path is its name alone."""

    path: Path
    content: bytes | None = None
    most_pixels: int = MAX_PIXELS

    @contextmanager
    def stream(self) -> Iterator[IO[bytes]]:
        """The bytes; whatever is raised while they are read becomes a FloodevalError of one line."""
        try:
            with self.path.open("rb") if self.content is None else io.BytesIO(self.content) as stream:
                yield stream
        except FloodevalError:
            raise
        except FileNotFoundError:
            raise FloodevalError(saying("images.absent", path=self.path)) from None
        except UnidentifiedImageError:
            key = "images.no_picture" if self.n_bytes else "images.empty"
            raise FloodevalError(saying(key, path=self.path)) from None
        except Image.DecompressionBombError:
            most = self.most_pixels // 10**6
            raise FloodevalError(saying("images.large", path=self.path, most=most)) from None
        except Exception as error:  # decoders raise many kinds on a broken file
            raise FloodevalError(saying("images.broken", path=self.path, why=_one_line(error))) from None

    @property
    def n_bytes(self) -> int:
        """How long the file is."""
        return self.path.stat().st_size if self.content is None else len(self.content)

    def is_tiff(self) -> bool:
        """Whether the content is a TIFF, which Pillow reads in part only."""
        return self.start(4) in _TIFF

    def start(self, n_bytes: int) -> bytes:
        """The first bytes."""
        with self.stream() as stream:
            return stream.read(n_bytes)


@contextmanager
def opened(source: Source | Path) -> Iterator[Image.Image]:
    """Open a picture without decoding it.

    Pillow's own `open` warns of large pictures, and silencing a warning changes the filters of every thread.
    So its readers are asked one by one, and the size is checked here.

    Raises:
        FloodevalError: the file is absent, is no picture, is too large or breaks while it is read.
    """
    source = source if isinstance(source, Source) else Source(source)
    with source.stream() as stream, _identified(stream) as image:
        if image.width * image.height > source.most_pixels:
            raise Image.DecompressionBombError
        yield image


def orientation_of(image: Image.Image) -> int:
    """The orientation tag of a picture that is not decoded yet; 1 where it has none."""
    return valid(image.getexif().get(TAG, 1))


def upright_size(image: Image.Image, exif: str = "apply") -> tuple[int, int]:
    """Width and height that a picture has once `load` has decoded it."""
    orientation = orientation_of(image)
    width, height = image.size
    if image.format == "TIFF" and orientation in QUARTER_TURNS:  # whose size Pillow has turned already
        width, height = height, width
    return displayed_size(width, height, orientation if exif == "apply" else 1)


def load(image: Image.Image, exif: str = "apply") -> None:
    """Decode a picture, and turn it as its orientation tag says unless `exif` is "ignore"."""
    orientation = orientation_of(image)
    image.load()
    if image.format == "TIFF":  # which Pillow has turned already
        turn_image(image, inverse(orientation) if exif == "ignore" else 1)
    elif exif == "apply":
        turn_image(image, orientation)


def _identified(stream: IO[bytes]) -> Image.Image:
    """Find the reader that knows the content, as `PIL.Image.open` does."""
    Image.init()
    prefix = stream.read(_PREFIX_BYTES)
    for name in FORMATS:
        if name not in Image.OPEN:  # Pillow was built without it
            continue
        factory, accept = Image.OPEN[name]
        accepted = accept is None or accept(prefix)
        if accepted and not isinstance(accepted, str):
            stream.seek(0)
            try:
                return factory(stream, "")
            except (SyntaxError, IndexError, TypeError, struct.error):
                continue
    raise UnidentifiedImageError


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
