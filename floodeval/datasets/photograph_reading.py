"""How the photographs of a data set are read: decided once, from what all of its files hold."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import reduce
from math import ceil
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from floodeval.datasets.bands import Bands, Header, read_bands, read_header
from floodeval.datasets.dataset_config import EXIF, PhotographReading
from floodeval.datasets.image_files import Source
from floodeval.datasets.photograph_values import FIRST_THREE, AlphaCounts, narrow, unnamed_bands, used_range
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

PERCENTILES = (2, 98)  # that become 0 and 255
STRETCHES = ("percentiles", "none")
WHITE = 255  # of 8 bits
SAMPLED_PIXELS = 4_000_000  # of a data set, from which percentiles are computed; fewer are taken whole
THREADS = min(4, os.cpu_count() or 1)


def decide(
    photographs: Iterable[Path],
    exif: str | None = None,
    stretch: str | None = None,
    bands: Sequence[int] | None = None,
) -> PhotographReading:
    """Decide how the photographs of one data set are read.

    Files of 8 bits in one or three bands are as they are. Only others are decoded for this.

    Args:
        photographs: the files; those that cannot be read are left out.
        exif: `apply` or `ignore` orientation tags; None where nobody decided, which applies them.
        stretch: `percentiles` stretches values from the 2nd to the 98th percentile over the data set to
            0..255, for each channel; `none` scales 16 bits by 1/256; None does that where values fill their
            range.
        bands: which bands, counted from 0, are red, green and blue.

    Raises:
        FloodevalError: an option is wrong, or the files do not say how they are to be read.
    """
    _check(exif, stretch, bands)
    headers = _headers(photographs)
    if bands:
        _refuse_absent(bands, headers)
    chosen = tuple(bands) if bands else _fitting_bands(headers)
    reading = PhotographReading(None, exif or "apply", chosen, exif is not None, stretch is not None)
    deep = {path: header for path, header in headers.items() if header.is_deep}
    if stretch == "none":
        deep = {path: header for path, header in deep.items() if header.kind != "u" or header.bits > 16}
    if stretch != "percentiles" and deep:
        _refuse_narrow(deep, _samples(deep, chosen))
    if stretch == "percentiles" and headers:
        ends = _ends(deep or headers, chosen)
        if deep and len(deep) < len(headers) and all(high <= WHITE for _, high in ends):
            raise FloodevalError(saying("images.mixed_depth"))  # nothing says whether it is for 8 bits too
        return replace(reading, stretch=ends)
    return reading


@dataclass(frozen=True)
class _Sample:
    """What is kept of one photograph: N x 3 values, their range, and the values of its last band."""

    values: npt.NDArray[Any] = field(repr=False)
    highest: float
    widened: bool


def _check(exif: str | None, stretch: str | None, bands: Sequence[int] | None) -> None:
    for option, value, known in (("exif", exif, EXIF), ("stretch", stretch, STRETCHES)):
        if value is not None and value not in known:
            raise FloodevalError(saying("images.option", option=option, value=value, known=", ".join(known)))
    if bands is not None and (len(bands) not in (1, 3) or min(bands) < 0):
        raise FloodevalError(saying("images.bands_option", bands=list(bands)))


def _headers(photographs: Iterable[Path]) -> dict[Path, Header]:
    headers = {}
    for path in photographs:
        try:
            headers[path] = read_header(Source(path))
        except FloodevalError:  # reported when the file is read
            continue
    return headers


def _refuse_absent(bands: Sequence[int], headers: dict[Path, Header]) -> None:
    """Refuse bands that no photograph of several bands has; where some lack them, only these are refused."""
    several = {path: header.n_bands for path, header in headers.items() if header.n_bands > 1}
    if several and max(several.values()) <= max(bands):
        path = next(iter(several))
        raise FloodevalError(saying("images.few_bands", path=path, n=several[path], bands=list(bands)))


def _fitting_bands(headers: dict[Path, Header]) -> tuple[int, ...] | None:
    """The first three bands where a fourth is no transparency; None where all bands are used.

    Raises:
        FloodevalError: nothing says which bands are red, green and blue.
    """
    unknown = [path for path, header in headers.items() if header.n_bands > 4]
    four = {path: header for path, header in headers.items() if header.n_bands == 4}
    two = {path: header for path, header in headers.items() if header.n_bands == 2}
    drops = bool(four) and not _is_alpha(four)
    if unknown and (drops or len(unknown) == len(headers)):
        raise _unnamed(unknown[0], headers[unknown[0]])
    if two and not _is_alpha(two):
        first = next(iter(two))
        raise _unnamed(first, headers[first])
    return FIRST_THREE if drops else None


def _unnamed(path: Path, header: Header) -> FloodevalError:
    return FloodevalError(unnamed_bands(path.name, header.n_bands))


def _is_alpha(headers: dict[Path, Header]) -> bool:
    """Whether the last band of these photographs, taken together, is transparency."""
    counts = [one for one in _of_all(list(headers), AlphaCounts.of) if one]
    declared = all(header.declares_alpha for header in headers.values())
    return reduce(add, counts, AlphaCounts()).is_alpha(declared)


def _of_all(paths: Sequence[Path], look: Any) -> list[Any]:
    """What is seen in each photograph's stored bands, several at a time; None where it cannot be read."""

    def one(path: Path) -> Any:
        try:
            return look(read_bands(Source(path))[0])
        except FloodevalError:
            return None

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, paths))


