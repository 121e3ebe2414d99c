"""Each file of a data set looked at once: its hash, its header, and its picture made small."""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from PIL import Image

from floodeval.datasets.bands import Header
from floodeval.datasets.dataset_config import PhotographReading, Reading
from floodeval.datasets.images import Mask, Photograph, read_photograph
from floodeval.datasets.label_scheme import WATER_ABOVE
from floodeval.datasets.mask_sources import MaskSource
from floodeval.datasets.mask_values import MaskValues, histogram
from floodeval.datasets.reference_masks import StoredMask, read_stored, truth_of, values_of
from floodeval.datasets.sample_names import shown
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying
from floodeval.progress import Progress, Step

SMALL = 64  # pixels on either side of the pictures that are compared, whatever their proportions
THREADS = min(4, os.cpu_count() or 1)

Looked = TypeVar("Looked")
Place = TypeVar("Place", Path, MaskSource)


@dataclass(frozen=True)
class File:
    """A file as far as it could be read; `error` says in one line why not further, and the cure.

    `header` is None where the file is no picture that may be decoded.
    """

    path: Path
    sha256: str
    header: Header | None
    error: Saying | None

    @property
    def size(self) -> tuple[int, int] | None:
        """Upright width and height in pixels; None where the header could not be read."""
        return (self.header.width, self.header.height) if self.header else None

    @property
    def shown(self) -> str:
        """What messages call it."""
        return shown(self.path)


@dataclass(frozen=True)
class PhotographFile(File):
    """A photograph.

    Attributes:
        small: SMALL x SMALL x 3, None where it could not be decoded.
        dark: the lightness, 0 to 255, that 2% of the pixels stay under.
        light: the lightness that 2% of the pixels exceed.
        is_constant: whether all pixels have one color.
    """

    small: Photograph | None = None
    dark: float = 0.0
    light: float = 255.0
    is_constant: bool = False


@dataclass(frozen=True)
class MaskFile(File):
    """A mask.

    Attributes:
        small: SMALL x SMALL, true where most is water; None where it could not be read.
        small_ignored: SMALL x SMALL, true where most counts nowhere; None where every pixel counts.
        water_share: share of the pixels that count that are water.
        grey_share: share of the pixels that are neither 0 nor 255, without a declared scheme.
        agreement: IoU of the water over 0 with the water over 127, without a declared scheme; 1 where no
            pixel is over 0.
        values: what the file stores; None where it could not be decoded.
        source: where it is stored; None stands for a picture of values.
    """

    small: Mask | None = None
    small_ignored: Mask | None = None
    water_share: float = 0.0
    grey_share: float = 0.0
    agreement: float = 1.0
    values: MaskValues | None = None
    source: MaskSource | None = None

    @property
    def shown(self) -> str:
        """What messages call it; no two masks of a data set have the same name."""
        return self.source.shown if self.source else shown(self.path)


def look_at_photographs(
    paths: Sequence[Path], progress: Progress, reading: PhotographReading
) -> dict[Path, PhotographFile]:
    """Look at photographs, several at a time, as their data set's are read."""
    return _look(paths, lambda path: _photograph(path, reading), progress)


def look_at_masks(
    masks: Sequence[MaskSource], progress: Progress, reading: Reading
) -> dict[MaskSource, MaskFile]:
    """Look at masks, several at a time, as their data set's are read."""
    return _look(masks, lambda mask: _mask(mask, reading), progress)


def format_mismatch(file: File) -> str:
    """The format of the content where the extension promises another, else empty."""
    if file.header is None or (isinstance(file, MaskFile) and file.source and file.source.annotation):
        return ""
    promised = Image.registered_extensions().get(file.path.suffix.lower(), "no known format")
    same = {"MPO": "JPEG"}  # a JPEG with a second picture behind the first
    found = same.get(file.header.format, file.header.format)
    return "" if same.get(promised, promised) == found else found


def _look(
    places: Sequence[Place], look: Callable[[Place], Looked], progress: Progress
) -> dict[Place, Looked]:
    seen: dict[Place, Looked] = {}
    with ThreadPoolExecutor(THREADS) as threads:
        for place, file in zip(places, threads.map(look, places), strict=True):
            seen[place] = file
            progress(Step(len(seen), len(places), "checking files"))
    return seen


def _photograph(path: Path, reading: PhotographReading) -> PhotographFile:
    digest, header, error = _head(MaskSource(path), reading.exif)
    if error:
        return PhotographFile(path, digest, header, error)
    try:
        photograph = read_photograph(path, reading)
    except FloodevalError as refusal:
        return PhotographFile(path, digest, header, _said(refusal, path))
    return PhotographFile(path, digest, header, None, _shrunk(photograph), *_lightness(photograph))


def _lightness(photograph: Photograph) -> tuple[float, float, bool]:
    """The lightness that 2% of the pixels stay under, and exceed, and whether all pixels are alike."""
    counts = cv2.calcHist([cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)], [0], None, [256], [0, 256])
    shares = np.cumsum(counts) / counts.sum()
    dark, light = (float(np.searchsorted(shares, share)) for share in (0.02, 0.98))
    return dark, light, bool((photograph == photograph[0, 0]).all())


def _mask(source: MaskSource, reading: Reading) -> MaskFile:
    path = source.path
    digest, header, error = _head(source, reading.photographs.exif)
    if error:
        return MaskFile(path, digest, header, error, source=source)
    values = None
    try:
        stored = read_stored(source, upright=reading.photographs.exif == "apply")
        values = values_of(stored)
        truth = truth_of(stored, reading.labels, path)
    except FloodevalError as refusal:
        return MaskFile(path, digest, header, _said(refusal, path), values=values, source=source)
    shares = (0.0, 1.0) if reading.labels.is_declared else _smooth_edges(stored)
    small, ignored = _small(truth.water), None if truth.ignored is None else _small(truth.ignored)
    return MaskFile(path, digest, header, None, small, ignored, truth.water_share, *shares, values, source)


def _smooth_edges(stored: StoredMask) -> tuple[float, float]:
    """The share of gray pixels, and the IoU of the water over 0 with the water over 127."""
    assert stored.shown is not None
    counts = histogram(stored.shown)
    n_any, n_water, n_white = (int(counts[low + 1 :].sum()) for low in (0, WATER_ABOVE, 254))
    return (n_any - n_white) / stored.shown.size, n_water / n_any if n_any else 1.0


def _small(mask: Mask) -> Mask:
    return _shrunk(mask.astype(np.uint8) * 255) > WATER_ABOVE


def _head(source: MaskSource, exif: str) -> tuple[str, Header | None, Saying | None]:
    """The SHA-256 of a file or an annotation, its header, and what stopped the reading."""
    path = source.path
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return "", None, saying("images.unreadable", path=shown(path), why=error.strerror)
    try:
        return source.annotation.digest if source.annotation else digest, source.header(exif), None
    except FloodevalError as refusal:
        return digest, None, _said(refusal, path)


def _said(refusal: FloodevalError, path: Path) -> Saying:
    """Why a file was refused, with its name in place of its whole path."""
    said: Saying = refusal.args[0]
    return said.about(**{place: shown(path) for place in ("path", "name") if place in said.values})


def _shrunk(picture: Photograph) -> Photograph:
    return np.asarray(cv2.resize(picture, (SMALL, SMALL), interpolation=cv2.INTER_AREA), np.uint8)
