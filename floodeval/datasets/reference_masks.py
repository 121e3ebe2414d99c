"""Reference masks as truth: the values that a file stores, read by the label scheme of its data set."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from floodeval.datasets.annotations import draw
from floodeval.datasets.image_files import MAX_PIXELS, Source, load, opened, turned, valid
from floodeval.datasets.images import Mask
from floodeval.datasets.label_scheme import BLACK_AND_WHITE, WATER_ABOVE, LabelScheme
from floodeval.datasets.mask_sources import MaskSource, Palette
from floodeval.datasets.mask_values import (
    MaskValues,
    area_values,
    count_values,
    is_black_and_white,
    listed,
    undeclared,
)
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

LOSSY = ("JPEG", "MPO", "WEBP", "AVIF", "JPEG2000")  # formats that may change values a little
LOSSLESS_WEBP = b"VP8L"  # the chunk that holds a WebP whose values are exact
LOSSY_IN_TIFF = ("jpeg", "tiff_jpeg", "webp")  # compressions of a TIFF, as Pillow calls them
REDUCED, NODATA, ORIENTATION, SAMPLE_FORMAT, PHOTOMETRIC = 254, 42113, 274, 339, 262  # TIFF tags
SIGNED, MIN_IS_WHITE = 2, 0  # values of the last two
COLOR_NOISE = 24  # JPEG leaves a little color in gray pixels; a label drawn in a color differs by far more

Values = npt.NDArray[Any]


class SeveralPagesError(FloodevalError):
    """A file has several pictures of one size, and nothing says which one is the mask."""


@dataclass(frozen=True)
class Truth:
    """A reference mask: H x W, true where water stands, and H x W, true where a pixel counts nowhere.

    `ignored` is None where every pixel counts. Water is false where a pixel is ignored.
    """

    water: Mask
    ignored: Mask | None = None

    @property
    def water_share(self) -> float:
        """The share of the counted pixels that are water, 0..1; 0 where none counts."""
        counted = self.water.size - (0 if self.ignored is None else int(np.count_nonzero(self.ignored)))
        return int(np.count_nonzero(self.water)) / counted if counted else 0.0


@dataclass(frozen=True)
class StoredMask:
    """The values of a mask file.

    Attributes:
        kind: `bilevel`, `gray`, `palette`, `color` or `classes` (drawn from annotations, or from colors).
        values: H x W, whole numbers: of palette masks the indices, of bilevel ones 0 and 1.
        shown: H x W, 8 bits, 0 black to 255 white, as a viewer draws it; None where the type of the values
            has no black and white (signed, 32 bits, floating) or the colors are none.
        nodata: the value that the file itself declares as no data.
        is_lossy: whether the file's compression may have changed values a little.
    """

    kind: str
    values: Values
    shown: npt.NDArray[np.uint8] | None
    nodata: int | None = None
    is_lossy: bool = False

    @cached_property
    def is_black_and_white(self) -> bool:
        """Whether it needs no scheme: black and white as it is drawn, but for smooth edges."""
        if self.shown is None or self.has_nodata or (self.kind == "palette" and self._draws_two_alike):
            return False
        return is_black_and_white(self.shown, self.is_lossy)

    @property
    def has_nodata(self) -> bool:
        """Whether it declares a value as no data, and has it."""
        return self.nodata is not None and bool((self.values == self.nodata).any())

    @property
    def _draws_two_alike(self) -> bool:
        """Whether two indices of the palette are drawn in one gray."""
        assert self.shown is not None
        indices, first = np.unique(self.values, return_index=True)
        return len(np.unique(self.shown.ravel()[first])) < len(indices)


def read_reference(mask: Path | MaskSource, labels: LabelScheme, upright: bool = True) -> Truth:
    """Read a reference mask by a label scheme.

    Args:
        mask: a picture of values, or where else the mask is stored.
        labels: of its data set.
        upright: whether an orientation tag of the mask's own is applied.

    Raises:
        FloodevalError: the file is absent or broken, or its values do not say which of them are water.
    """
    return truth_of(read_stored(mask, upright), labels, mask.path if isinstance(mask, MaskSource) else mask)


def read_mask(path: Path) -> Mask:
    """Read a mask that floodeval wrote, such as a prediction: H x W, true where it is white.

    Raises:
        FloodevalError: the file is absent or broken, or is not black and white.
    """
    return read_reference(path, BLACK_AND_WHITE).water


def decode_reference(content: bytes, name: str, labels: LabelScheme, most_pixels: int = MAX_PIXELS) -> Truth:
    """Read a reference mask from the bytes of a picture file, as `read_reference` reads it from its path.

    Args:
        content: the file's bytes.
        name: what errors call it.
        labels: which values are water and which are ignored.
        most_pixels: of a mask that is decoded.

    Raises:
        FloodevalError: as `read_reference`, or it has more than `most_pixels`.
    """
    source = Source(Path(name), content, most_pixels)
    return truth_of(_stored_values(source, upright=True), labels, source.path)


def truth_of(stored: StoredMask, labels: LabelScheme, path: Path) -> Truth:
    """Tell water and ignored pixels in a mask's values; `path` is what errors call it.

    Raises:
        FloodevalError: as `read_reference`.
    """
    if labels.water is None:
        if stored.shown is None or not stored.is_black_and_white:
            raise FloodevalError(undeclared(str(path), [values_of(stored)]))
        return Truth(stored.shown > WATER_ABOVE)
    values = named_values(stored, labels, path)
    ignored = np.isin(values, labels.ignore) if labels.ignore else None
    return Truth(np.isin(values, labels.water), ignored)


def named_values(stored: StoredMask, labels: LabelScheme, path: Path) -> Values:
    """A mask's values as a declared scheme names them.

    The white of a bilevel mask is 1 or 255, whichever the scheme names. In a lossy format a value is taken
    for the nearest of black, white and the values that the scheme names.

    Raises:
        FloodevalError: the mask is in a lossy format, in which its values cannot be distinguished.
    """
    named = {*(labels.water or ()), *labels.ignore}
    if stored.kind == "bilevel" and 255 in named and 1 not in named:
        return stored.values * 255
    if not stored.is_lossy:
        return stored.values
    if not values_of(stored).are_told_apart(named):
        raise FloodevalError(saying("label_scheme.lossy", name=path, values=listed(sorted(named))))
    poles = np.array(sorted({0, 255} | named))
    nearest = poles[np.abs(np.arange(256)[:, None] - poles).argmin(axis=1)]
    return np.asarray(nearest[stored.values])


def read_stored(mask: Path | MaskSource, upright: bool = True) -> StoredMask:
    """Read the values that a mask stores; of annotated shapes and declared colors, those of the classes.

    Raises:
        FloodevalError: the file is absent, broken, of several bands, its values are no whole numbers, or it
            has a color that is not declared.
    """
    path = mask.path if isinstance(mask, MaskSource) else mask
    coding = mask.coding if isinstance(mask, MaskSource) else None
    if isinstance(coding, Palette):
        return _stored_as_colors(path, coding, upright)
    if coding is not None:
        return StoredMask("classes", draw(coding, upright), None)
    return _stored_values(Source(path), upright)


def _stored_values(source: Source, upright: bool) -> StoredMask:
    """The values of a mask that is a picture of values."""
    try:
        return _stored_by_pillow(source, upright)
    except SeveralPagesError:
        raise
    except FloodevalError as error:
        stored = _stored_by_tifffile(source, upright)
        if stored is None:
            raise error
        return stored


def _stored_as_colors(path: Path, palette: Palette, upright: bool) -> StoredMask:
    """The classes of a mask by its colors; a gray mask stores the classes themselves, unless all are gray."""
    colored = ("P", "PA", "RGB", "RGBA", *(("1", "L", "LA") if palette.is_gray else ()))
    with opened(Source(path)) as image:
        is_gray = image.mode not in colored
        if not is_gray:
            load(image, "apply" if upright else "ignore")
            rgb = np.asarray(image.convert("RGB"), np.int32)
    if is_gray:
        return read_stored(path, upright)
    codes, places = np.unique((rgb[..., 0] << 16) + (rgb[..., 1] << 8) + rgb[..., 2], return_inverse=True)
    unknown = [int(code) for code in codes if int(code) not in palette.by_code]
    if unknown:
        color = f"({unknown[0] >> 16}, {unknown[0] >> 8 & 255}, {unknown[0] & 255})"
        raise FloodevalError(saying("classes.unknown_color", path=path, color=color, source=palette.source))
    values = np.array([palette.by_code[int(code)] for code in codes])[places].reshape(rgb.shape[:2])
    return StoredMask("classes", values, None)


def _stored_by_pillow(source: Source, upright: bool) -> StoredMask:
    path = source.path
    with opened(source) as image:
        tiles = getattr(image, "tile", None)
        raw = str(tiles[0][3]) if tiles else ""
        tags = dict(getattr(image, "tag_v2", {}))
        _refuse_pages(path, image)
        load(image, "apply" if upright else "ignore")
        nodata, is_lossy = _number(tags.get(NODATA)), _is_lossy(source, image)
    if image.mode == "1":
        white = np.asarray(image, np.uint8)
        return StoredMask("bilevel", white, white * 255, nodata)
    if image.mode == "P":
        return StoredMask("palette", np.asarray(image), _gray_of_palette(image), nodata)
    if image.mode in ("RGB", "RGBA", "LA", "PA"):
        if ";16" in raw:  # of which Pillow keeps 8 bits
            raise FloodevalError(saying("label_scheme.deep_color", path=path))
        gray = _gray_of_color(path, image, COLOR_NOISE if is_lossy else 0)
        return StoredMask("color", gray, gray, nodata, is_lossy)
    values = _whole(path, _typed(path, image, tags))
    return StoredMask("gray", values, _shown(values, tags), nodata, is_lossy)


def _refuse_pages(path: Path, image: Image.Image) -> None:
    """Refuse several pictures of one size in a file, any of which could be meant; overviews are smaller."""
    size = image.size
    for page in range(1, getattr(image, "n_frames", 1)):
        image.seek(page)
        is_overview = bool(getattr(image, "tag_v2", {}).get(REDUCED, 0) & 1)
        if image.size == size and not is_overview:
            raise SeveralPagesError(saying("label_scheme.pages", path=path))
    image.seek(0)


def _stored_by_tifffile(source: Source, upright: bool) -> StoredMask | None:
    """A mask of one band in a type that Pillow does not read, such as 64 bits; None where it is none."""
    import tifffile  # here, because few masks need it

    path = source.path
    try:
        with source.stream() as stream, tifffile.TiffFile(stream) as tiff:
            page = tiff.pages.first
            if page.size > source.most_pixels or page.samplesperpixel != 1 or page.dtype is None:
                return None
            if len(tiff.series[0].pages) > 1:
                raise SeveralPagesError(saying("label_scheme.pages", path=path))
            tags = {code: tag.value for code in (NODATA, ORIENTATION) if (tag := page.tags.get(code))}
            orientation = valid(tags.get(ORIENTATION, 1)) if upright else 1
            stored, nodata = turned(page.asarray(), orientation), _number(tags.get(NODATA))
    except SeveralPagesError:
        raise
    except Exception:  # whatever it is that a broken file makes it raise
        return None
    values = _whole(path, stored)
    return StoredMask("gray", values, _shown(values, {}), nodata) if values.ndim == 2 else None


def _is_lossy(source: Source, image: Image.Image) -> bool:
    """Whether a file's compression may have changed values a little."""
    if image.format == "WEBP":
        return not _has_lossless_pixels(source)
    return image.format in LOSSY or image.info.get("compression") in LOSSY_IN_TIFF


