"""What Try it loads and keeps: photographs, their embeddings, and the run's variants as models."""

import gc
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.datasets.dataset import digest_of, read_pair
from floodeval.datasets.dataset_config import UNTOUCHED
from floodeval.datasets.images import Mask, Photograph, decode_photograph
from floodeval.datasets.listing import Sample
from floodeval.datasets.outlines import svg_path
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import Variant
from floodeval.i18n.catalog import say
from floodeval.sam.domain import PhotographDistance
from floodeval.sam.marks import Marks
from floodeval.sam.registry import weights_at_hand
from floodeval.sam.sources import ModelSource, stated_input
from floodeval.storage.paths import CHECKPOINT, model_folder
from floodeval.viz.thumbnails import coverage, data_url, jpeg, shrink_photograph, shrunk_size

if TYPE_CHECKING:  # importing torch takes seconds; it is imported when a model is loaded
    from floodeval.evaluation.predict import Embeddings, Predictor
    from floodeval.sam.inference import Prediction

MOST_PIXELS = 60_000_000  # of an uploaded photograph
LONGEST_PX = 1400  # longer side of the pictures in the panes
HALF = 127  # coverage of a pixel, of 255, above which it is water
KEPT, KEPT_OF_ALL = 4, 16  # uploads per session; photographs of data sets, about 4 MiB and a mask each
_STATE = "_encoded_photographs"

WantedVariant = tuple[str, ModelSource, float]
"""A variant's name, its source, and when its checkpoint was written."""


@dataclass(frozen=True)
class ChosenPhotograph:
    """The photograph to try.

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


@dataclass(frozen=True)
class EncodedPhotograph:
    """A photograph with its embeddings.

    Attributes:
        name: of its file.
        key: tells it from others, and from the same one with other encoders.
        size: height and width of the photograph.
        embeddings: of each image encoder.
        picture: for the panes, a data URL.
        truth: its reference mask, H x W, where it has one.
        outline: of the reference mask, an SVG path in pixels of the picture.
        ignored: the pixels that the reference mask ignores, H x W.
        distances: from the training photographs of each variant with a domain model.
    """

    name: str
    key: str
    size: tuple[int, int]
    embeddings: "Embeddings"
    picture: str
    truth: Mask | None
    outline: str | None
    ignored: Mask | None = None
    distances: Mapping[str, PhotographDistance] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return shrunk_size(*self.size, LONGEST_PX)


@dataclass(frozen=True)
class Models:
    """Loaded variants. Sessions share them and take turns; `no_domain` says why a domain model is missing."""

    predictor: "Predictor"
    no_domain: str = ""
    turn: Lock = field(default_factory=Lock)

    @property
    def encoders(self) -> tuple[str, ...]:
        """The SHA-256 of each image encoder, then of each domain model."""
        domains = self.predictor.domain.record.values()
        return tuple(dict.fromkeys([*(one.model.encoder_key for one in self.predictor.variants), *domains]))

    @property
    def sha256(self) -> dict[str, str]:
        """The SHA-256 of each variant's tensors."""
        return {one.name: one.model.sha256 for one in self.predictor.variants}

    def encode(self, photograph: Photograph, keep: bool) -> "Embeddings":
        """As `Predictor.encode`, one session at a time."""
        with self.turn:
            return self.predictor.encode(photograph, keep)

    def distances(
        self, photograph: Photograph, embeddings: "Embeddings", keep: bool
    ) -> dict[str, PhotographDistance]:
        """As `Predictor.distances`, one session at a time."""
        with self.turn:
            return self.predictor.distances(photograph, embeddings, keep)

    def decode(self, embeddings: "Embeddings", marks: Marks) -> "dict[str, Prediction]":
        """As `Predictor.decode`, one session at a time."""
        with self.turn:
            return self.predictor.decode(embeddings, marks)

    def trained_on(self, digest: str) -> list[str]:
        """The variants that were trained or selected on the photograph with this digest."""
        origins = {one.name: one.model.provenance for one in self.predictor.variants}
        return [name for name, origin in origins.items() if origin and digest in origin.seen]


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


def uploaded_photograph(selection: Selection, name: str, content: bytes) -> ChosenPhotograph:
    """Decode an uploaded photograph as the run's were read; nothing of it is written to disk.

    Raises:
        FloodevalError: it is not a photograph, or too large.
    """
    digest = hashlib.sha256(content).hexdigest()[:16]
    reading = selection.run.info.photographs
    photograph = decode_photograph(content, name, MOST_PIXELS, None if reading == UNTOUCHED else reading)
    return ChosenPhotograph(name, name, digest, photograph)


