"""From the stored bands of a photograph to 8 bits of red, green and blue, as its data set is read."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from floodeval.datasets.bands import Bands, Header, Values, on_black
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Saying, saying

FIRST_THREE = (0, 1, 2)
FULL_SHARE = 0.25  # of the range that the 98th percentile reaches where 16 bits are used to the full
SOFT_EDGE = 0.1  # of the pixels that transparency leaves between nothing and all

Rgb = npt.NDArray[np.uint8]


def eight_bits(stored: Bands, path: Path, reading: PhotographReading) -> Rgb:
    """Make H x W x 3 RGB bytes of stored bands.

    Args:
        stored: H x W x C.
        path: the photograph's file, for errors.
        reading: how the data set's photographs are read.

    Raises:
        FloodevalError: bands are missing, or values have no known range.
    """
    values = _chosen(stored, path, reading)
    if _is_stretched(stored.header, reading):
        valid = stored.valid()[..., None]
        return np.where(valid, _stretched(values, reading.stretch or ()), np.uint8(0))
    if stored.header.is_deep:
        values = _scaled(values, stored.header, path)
    if values.shape[2] == 1:
        return np.repeat(values, 3, axis=2)
    return np.ascontiguousarray(values)


def alone(stored: Bands, path: Path) -> PhotographReading:
    """How a photograph without a data set is read: by its own content.

    Raises:
        FloodevalError: its values do not say how.
    """
    header = stored.header
    if header.is_deep and (refused := narrow(header, *used_range(stored.values), path.name)):
        raise FloodevalError(refused)
    if header.n_bands in (2, 4) and not AlphaCounts.of(stored).is_alpha(header.declares_alpha):
        return PhotographReading(bands=FIRST_THREE if header.n_bands == 4 else (0,))
    return PhotographReading()


def unnamed_bands(name: Path | str, n_bands: int) -> Saying:
    """Say that nothing says which of a file's bands are red, green and blue."""
    return saying("images.bands", path=name, n=n_bands, example="[0]" if n_bands < 3 else "[0, 1, 2]")


def used_range(values: Values) -> tuple[float, float, bool]:
    """The highest value, the 98th percentile, and whether 16-bit values are 8-bit ones times 257.

    0 and the highest possible value are left out where there are others: they often mean "no data".
    """
    flat = values.ravel()
    if flat.dtype.kind == "f":
        flat = flat[np.isfinite(flat)]
    widened = flat.dtype == np.uint16 and bool((flat >> 8 == flat & 255).all())
    if flat.dtype.kind == "u":
        inner = flat[(flat > 0) & (flat < np.iinfo(flat.dtype).max)]
        flat = inner if inner.size else flat
    if not flat.size:
        return 0.0, 0.0, widened
    return float(flat.max()), float(np.percentile(flat, 98)), widened


def narrow(header: Header, highest: float, high: float, widened: bool, name: str) -> Saying | None:
    """Why deep values cannot be scaled as they are; None where they fill their range."""
    if header.kind == "u" and header.bits <= 16:
        whole = 2**header.bits - 1
        fills = highest > whole / 2 and high >= FULL_SHARE * whole
        if widened or fills or highest in (0, whole):
            return None
        return saying("images.narrow", name=name, bits=header.bits, highest=round(highest))
    kind = saying(f"images.kind_{header.kind}", bits=header.bits)
    return saying(
        "images.unscaled", name=name, kind=kind, highest=formats.Later(formats.significant, highest)
    )


class AlphaCounts:
    """How many pixels of a fourth band are nothing, all, and between: whether it is transparency."""

    def __init__(self, none: int = 0, full: int = 0, between: int = 0) -> None:
        self.none, self.full, self.between = none, full, between

    @classmethod
    def of(cls, stored: Bands) -> "AlphaCounts":
        """Count the last band of one photograph."""
        band = stored.values[..., -1]
        none, full = int((band == 0).sum()), int((band == _full(stored.header)).sum())
        return cls(none, full, band.size - none - full)

    def __add__(self, other: "AlphaCounts") -> "AlphaCounts":
        return AlphaCounts(self.none + other.none, self.full + other.full, self.between + other.between)

    def is_alpha(self, declared: bool) -> bool:
        """Whether the band is transparency: nothing or all, or declared to be it with soft edges alone.

        A band of nothing alone would hide every pixel.
        """
        if not self.between:
            return self.full > 0
        total = self.none + self.full + self.between
        return declared and self.between <= SOFT_EDGE * total and self.full >= self.between


def _full(header: Header) -> float:
    return 1.0 if header.kind == "f" else float(2 ** (header.bits - (header.kind == "i")) - 1)


def _is_stretched(header: Header, reading: PhotographReading) -> bool:
    """Whether the stretch is meant for this file: one of deeper values leaves 8-bit files alone."""
    if reading.stretch is None:
        return False
    return header.is_deep or all(high <= 255 for _, high in reading.stretch)


def _chosen(stored: Bands, path: Path, reading: PhotographReading) -> Values:
    """The bands that are red, green and blue, or the one that is grey, with transparency laid on black."""
    values, n_bands = stored.values, stored.values.shape[2]
    if n_bands == 1:
        return values
    if reading.bands is not None and max(reading.bands) < n_bands:
        return values[..., list(reading.bands)]
    if n_bands == 3 and reading.bands is None:
        return values
    may_be_alpha = n_bands == 2 or (n_bands == 4 and reading.bands is None)
    if may_be_alpha and (stored.header.declares_alpha or not AlphaCounts.of(stored).between):
        return _flattened(stored)
    if reading.bands is None:
        raise FloodevalError(unnamed_bands(path, n_bands))
    wanted = list(reading.bands)
    raise FloodevalError(saying("images.few_bands", path=path, n=n_bands, bands=wanted))


def _flattened(stored: Bands) -> Values:
    """Lay transparency on black."""
    values, header = stored.values, stored.header
    colors, alpha = values[..., :-1], values[..., -1:]
    if stored.premultiplied:
        return colors
    if header.bits == 8 and values.shape[2] == 4:
        return np.asarray(on_black(Image.fromarray(values)).convert("RGB"))
    share = alpha.astype(np.float64) / _full(header)
    return np.asarray(np.where(share >= 1, colors, colors * share)).astype(values.dtype)


def _stretched(values: Values, stretch: tuple[tuple[float, float], ...]) -> Rgb:
    low, high = (np.array(ends, np.float32) for ends in zip(*stretch, strict=True))
    width = np.maximum(high - low, np.finfo(np.float32).tiny)
    with np.errstate(invalid="ignore", over="ignore"):
        shares = np.nan_to_num((values.astype(np.float32) - low) / width, nan=0.0)
        stretched: Rgb = np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
    return stretched


def _scaled(values: Values, header: Header, path: Path) -> Rgb:
    """Scale whole numbers from 0, of up to 16 bits, to 8 bits."""
    if header.kind != "u" or header.bits > 16:
        kind = saying(f"images.kind_{header.kind}", bits=header.bits)
        raise FloodevalError(saying("images.range", path=path, kind=kind))
    return np.asarray(values >> (header.bits - 8)).astype(np.uint8)
