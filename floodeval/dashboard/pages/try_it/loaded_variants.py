"""The run's variants as models that answer: found, loaded once, held to the record of the run."""

import gc
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from floodeval.dashboard.widgets.legends import code, here
from floodeval.datasets.images import Photograph
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import Variant
from floodeval.i18n.catalog import say
from floodeval.sam.clicks import Marks
from floodeval.sam.registry import weights_at_hand
from floodeval.storage.paths import CHECKPOINT, model_folder

if TYPE_CHECKING:  # torch takes seconds to load: it is, when a model is
    from floodeval.evaluation.predict import Embeddings, Predictor
    from floodeval.sam.inference import Prediction

Wanted = tuple[str, str, str | None, float]
"""A variant's name, its model type, its checkpoint (None: as published), and when that was written."""


@dataclass(frozen=True)
class Models:
    """Variants, loaded. Sessions share them and take turns."""

    predictor: "Predictor"
    turn: Lock = field(default_factory=Lock)

    @property
    def encoders(self) -> tuple[str, ...]:
        """The SHA-256 of each image encoder."""
        return tuple(dict.fromkeys(one.model.encoder_sha256 for one in self.predictor.variants))

    @property
    def sha256(self) -> dict[str, str]:
        """The SHA-256 of each variant's tensors."""
        return {one.name: one.model.sha256 for one in self.predictor.variants}

    def encode(self, photograph: Photograph, keep: bool) -> "Embeddings":
        """As `Predictor.encode`, one session at a time."""
        with self.turn:
            return self.predictor.encode(photograph, keep)

    def decode(self, embeddings: "Embeddings", marks: Marks) -> "dict[str, Prediction]":
        """As `Predictor.decode`, one session at a time."""
        with self.turn:
            return self.predictor.decode(embeddings, marks)

    def trained_on(self, digest: str) -> list[str]:
        """The variants that were trained on, or chosen by, the photograph of that digest."""
        origins = {one.name: one.model.provenance for one in self.predictor.variants}
        return [name for name, origin in origins.items() if origin and digest in origin.seen]


def models_of(variants: Sequence[Variant]) -> Models | None:
    """Load variants of a run; says on the page what is missing, how to mend it, and what differs.

    None where not one of them can be loaded yet.
    """
    try:
        ready = [variant for variant in variants if _has_checkpoint(variant)]
        absent = [
            name for name in dict.fromkeys(one.model_type for one in ready) if not weights_at_hand(name)
        ]
        for model_type in absent:
            _offer_weights(model_type)
        ready = [variant for variant in ready if variant.model_type not in absent]
        if not ready:
            return None
        with st.spinner(say("try_it.loading"), show_time=True):
            models = _load(tuple(_wanted(variant) for variant in ready))
    except FloodevalError as error:
        _warn(here(error))
        return None
    _say_other_weights(ready, models)
    return models


def checkpoint_path(variant: Variant) -> Path | None:
    """Where a variant's checkpoint is in the results folders; None where there is none.

    Raises:
        FloodevalError: its name would lead elsewhere.
    """
    place = model_folder(str(variant.checkpoint))
    return next((path for path in (place / CHECKPOINT, place) if path.is_file()), None)


def _has_checkpoint(variant: Variant) -> bool:
    if variant.checkpoint is None or checkpoint_path(variant):
        return True
    place = code(model_folder(variant.checkpoint))
    _warn(say("try_it.no_checkpoint", variant=code(variant.name), place=place))
    return False


def _wanted(variant: Variant) -> Wanted:
    path = checkpoint_path(variant) if variant.checkpoint else None
    written = path.stat().st_mtime if path else 0.0
    return variant.name, variant.model_type, str(path) if path else None, written


@st.cache_resource(max_entries=2, show_spinner=False)
def _load(wanted: tuple[Wanted, ...]) -> Models:
    from floodeval.evaluation.predict import Predictor
    from floodeval.evaluation.variants import load_variants

    loaded = []
    for model_type in dict.fromkeys(kind for _, kind, _, _ in wanted):
        chosen = {name: Path(path) if path else None for name, kind, path, _ in wanted if kind == model_type}
        loaded += load_variants(chosen, model_type)
    gc.collect()
    gc.freeze()  # streamlit collects garbage after every click, and would walk all of torch each time
    return Models(Predictor(loaded))


def _offer_weights(model_type: str) -> None:
    """Say that published weights are absent, and fetch them when the person says so."""
    command = code(f"floodeval weights {model_type}")
    st.info(say("try_it.no_weights", model=code(model_type), command=command), icon=":material/download:")
    if not st.button(say("try_it.fetch"), key=f"fetch/{model_type}", type="primary"):
        return
    from floodeval.sam.weights import obtain_weights

    with st.spinner(say("try_it.fetching"), show_time=True):
        obtain_weights(model_type)
    st.rerun()


def _say_other_weights(variants: Sequence[Variant], models: Models) -> None:
    for variant in variants:
        here = models.sha256[variant.name]
        if here != variant.sha256:
            named = {"here": code(here[:12]), "there": code(variant.sha256[:12])}
            _warn(say("try_it.other_weights", variant=code(variant.name), **named))


def _warn(sentence: str) -> None:
    st.warning(sentence, icon=":material/warning:")