def _has_lossless_pixels(source: Source) -> bool:
    """Whether the pixels of a WebP are in a lossless chunk; the chunks before it are headers and profiles."""
    with source.stream() as stream:
        place = 12  # past RIFF, its length and WEBP
        while len(head := _chunk(stream, place)) == 8:
            if head[:4] in (LOSSLESS_WEBP, b"VP8 "):
                return head[:4] == LOSSLESS_WEBP
            length = int.from_bytes(head[4:], "little")
            place += 8 + length + length % 2
    return False


def _chunk(stream: IO[bytes], place: int) -> bytes:
    """The name and the length of a chunk of a RIFF file."""
    stream.seek(place)
    return stream.read(8)


def _typed(path: Path, image: Image.Image, tags: dict[int, Any]) -> Values:
    """The values in the type that the file gives them, which Pillow widens or takes for unsigned."""
    if image.mode not in ("L", "I", "F") and not image.mode.startswith("I;16"):
        raise FloodevalError(saying("images.mode", path=path, mode=image.mode))
    values = np.asarray(image)
    is_signed = SIGNED in tuple(np.atleast_1d(tags.get(SAMPLE_FORMAT, 1)))
    if image.mode == "L":
        if tags.get(PHOTOMETRIC) == MIN_IS_WHITE:
            values = 255 - values
        return values.view(np.int8) if is_signed else values
    if image.mode == "I" and tags and not is_signed:
        return values.view(np.uint32)
    return values


