"""The bands of a photograph as its file stores them, of any number and type."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from floodeval.datasets.image_files import (
    Enough,
    Source,
    displayed_size,
    load,
    opened,
    orientation_of,
    turned,
    upright_size,
    valid,
)
from floodeval.datasets.lzw import read_lzw
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

Values = npt.NDArray[Any]

logging.getLogger("tifffile").addHandler(logging.NullHandler())  # its warnings are not for the terminal

_MOST_BANDS = 64  # of a file that is decoded: hyperspectral cubes are no photographs
_MOST_OF_OTHERS = 4  # bands, that OpenCV and Pillow decode; with more they write to the terminal
_ALPHA, _PREMULTIPLIED, _UNASSOCIATED = "alpha", 1, 2  # how TIFF marks a fourth band
_ORIENTATION_TAG, _EXTRA_TAG, _NODATA_TAG = 274, 338, 42113
_KINDS = {"b": "u", "u": "u", "i": "i", "f": "f"}  # of values, as they are read
_CONVERTED = (3, 5, 6, 8)  # a palette, CMYK, YCbCr and Lab: kinds of color that Pillow makes RGB
_MIN_IS_WHITE = 0  # the kind of color in which 0 is white
_PNG_BIT_DEPTH = 24  # the byte of a PNG that holds it
_SOFT_ALPHA_FORMATS = ("PNG", "TIFF", "JPEG2000")  # in which a fourth band may be something else


@dataclass(frozen=True)
class Header:
    """What a photograph's header says.

    Attributes:
        format: Pillow's name of the format.
        width: in pixels, as it is read.
        height: in pixels, as it is read.
        n_bands: 1 is grey, 2 grey with another, 3 red, green, blue.
        bits: of a value, as declared.
        kind: of the values: `u` whole numbers from 0, `i` whole numbers, `f` floating point.
        orientation: the orientation tag, 1 to 8.
        declares_alpha: whether the last of 2 or 4 bands is declared to be transparency.
        is_turned: whether width and height are those of the picture turned as its tag says.
    """

    format: str
    width: int
    height: int
    n_bands: int = 3
    bits: int = 8
    kind: str = "u"
    orientation: int = 1
    declares_alpha: bool = False
    is_turned: bool = True

    @property
    def is_deep(self) -> bool:
        """Whether values are other than 8 bits from 0 to 255."""
        return self.bits > 8 or self.kind != "u"

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height of the stored pixels."""
        return displayed_size(self.width, self.height, self.orientation if self.is_turned else 1)

    @property
    def displayed_size(self) -> tuple[int, int]:
        """Width and height once the picture is turned as its tag says."""
        return displayed_size(self.width, self.height, 1 if self.is_turned else self.orientation)


@dataclass(frozen=True)
class Bands:
    """A photograph's stored values, H x W x C, the right way up, with its header.

    `nodata` is the value that stands for no measurement, where the file declares one; `premultiplied`
    says that colors have been multiplied by the fourth band already.
    """

    values: Values
    header: Header
    nodata: float | None = None
    premultiplied: bool = False

    def valid(self) -> npt.NDArray[np.bool_]:
        """H x W, true where every band holds a measurement."""
        valid = np.ones(self.values.shape[:2], bool)
        if self.values.dtype.kind == "f":
            valid &= np.isfinite(self.values).all(axis=2)
        if self.nodata is not None:
            valid &= ~(self.values == self.nodata).all(axis=2)
        return valid


def read_header(source: Source, exif: str = "apply") -> Header:
    """Read a photograph's header; its pixels are not decoded.

    Raises:
        FloodevalError: the file is absent, is no picture, or is too large to be decoded.
    """
    if source.is_tiff() and (tiff := _tiff(source, exif)):
        return tiff.header
    with opened(source) as image:
        return _header(source, image, exif)


def read_bands(
    source: Source, exif: str = "apply", enough: Enough | None = None
) -> tuple[Bands, tuple[int, int]]:
    """Read a photograph's stored values, and the height and width of the whole photograph.

    Palettes and transparent colors become red, green and blue. A JPEG is decoded at 1/2, 1/4 or 1/8 of its
    size where that is `enough`.

    Raises:
        FloodevalError: the file is absent, broken, too large, or compressed in a way that cannot be decoded.
    """
    if source.is_tiff() and (tiff := _tiff(source, exif)):
        header = tiff.header
        if header.n_bands in (1, 3) and not header.is_deep:
            with suppress(FloodevalError):  # Pillow does not know every order of bands
                return _of_pillow(source, exif)
        with source.stream():
            values = tiff.decode()
        values = turned(values, header.orientation if exif == "apply" else 1)
        return Bands(values, header, tiff.nodata, tiff.premultiplied), values.shape[:2]
    return _of_pillow(source, exif, enough)