def encoded_photograph(chosen: ChosenPhotograph, models: Models, keep: bool) -> EncodedPhotograph:
    """Encode a photograph, or return the cached one.

    Photographs of the data set are cached for all sessions, uploads for their own session only.

    Args:
        chosen: the photograph.
        models: the variants.
        keep: whether the run was evaluated from embeddings on disk; then those of the data set are used.
    """
    key = "/".join([chosen.digest, _truth_digest(chosen), *(encoder[:16] for encoder in models.encoders)])
    with st.spinner(say("try_it.encoding"), show_time=True):
        if chosen.sample_id is not None:
            return _encoded_of_dataset(key, chosen.name, chosen, models, keep)
        kept: dict[str, EncodedPhotograph] = st.session_state.setdefault(_STATE, {})
        kept[key] = kept.pop(key) if key in kept else _encoded(key, chosen, models, keep=False)
    for old in list(kept)[:-KEPT]:
        del kept[old]
    return kept[key]


@st.cache_resource(max_entries=KEPT_OF_ALL, show_spinner=False)
def _encoded_of_dataset(
    key: str, name: str, _chosen: ChosenPhotograph, _models: Models, keep: bool
) -> EncodedPhotograph:
    return _encoded(key, _chosen, _models, keep)


def _truth_digest(chosen: ChosenPhotograph) -> str:
    """Tells reference masks apart: runs may repair the mask of one photograph in different ways."""
    masks = [mask for mask in (chosen.truth, chosen.ignored) if mask is not None]
    packed = b"".join(np.packbits(mask).tobytes() for mask in masks)
    return hashlib.sha256(packed).hexdigest()[:16] if packed else ""


def _encoded(key: str, chosen: ChosenPhotograph, models: Models, keep: bool) -> EncodedPhotograph:
    truth = chosen.truth
    height, width = chosen.photograph.shape[:2]
    embeddings = models.encode(chosen.photograph, keep)
    return EncodedPhotograph(
        name=chosen.name,
        key=key,
        size=(height, width),
        embeddings=embeddings,
        picture=data_url(jpeg(shrink_photograph(chosen.photograph, LONGEST_PX))),
        truth=truth,
        outline=None if truth is None else svg_path(coverage(truth, LONGEST_PX) > HALF),
        ignored=chosen.ignored,
        distances=models.distances(chosen.photograph, embeddings, keep),
    )


def load_models(variants: Sequence[Variant]) -> Models:
    """Load variants of a run, or return the cached ones.

    Raises:
        FloodevalError: a variant cannot be loaded.
    """
    return _load(tuple(_wanted(variant) for variant in variants))


def checkpoint_path(variant: Variant) -> Path | None:
    """A variant's checkpoint in the results folders; None if there is none.

    Raises:
        FloodevalError: its name would lead outside of them.
    """
    place = model_folder(str(variant.checkpoint))
    return next((path for path in (place / CHECKPOINT, place) if path.is_file()), None)


def _wanted(variant: Variant) -> WantedVariant:
    path = checkpoint_path(variant) if variant.checkpoint else None
    written = path.stat().st_mtime if path else 0.0
    stated = stated_input(variant.preprocessing)
    source = ModelSource(variant.model_type, path, variant.model_type, stated, variant.alpha)
    return variant.name, source, written


@st.cache_resource(max_entries=2, show_spinner=False)
def _load(wanted: tuple[WantedVariant, ...]) -> Models:
    from floodeval.evaluation.domain_check import DomainCheck, load_domain_check
    from floodeval.evaluation.predict import Predictor
    from floodeval.evaluation.sam_variants import load_sams

    loaded = load_sams({name: source for name, source, _ in wanted})
    gc.collect()
    gc.freeze()  # Streamlit collects garbage after every click, and would walk all of torch each time
    try:
        measurable = [one for one in loaded if weights_at_hand(one.model.model_type)]
        domain, missing = load_domain_check(measurable), ""
    except FloodevalError as error:  # a broken domain model is no reason to show no masks
        domain, missing = DomainCheck(), str(error)
    return Models(Predictor(loaded, domain), missing)
