"""The logo on the first page: a PNG or JPEG file, checked and redrawn as a small PNG without metadata."""

import hashlib
import io
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

FORMATS = ("PNG", "JPEG")
LARGEST = 2**20  # bytes of the file
MOST_PIXELS = 20_000_000
LONGEST_NAME = 80  # characters
SIZE_PX = (600, 200)  # the greatest width and height in the report


@dataclass(frozen=True)
class UploadedLogo:
    """A logo that is in memory; `str` is its name, and its `repr` has a digest in place of the content.

    Attributes:
        name: of the file, as the browser states it: without its folders and control characters.
        content: the bytes of the file.
    """

    name: str
    content: bytes = field(repr=False)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        name = "".join(letter for letter in self.name.replace("\\", "/") if letter.isprintable())
        object.__setattr__(self, "name", Path(name).name[-LONGEST_NAME:] or "logo")
        object.__setattr__(self, "digest", hashlib.sha256(self.content).hexdigest())

    def __str__(self) -> str:
        return self.name


def read_logo(logo: Path | UploadedLogo) -> bytes:
    """Read a logo.

    Args:
        logo: a file, or what was uploaded; both have the same limits.

    Returns:
        A PNG file, at most `SIZE_PX` large, with nothing of the original file but its pixels.

    Raises:
        FloodevalError: the file cannot be read, is too large, or is not a PNG or JPEG image.
    """
    content = logo.content if isinstance(logo, UploadedLogo) else _content(logo)
    if len(content) > LARGEST:
        raise FloodevalError(saying("report_errors.logo_too_large", path=logo, limit=LARGEST // 1024))
    try:
        return _redrawn(content)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise FloodevalError(saying("report_errors.no_logo", path=logo)) from None


def _content(path: Path) -> bytes:
    """The file's first bytes, no more than one too many."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise FloodevalError(
            saying("report_errors.logo_unreadable", path=path, why=error.strerror or error)
        ) from None


def _redrawn(content: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail(SIZE_PX)
    stream = io.BytesIO()
    Image.frombytes("RGBA", upright.size, upright.tobytes()).save(stream, "PNG", optimize=True)
    return stream.getvalue()
