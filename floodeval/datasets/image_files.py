"""A picture's file: opened by its content, its header, and in one line what goes wrong in there."""

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, UnidentifiedImageError

from floodeval.datasets.orientation import QUARTER_TURNS, TAG, displayed_size, inverse, turn_image, valid
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

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
            raise FloodevalError(saying("rasters.absent", path=self.path)) from None
        except UnidentifiedImageError:
            key = "rasters.no_picture" if self.n_bytes else "rasters.empty"
            raise FloodevalError(saying(key, path=self.path)) from None
        except Image.DecompressionBombError:
            most = self.most_pixels // 10**6
            raise FloodevalError(saying("rasters.large", path=self.path, most=most)) from None
        except Exception as error:  # decoders raise many kinds on a broken file
            raise FloodevalError(saying("rasters.broken", path=self.path, why=_one_line(error))) from None

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
