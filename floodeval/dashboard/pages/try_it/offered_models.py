"""The models that A and B may be on Try it: variants of all runs, model folders and published weights."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from floodeval.errors import FloodevalError
from floodeval.evaluation.recorded_source import has_model
from floodeval.evaluation.run import list_runs
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.variant_record import PLUGIN, SAM, Variant
from floodeval.i18n.catalog import say
from floodeval.sam.checkpoint_headers import SEGMENTER, has_known_training, read_metadata
from floodeval.sam.registry import MODELS, weights_at_hand
from floodeval.storage.paths import CHECKPOINT, known_models, locate, model_folder

RUN, FOLDER, PUBLISHED = "run", "model", "published"  # where a model is from
LONGEST_NAME = 100


@dataclass(frozen=True)
class OfferedModel:
    """A model to choose.

    Attributes:
        variant: as a run records it; of a model folder, without digests.
        origin: `run`, `model` or `published`.
        run: the name of the run; empty of another origin.
    """

    variant: Variant
    origin: str
    run: str = ""

    @property
    def key(self) -> str:
        """Names the model among all that are offered."""
        return f"{self.origin}/{self.run}/{self.variant.name}"

    @property
    def label(self) -> str:
        """The model's name and where it is from, in words."""
        return say(f"try_it.of_{self.origin}", name=self.variant.name, run=self.run)

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for models with the same weights, whatever run they are in."""
        one = self.variant
        weights = one.sha256 if one.sha256 and one.checkpoint else (one.model_type, one.checkpoint)
        return weights, one.alpha, one.route

    def named(self, name: str) -> "OfferedModel":
        """The same model with another name for its masks."""
        return replace(self, variant=replace(self.variant, name=name[:LONGEST_NAME]))


def offered_models(first_runs: list[str]) -> list[OfferedModel]:
    """All models that can be chosen, each once: those of the first runs, of the others, then folders.

    Plugins are left out because the dashboard never runs code that a run names, and folders of masks because
    they have no model.
    """
    runs = [*first_runs, *(name for name in list_runs() if name not in first_runs)]
    found: dict[tuple[object, ...], OfferedModel] = {}
    for name in runs:
        for variant in filter(has_model, run_variants(name)):
            one = OfferedModel(variant, RUN, name)
            found.setdefault(one.identity, one)
    plain = (one.variant for one in found.values() if one.variant.alpha is None and one.variant.route is None)
    taken = {one.checkpoint or one.model_type for one in plain}
    rest = (one for one in (*_folders(), *_published()) if one.variant.name not in taken)
    return [*found.values(), *rest]


def run_variants(name: str) -> tuple[Variant, ...]:
    """The variants of a run, from its `run.json` alone; none where it cannot be read."""
    path = locate("runs", name) / "run.json"
    try:
        return _variants(str(path), path.stat().st_mtime)
    except (OSError, ValueError):
        return ()


@st.cache_resource(max_entries=200, show_spinner=False)
def _variants(path: str, written: float) -> tuple[Variant, ...]:
    return RunInfo.from_json(Path(path).read_text(encoding="utf-8")).variants


def _folders() -> Iterator[OfferedModel]:
    """The readable models of `results/models`."""
    for name in known_models():
        try:
            metadata = read_metadata(model_folder(name) / CHECKPOINT)
        except FloodevalError:
            continue
        model_type = metadata.get("model_type", "")
        if model_type in (*MODELS, SEGMENTER):
            trained = {"dataset": metadata.get("dataset", "")} if has_known_training(metadata) else None
            source = PLUGIN if model_type == SEGMENTER else SAM
            yield OfferedModel(Variant(name, model_type, name, "", "", trained, source), FOLDER)


def _published() -> Iterator[OfferedModel]:
    """The published models whose weights are on this computer, and the smallest one in any case."""
    for place, model_type in enumerate(MODELS):
        if place == 0 or weights_at_hand(model_type):
            yield OfferedModel(Variant(model_type, model_type, None, "", ""), PUBLISHED)
