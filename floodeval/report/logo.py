"""The logo on the first page: a PNG or JPEG file, checked and redrawn as a small PNG without metadata."""

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

FORMATS = ("PNG", "JPEG")
LARGEST = 2**20  # bytes of the file
MOST_PIXELS = 20_000_000
SIZE_PX = (600, 200)  # the greatest width and height in the report


def read_logo(path: Path) -> bytes:
    """Read a logo.

    Returns:
        A PNG file, at most `SIZE_PX` large, with nothing of the original file but its pixels.

    Raises:
        FloodevalError: the file cannot be read, is too large, or is not a PNG or JPEG image.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise FloodevalError(
            saying("report_errors.logo_unreadable", path=path, why=error.strerror or error)
        ) from None
    if len(content) > LARGEST:
        raise FloodevalError(saying("report_errors.logo_too_large", path=path, limit=LARGEST // 1024))
    try:
        return _redrawn(content)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise FloodevalError(saying("report_errors.no_logo", path=path)) from None


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