def _of_pillow(source: Source, exif: str, enough: Enough | None = None) -> tuple[Bands, tuple[int, int]]:
    with opened(source) as image:
        header = _header(source, image, exif)
        if header.bits == 16 and header.format == "PNG":
            return Bands(_deep_png(source, header, exif), header), (header.height, header.width)
        if enough:
            height, width = enough(image.height, image.width)
            image.draft(None, (width, height))
        load(image, exif)
        return Bands(_values(image), header), (header.height, header.width)


def _header(source: Source, image: Image.Image, exif: str) -> Header:
    width, height = upright_size(image, exif)
    bits, kind = {"I": (32, "i"), "F": (32, "f")}.get(image.mode, (8, "u"))
    if image.mode.startswith("I;16") or (image.format == "PNG" and source.start(25)[-1] == 16):
        bits, kind = 16, "u"
    n_bands = {"1": 1, "L": 1, "I": 1, "F": 1, "LA": 2, "RGBA": 4}.get(image.mode, 3)
    if image.mode.startswith("I;16"):
        n_bands = 1
    soft = n_bands in (2, 4)
    if soft and image.format not in _SOFT_ALPHA_FORMATS:  # whose fourth band is transparency, always
        n_bands, soft = 3, False
    return Header(
        str(image.format), width, height, n_bands, bits, kind, orientation_of(image), soft, exif == "apply"
    )


def _values(image: Image.Image) -> Values:
    """The values of a decoded picture, H x W x C."""
    is_plain = image.mode in ("RGB", "I", "F", "L") or image.mode.startswith("I;16")
    if is_plain and not image.has_transparency_data:
        return _with_bands(np.asarray(image))
    if image.mode in ("RGBA", "LA") and image.format in _SOFT_ALPHA_FORMATS:
        return np.asarray(image)
    if image.mode == "1":
        return _with_bands(np.asarray(image.convert("L")))
    if image.has_transparency_data:
        image = on_black(image.convert("RGBA"))
    return np.asarray(image.convert("RGB"))


def on_black(image: Image.Image) -> Image.Image:
    """Lay an RGBA picture on black."""
    return Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image)


def _deep_png(source: Source, header: Header, exif: str) -> Values:
    """The 16-bit values of a PNG, of which Pillow keeps the upper 8 bits where there are colors."""
    import cv2  # here, because ordinary photographs do not need it

    content = source.path.read_bytes() if source.content is None else source.content
    stored = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if stored is None or stored.dtype != np.uint16:
        raise FloodevalError(saying("images.broken", path=source.path, why="PNG"))
    values = _with_bands(stored)
    if values.shape[2] == 4:  # blue first; grey with transparency comes as four bands too
        values = values[..., [2, 1, 0, 3]] if header.n_bands == 4 else values[..., [0, 3]]
    elif values.shape[2] == 3:
        values = values[..., ::-1]
    return turned(values, header.orientation if exif == "apply" else 1)


def _with_bands(values: Values) -> Values:
    return values[..., None] if values.ndim == 2 else values


@dataclass(frozen=True)
class _Tiff:
    """A TIFF that tifffile knows: its header, and how its values are decoded."""

    header: Header
    decode: Callable[[], Values]
    nodata: float | None
    premultiplied: bool


