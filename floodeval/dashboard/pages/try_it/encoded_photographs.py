"""Photographs that Try it has encoded: those of data sets for all sessions, uploads for their own."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from floodeval.dashboard.pages.try_it.loaded_models import Models
from floodeval.datasets.dataset import digest_of, read_pair
from floodeval.datasets.dataset_config import UNTOUCHED, PhotographReading
from floodeval.datasets.images import Mask, Photograph, decode_photograph
from floodeval.datasets.listing import Sample
from floodeval.datasets.outlines import svg_path
from floodeval.datasets.reference_masks import Truth
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.i18n.formats import picture_size
from floodeval.sam.domain import PhotographDistance
from floodeval.viz.thumbnails import coverage, data_url, jpeg, shrink_photograph, shrunk_size

if TYPE_CHECKING:
    from floodeval.evaluation.predictor import Encodings

MOST_PIXELS = 60_000_000  # of an uploaded photograph or mask
LONGEST_PX = 1400  # longer side of the pictures in the panes
HALF = 127  # coverage of a pixel, of 255, above which it is water
KEPT, KEPT_OF_ALL = 6, 24  # uploads per session; photographs of data sets: about 4 MiB, a mask each
_STATE = "_encoded_photographs"


@dataclass(frozen=True)
class ChosenPhotograph:
    """A photograph to try.

    Attributes:
        name: of its file.
        path: for a command line.
        digest: of its bytes; checkpoints keep the same digest of the photographs that they were trained on.
        photograph: H x W x 3, uint8.
        truth: its reference mask, H x W, where it has one.
        sample_id: its id, where it is of the data set.
        ignored: the pixels that the reference mask ignores, H x W.
    """

    name: str
    path: str
    digest: str
    photograph: Photograph
    truth: Mask | None = None
    sample_id: str | None = None
    ignored: Mask | None = None

    @property
    def key(self) -> str:
        """Tells the photograph with its reference mask from others."""
        return f"{self.digest}/{_truth_digest(self)}"


@dataclass(frozen=True)
class EncodedPhotograph:
    """A photograph with its encodings.

    Attributes:
        name: of its file.
        key: tells the photograph with its reference mask from others.
        size: height and width of the photograph.
        encodings: by each model.
        picture: for the panes, a data URL.
        truth: its reference mask, H x W, where it has one.
        outline: of the reference mask, an SVG path in pixels of the picture.
        ignored: the pixels that the reference mask ignores, H x W.
        distances: from the training photographs of each variant with a domain model.
        routes: which model answers for each variant that routes, `pretrained` or `finetuned`.
    """

    name: str
    key: str
    size: tuple[int, int]
    encodings: "Encodings"
    picture: str
    truth: Mask | None
    outline: str | None
    ignored: Mask | None = None
    distances: Mapping[str, PhotographDistance] = field(default_factory=dict)
    routes: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return shrunk_size(*self.size, LONGEST_PX)


def dataset_photograph(sample: Sample) -> ChosenPhotograph:
    """Read a photograph of the data set with its reference mask.

    Raises:
        FloodevalError: a file cannot be read.
    """
    pair = read_pair(sample)
    path, working = sample.photograph, Path.cwd()
    typed = path.relative_to(working) if path.is_relative_to(working) else path
    return ChosenPhotograph(
        name=path.name,
        path=str(typed),
        digest=digest_of(path),
        photograph=pair.photograph,
        truth=pair.truth,
        sample_id=sample.id,
        ignored=pair.ignored,
    )


def uploaded_photograph(
    name: str, content: bytes, reading: PhotographReading = UNTOUCHED, reference: Truth | None = None
) -> ChosenPhotograph:
    """Decode an uploaded photograph; nothing of it is written to disk.

    Args:
        name: of the file.
        content: its bytes.
        reading: of the photographs of the run.
        reference: its reference mask, where one was uploaded.

    Raises:
        FloodevalError: it is not a photograph, or too large; or the reference mask has another size.
    """
    digest = hashlib.sha256(content).hexdigest()[:16]
    photograph = decode_photograph(content, name, MOST_PIXELS, None if reading == UNTOUCHED else reading)
    if reference is None:
        return ChosenPhotograph(name, name, digest, photograph)
    (height, width), (mask_height, mask_width) = photograph.shape[:2], reference.water.shape
    if (height, width) != (mask_height, mask_width):
        sizes = {"size": picture_size(width, height), "mask_size": picture_size(mask_width, mask_height)}
        raise FloodevalError(saying("try_it.reference_size", photograph=name, **sizes))
    return ChosenPhotograph(name, name, digest, photograph, reference.water, ignored=reference.ignored)


def encoded_photograph(chosen: ChosenPhotograph, models: Models, keep: bool) -> EncodedPhotograph:
    """Encode a photograph, or return the cached one.

    Photographs of the data set are cached for all sessions, uploads for their own session only.

    Args:
        chosen: the photograph.
        models: the variants.
        keep: whether the run was evaluated from embeddings on disk; then those of the data set are used.

    Raises:
        FloodevalError: the graphics card failed.
    """
    key = f"{chosen.key}/{hashlib.sha256('/'.join(models.encoders).encode()).hexdigest()[:16]}"
    if chosen.sample_id is not None:
        return _encoded_of_dataset(key, chosen.name, chosen, models, keep)
    kept: dict[str, EncodedPhotograph] = st.session_state.setdefault(_STATE, {})
    kept[key] = kept.pop(key) if key in kept else _encoded(chosen, models, keep=False)
    for old in list(kept)[:-KEPT]:
        del kept[old]
    return kept[key]


@st.cache_resource(max_entries=KEPT_OF_ALL, show_spinner=False)
def _encoded_of_dataset(
    key: str, name: str, _chosen: ChosenPhotograph, _models: Models, keep: bool
) -> EncodedPhotograph:
    return _encoded(_chosen, _models, keep)


def _truth_digest(chosen: ChosenPhotograph) -> str:
    """Tells reference masks apart: runs may repair the mask of one photograph in different ways."""
    masks = [mask for mask in (chosen.truth, chosen.ignored) if mask is not None]
    packed = b"".join(np.packbits(mask).tobytes() for mask in masks)
    return hashlib.sha256(packed).hexdigest()[:16] if packed else ""


def _encoded(chosen: ChosenPhotograph, models: Models, keep: bool) -> EncodedPhotograph:
    truth = chosen.truth
    height, width = chosen.photograph.shape[:2]
    encodings = models.encode(chosen.photograph, keep)
    return EncodedPhotograph(
        name=chosen.name,
        key=chosen.key,
        size=(height, width),
        encodings=encodings,
        picture=data_url(jpeg(shrink_photograph(chosen.photograph, LONGEST_PX))),
        truth=truth,
        outline=None if truth is None else svg_path(coverage(truth, LONGEST_PX) > HALF),
        ignored=chosen.ignored,
        distances=models.distances(chosen.photograph, encodings, keep),
        routes=models.routes(encodings),
    )
