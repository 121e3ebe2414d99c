"""The models of Try it in memory: loaded once for all sessions, on a graphics card where there is one."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from floodeval.datasets.images import Photograph
from floodeval.errors import FloodevalError
from floodeval.evaluation.recorded_source import recorded_checkpoint, recorded_source
from floodeval.evaluation.variant_record import Variant
from floodeval.i18n.catalog import saying
from floodeval.sam.domain import PhotographDistance
from floodeval.sam.marks import Marks
from floodeval.sam.registry import weights_at_hand

if TYPE_CHECKING:  # importing torch takes seconds; it is imported when a model is loaded
    from floodeval.evaluation.predictor import AnsweringSource, Encodings, Predictor
    from floodeval.sam.inference import Prediction

CPU = "cpu"
_BLACK = np.zeros((64, 64, 3), np.uint8)


@dataclass(frozen=True)
class WantedModel:
    """A model to load: its name, its source, and when its checkpoint was written."""

    name: str
    source: "AnsweringSource"
    written: float


@dataclass(frozen=True)
class Models:
    """Loaded variants. Sessions share them and take turns.

    Attributes:
        predictor: the variants.
        device: the torch device that they run on.
        device_name: of the graphics card, where it is known.
        no_domain: why a domain model is missing.
        no_gpu: why the graphics card is not used, where there is one.
        turn: held by the session that uses the models.
    """

    predictor: "Predictor"
    device: str = CPU
    device_name: str = ""
    no_domain: str = ""
    no_gpu: str = ""
    turn: Lock = field(default_factory=Lock)

    @property
    def encoders(self) -> tuple[str, ...]:
        """What the encodings of a photograph depend on."""
        return self.predictor.encoding_keys

    @property
    def sha256(self) -> dict[str, str]:
        """The SHA-256 of each variant's tensors."""
        return self.predictor.sha256

    def encode(self, photograph: Photograph, keep: bool) -> "Encodings":
        """As `Predictor.encode`, one session at a time."""
        with self._working():
            return self.predictor.encode(photograph, keep)

    def distances(
        self, photograph: Photograph, encodings: "Encodings", keep: bool
    ) -> dict[str, PhotographDistance]:
        """As `Predictor.distances`, one session at a time."""
        with self._working():
            return self.predictor.distances(photograph, encodings, keep)

    def decode(self, encodings: "Encodings", marks: Marks) -> "dict[str, Prediction]":
        """As `Predictor.decode`, one session at a time."""
        with self._working():
            return self.predictor.decode(encodings, marks)

    def routes(self, encodings: "Encodings") -> Mapping[str, str]:
        """As `Predictor.routes`."""
        return self.predictor.routes(encodings)

    def trained_on(self, digest: str) -> list[str]:
        """The variants that were trained or selected on the photograph with this digest."""
        return [one.name for one in self.predictor.variants if digest in one.seen]

    @contextmanager
    def _working(self) -> Iterator[None]:
        """One session at a time; an error of the graphics card becomes a FloodevalError of one line."""
        with self.turn:
            try:
                yield
            except RuntimeError as error:
                if self.device == CPU:
                    raise
                raise FloodevalError(saying("try_it.gpu_failed", why=_one_line(error))) from error


def load_models(variants: Sequence[Variant]) -> Models:
    """Load variants, or return the cached ones.

    Raises:
        FloodevalError: a variant cannot be loaded.
    """
    return _load(tuple(_wanted(variant) for variant in sorted(variants, key=lambda one: one.name)))


def _wanted(variant: Variant) -> WantedModel:
    path = recorded_checkpoint(variant)
    return WantedModel(variant.name, recorded_source(variant), path.stat().st_mtime if path else 0.0)


@st.cache_resource(max_entries=2, show_spinner=False)
def _load(wanted: tuple[WantedModel, ...]) -> Models:
    from floodeval.sam.devices import device_title, fastest_device

    device = fastest_device()
    if device != CPU:
        try:
            models = _on_device(wanted, device, device_name=device_title(device))
            models.decode(models.encode(_BLACK, keep=False), Marks())  # tries every operation
        except (RuntimeError, FloodevalError) as error:
            return _on_device(wanted, CPU, no_gpu=_one_line(error.__cause__ or error))
        return models
    return _on_device(wanted, CPU)


def _on_device(wanted: Sequence[WantedModel], device: str, device_name: str = "", no_gpu: str = "") -> Models:
    from floodeval.evaluation.domain_check import DomainCheck, load_domain_check
    from floodeval.evaluation.predictor import Predictor, load_answering
    from floodeval.evaluation.sam_variants import SamVariant

    loaded = load_answering({one.name: one.source for one in wanted}, device)
    gc.collect()
    gc.freeze()  # Streamlit collects garbage after every click, and would walk all of torch each time
    try:
        measurable = [
            one for one in loaded if not isinstance(one, SamVariant) or weights_at_hand(one.model.model_type)
        ]
        domain, missing = load_domain_check(measurable, device), ""
    except FloodevalError as error:  # a broken domain model is no reason to show no masks
        domain, missing = DomainCheck(), str(error)
    return Models(Predictor(loaded, domain), device, device_name, missing, no_gpu)


def _one_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