def _samples(headers: dict[Path, Header], bands: tuple[int, ...] | None) -> dict[Path, _Sample]:
    """Values of every photograph, as many of each as its share of the data set's pixels."""
    total = sum(header.width * header.height for header in headers.values())
    share = min(1.0, SAMPLED_PIXELS / max(1, total))
    looked = _of_all(list(headers), lambda stored: _sampled(stored, bands, share))
    return {path: one for path, one in zip(headers, looked, strict=True) if one is not None}


def _sampled(stored: Bands, bands: tuple[int, ...] | None, share: float) -> _Sample | None:
    values = stored.values
    if bands and max(bands) < values.shape[2]:
        values = values[..., list(bands)]
    elif values.shape[2] in (2, 4):
        values = values[..., :-1]
    if values.shape[2] not in (1, 3):  # refused when it is read, as it lacks a band
        return None
    values = _measured(values[stored.valid()])
    if not len(values):
        return None
    highest, _, widened = used_range(values)
    if share < 1:
        places = np.random.default_rng(0).integers(len(values), size=ceil(share * len(values)))
        values = values[places]
    return _Sample(np.broadcast_to(values, (len(values), 3)), highest, widened)


def _measured(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Pixels, N x C, without those of the highest possible value in 16 bits: they often mean "no data"."""
    if values.dtype != np.uint16:
        return values
    is_highest = (values == np.iinfo(np.uint16).max).all(axis=1)
    return values if is_highest.all() else values[~is_highest]


def _refuse_narrow(deep: dict[Path, Header], samples: dict[Path, _Sample]) -> None:
    """Refuse values that scaling by 1/256 would make dark, and those that have no known range.

    Raises:
        FloodevalError: says what was seen, and which options decide.
    """
    alike: dict[tuple[str, int], list[Path]] = {}
    for path in samples:
        alike.setdefault((deep[path].kind, deep[path].bits), []).append(path)
    for paths in alike.values():
        pooled = np.concatenate([samples[path].values for path in paths])
        highest = max(samples[path].highest for path in paths)
        widened = all(samples[path].widened for path in paths)
        first = max(paths, key=lambda path: samples[path].highest)
        refused = narrow(deep[first], highest, used_range(pooled)[1], widened, first.name)
        if refused:
            raise FloodevalError(refused)


def _ends(headers: dict[Path, Header], bands: tuple[int, ...] | None) -> tuple[tuple[float, float], ...]:
    """The values that become 0 and 255, for each of three channels."""
    kinds = sorted({header.kind for header in headers.values()})
    if len(kinds) > 1:
        raise FloodevalError(saying("images.mixed"))
    samples = _samples(headers, bands)
    if not samples:
        raise FloodevalError(saying("images.no_values"))
    pooled = np.concatenate([one.values for one in samples.values()])
    low, high = np.percentile(pooled.astype(np.float64), PERCENTILES, axis=0)
    return tuple((float(a), float(b)) for a, b in zip(low, high, strict=True))
