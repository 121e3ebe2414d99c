"""Reference masks as truth: the values that a file stores, read by the label scheme of its data set."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps

from floodeval.data.label_scheme import WATER_ABOVE, LabelScheme
from floodeval.data.rasters import Mask
from floodeval.data.rasters import _opened as opened
from floodeval.errors import FloodevalError
from floodeval.language.sentences import saying

LOSSY = ("JPEG", "MPO", "WEBP", "AVIF")  # formats that may change values a little
NODATA, SAMPLE_FORMAT, PHOTOMETRIC = 42113, 339, 262  # TIFF tags
SIGNED, MIN_IS_WHITE = 2, 0  # values of the last two
COLOR_NOISE = 24  # JPEG leaves a little color in gray pixels; a label drawn in a color differs by far more

Values = npt.NDArray[Any]


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
        kind: `bilevel`, `gray`, `palette` or `color`.
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


def read_reference(path: Path, labels: LabelScheme, upright: bool = True) -> Truth:
    """Read a reference mask by a label scheme.

    Args:
        path: of the mask.
        labels: of its data set.
        upright: whether an orientation tag of the mask's own is applied.

    Raises:
        FloodevalError: the file is absent or broken, or its values do not say which of them are water.
    """
    stored = read_stored(path, upright)
    return truth_of(stored, labels, path)


def truth_of(stored: StoredMask, labels: LabelScheme, path: Path) -> Truth:
    """Tell water and ignored pixels in a mask's values; `path` is what errors call it.

    Raises:
        FloodevalError: as `read_reference`.
    """
    if labels.water is None:
        return Truth(shown_values(stored, path) > WATER_ABOVE)
    values = named_values(stored, labels)
    ignored = np.isin(values, labels.ignore) if labels.ignore else None
    return Truth(np.isin(values, labels.water), ignored)


def shown_values(stored: StoredMask, path: Path) -> npt.NDArray[np.uint8]:
    """A mask without a declared scheme as black and white, 0 land to 255 water.

    Raises:
        FloodevalError: its values have no black and white.
    """
    if stored.shown is None:
        raise FloodevalError(saying("rasters.coloured", path=path))
    return stored.shown


def named_values(stored: StoredMask, labels: LabelScheme) -> Values:
    """A mask's values as a scheme names them: the white of a bilevel mask is 1 or 255, whichever it does."""
    named = {*(labels.water or ()), *labels.ignore}
    if stored.kind == "bilevel" and 255 in named and 1 not in named:
        return stored.values * 255
    return stored.values


def read_stored(path: Path, upright: bool = True) -> StoredMask:
    """Read the values that a mask file stores.

    Raises:
        FloodevalError: the file is absent, broken, of several bands, or its values are no whole numbers.
    """
    with opened(path) as image:
        raw = str(image.tile[0][3]) if image.tile else ""
        tags = dict(getattr(image, "tag_v2", {}))
        if not upright:
            image.getexif().pop(ExifTags.Base.Orientation, None)
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
    if image.mode in ("RGB", "RGBA", "LA", "PA") and ";16" in raw:
        raise FloodevalError(saying("labels.deep_color", path=path))
    is_lossy = image.format in LOSSY
    nodata = _nodata(tags)
    if image.mode == "1":
        white = np.asarray(image, np.uint8)
        return StoredMask("bilevel", white, white * 255, nodata)
    if image.mode == "P":
        return StoredMask("palette", np.asarray(image), _gray_of_palette(image), nodata)
    if image.mode in ("RGB", "RGBA", "LA", "PA"):
        gray = _gray_of_color(path, image, COLOR_NOISE if is_lossy else 0)
        return StoredMask("color", gray, gray, nodata, is_lossy)
    values = _whole(path, _typed(path, image, tags))
    return StoredMask("gray", values, _shown(values, tags), nodata, is_lossy)


def _typed(path: Path, image: Image.Image, tags: dict[int, Any]) -> Values:
    """The values in the type that the file gives them, which Pillow widens or takes for unsigned."""
    if image.mode not in ("L", "I", "F") and not image.mode.startswith("I;16"):
        raise FloodevalError(saying("rasters.mode", path=path, mode=image.mode))
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
        raise FloodevalError(saying("labels.fractions", path=path))
    return whole


def _shown(values: Values, tags: dict[int, Any]) -> npt.NDArray[np.uint8] | None:
    """8-bit and 16-bit values as a viewer draws them; no other type has a white."""
    if values.dtype not in (np.uint8, np.uint16):
        return None
    shown = values if values.dtype == np.uint8 else (values >> 8).astype(np.uint8)
    return 255 - shown if tags.get(PHOTOMETRIC) == MIN_IS_WHITE else shown


def _gray_of_palette(image: Image.Image) -> npt.NDArray[np.uint8] | None:
    """A palette's grays; None where it draws in colors, or through transparency."""
    rgba = np.asarray(image.convert("RGBA"))
    grays = rgba[..., 1]
    is_gray = rgba[..., 3].min(initial=255) == 255 and np.ptp(rgba[..., :3], axis=-1).max(initial=0) == 0
    return grays if is_gray else None


def _gray_of_color(path: Path, image: Image.Image, noise: int) -> npt.NDArray[np.uint8]:
    rgba = np.asarray(image.convert("RGBA"))
    if int(rgba[..., 3].min(initial=255)) < 255:
        raise FloodevalError(saying("rasters.transparent", path=path))
    rgb = rgba[..., :3]
    if int(np.ptp(rgb, axis=-1).max(initial=0)) > noise:
        raise FloodevalError(saying("rasters.coloured", path=path))
    return rgb[..., 1]


def _nodata(tags: dict[int, Any]) -> int | None:
    try:
        number = float(str(tags[NODATA]).strip(" \0"))
    except (KeyError, ValueError):
        return None
    return int(number) if number.is_integer() else None