def _whole(path: Path, values: Values) -> Values:
    if values.dtype.kind != "f":
        return values
    whole = values.astype(np.int64, copy=False) if np.isfinite(values).all() else None
    if whole is None or not np.array_equal(whole, values):
        raise FloodevalError(saying("label_scheme.fractions", path=path))
    return whole


def _shown(values: Values, tags: dict[int, Any]) -> npt.NDArray[np.uint8] | None:
    """8-bit and 16-bit values as a viewer draws them; no other type has a white, but all of them a black."""
    if values.dtype == np.uint16:  # a value next to black or to white is neither
        shown = np.clip(values >> 8, values > 0, np.where(values < 65535, 254, 255)).astype(np.uint8)
    elif values.dtype == np.uint8:
        shown = values
    else:
        return None if values.any() else values.astype(np.uint8)
    return np.asarray(255 - shown if tags.get(PHOTOMETRIC) == MIN_IS_WHITE else shown, np.uint8)


def _gray_of_palette(image: Image.Image) -> npt.NDArray[np.uint8] | None:
    """A palette's grays; None where it draws in colors, or through transparency."""
    rgba = np.asarray(image.convert("RGBA"))
    grays = rgba[..., 1]
    is_gray = rgba[..., 3].min(initial=255) == 255 and np.ptp(rgba[..., :3], axis=-1).max(initial=0) == 0
    return grays if is_gray else None


def _gray_of_color(path: Path, image: Image.Image, noise: int) -> npt.NDArray[np.uint8]:
    rgba = np.asarray(image.convert("RGBA"))
    if int(rgba[..., 3].min(initial=255)) < 255:
        raise FloodevalError(saying("images.transparent", path=path))
    rgb = rgba[..., :3]
    if int(np.ptp(rgb, axis=-1).max(initial=0)) > noise:
        raise FloodevalError(saying("images.colored", path=path))
    return rgb[..., 1]


def _number(text: Any) -> int | None:
    """The whole number in a tag's text; None where it is none."""
    try:
        number = float(str(text).strip(" \0"))
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def values_of(stored: StoredMask) -> MaskValues:
    """What a scheme has to name in a mask."""
    is_plain = stored.is_black_and_white
    areas = () if is_plain else tuple(area_values(stored.values))
    nodata = stored.nodata if stored.has_nodata else None
    return MaskValues(stored.kind, count_values(stored.values), areas, is_plain, stored.is_lossy, nodata)