def _tiff(source: Source, exif: str) -> _Tiff | None:
    """Look into a TIFF; None where only Pillow may know it.

    Raises:
        FloodevalError: it is too large to be decoded.
    """
    import tifffile  # here, because few photographs are TIFFs

    try:
        with source.stream() as stream, tifffile.TiffFile(stream) as tiff:
            series, page = tiff.series[0], tiff.pages.first
            n_pages = len(series.pages) if page.samplesperpixel == 1 else 1
            n_bands = int(page.samplesperpixel * n_pages)
            wanted = (_ORIENTATION_TAG, _EXTRA_TAG, _NODATA_TAG)
            tags = {code: page.tags[code].value for code in wanted if code in page.tags}
            width, height = int(page.imagewidth), int(page.imagelength)
            bits, kind = int(page.bitspersample), _KINDS.get(page.dtype.kind if page.dtype else "", "")
            is_converted = int(page.photometric) in _CONVERTED
            is_inverted = int(page.photometric) == _MIN_IS_WHITE and bits > 8 and kind == "u"
    except FloodevalError:
        return None
    if width * height > source.most_pixels:
        raise FloodevalError(saying("images.large", path=source.path, most=source.most_pixels // 10**6))
    if not kind:
        return None
    if n_bands > _MOST_BANDS:
        raise FloodevalError(saying("images.bands_many", path=source.path, n=n_bands, most=_MOST_BANDS))
    extra = tags.get(_EXTRA_TAG, ())
    marks = tuple(int(mark) for mark in (extra if isinstance(extra, tuple) else (extra,)))
    alpha = bool(marks) and marks[-1] in (_PREMULTIPLIED, _UNASSOCIATED) and n_bands in (2, 4)
    orientation = valid(tags.get(_ORIENTATION_TAG, 1))
    shown = displayed_size(width, height, orientation if exif == "apply" else 1)
    if is_converted:
        n_bands, bits = 3, 8
    header = Header("TIFF", *shown, n_bands, bits, kind, orientation, alpha, exif == "apply")
    premultiplied = alpha and marks[-1] == _PREMULTIPLIED
    nodata = _nodata(tags.get(_NODATA_TAG))
    if not is_inverted:
        return _Tiff(header, lambda: _decoded(source, header), nodata, premultiplied)
    white = 2**bits - 1
    inverted = None if nodata is None else white - nodata
    return _Tiff(header, lambda: white - _decoded(source, header), inverted, premultiplied)


def _decoded(source: Source, header: Header) -> Values:
    """The values of a TIFF, H x W x C as stored: with tifffile, or with what else knows its compression."""
    import tifffile

    decoders: list[Callable[[Source, Any], Values]] = [_with_tifffile, _with_lzw]
    if header.n_bands <= _MOST_OF_OTHERS:
        decoders[1:1] = [_with_opencv, _with_pillow]
    for decode in decoders:
        with suppress(Exception):  # each knows some compressions, and says so in many ways
            values = decode(source, tifffile)
            if values.shape[2] == header.n_bands and values.dtype.kind == header.kind:
                return values
    raise FloodevalError(saying("images.compressed", path=source.path))


def _with_tifffile(source: Source, tifffile: Any) -> Values:
    with source.stream() as stream, tifffile.TiffFile(stream) as tiff:
        page = tiff.pages[0]
        several = page.samplesperpixel == 1 and len(tiff.series[0].pages) > 1
        values = tiff.series[0].asarray() if several else page.asarray()
        if several:
            return np.moveaxis(values.reshape(-1, *values.shape[-2:]), 0, -1)
        return np.moveaxis(values, 0, -1) if page.axes.startswith("S") else _with_bands(values)


def _with_lzw(source: Source, tifffile: Any) -> Values:
    content = source.path.read_bytes() if source.content is None else source.content
    return _with_bands(read_lzw(content, tifffile))


def _with_opencv(source: Source, tifffile: Any) -> Values:
    """The values as stored; where tags say so, OpenCV would turn them or multiply colors by a fourth band."""
    import cv2

    content = bytearray(source.path.read_bytes() if source.content is None else source.content)
    with source.stream() as stream, tifffile.TiffFile(stream) as tiff:
        byte_order: Literal["little", "big"] = "little" if tiff.byteorder == "<" else "big"
        tags = tiff.pages.first.tags
        for code, meaningless in ((_ORIENTATION_TAG, 1), (_EXTRA_TAG, 0)):
            if code in tags and tags[code].count == 1:
                place = tags[code].valueoffset
                content[place : place + 2] = meaningless.to_bytes(2, byte_order)
    stored: Values = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED))
    values = _with_bands(stored)
    order = {3: [2, 1, 0], 4: [2, 1, 0, 3]}.get(values.shape[2], slice(None))
    return values[..., order]


def _with_pillow(source: Source, _: Any) -> Values:
    with opened(source) as image:
        load(image, "ignore")
        return _with_bands(np.asarray(image))


def _nodata(text: object) -> float | None:
    with suppress(ValueError):
        return float(str(text).strip("\0 "))
    return None
