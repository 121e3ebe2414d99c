"""Models of `results/models` that Try it adds to the run's variants."""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import Variant
from floodeval.i18n.catalog import say
from floodeval.sam.checkpoint_headers import has_known_training, read_metadata
from floodeval.sam.registry import MODELS
from floodeval.storage.paths import CHECKPOINT, known_models, model_folder

MOST = 3  # models to add: each holds its weights in memory
KEY = "try_models"


def with_added_models(selection: Selection) -> Selection:
    """Draw the choice of further models, and add the chosen ones to the variants of the selection."""
    taken = {name for one in answering(selection) for name in (one.name, one.checkpoint)}
    offered = offered_models({str(name) for name in taken})
    if not offered:
        return selection
    label, help_text = say("try_it.models"), say("try_it.models_help")
    names = st.multiselect(label, list(offered), key=KEY, max_selections=MOST, help=help_text)
    added = tuple(offered[name] for name in names if name in offered)
    if unknown := [code(one.name) for one in added if one.has_unknown_training]:
        st.caption(f":material/help: {say('try_it.unknown_training', variants=', '.join(unknown))}")
    kept = tuple(one for one in selection.run.info.variants if one.name not in names)
    info = replace(selection.run.info, variants=(*kept, *added))
    return replace(selection, pair=replace(selection.pair, run=replace(selection.run, info=info)))


def answering(selection: Selection) -> list[Variant]:
    """A and B in the order of `run.json`, so that swapping them does not load the models again, then others.

    The others are the models that were added: they have no digest, since no run names their tensors.
    """
    chosen = (selection.a, selection.b)
    return [one for one in selection.run.info.variants if one.name in chosen or not one.sha256]


def offered_models(taken: Collection[str]) -> dict[str, Variant]:
    """The readable models of `results/models` as variants, by name; without the names in `taken`."""
    found = {}
    for name in known_models():
        variant = None if name in taken else _as_variant(name)
        if variant is not None:
            found[name] = variant
    return found


def _as_variant(name: str) -> Variant | None:
    try:
        metadata = read_metadata(model_folder(name) / CHECKPOINT)
    except FloodevalError:
        return None
    model_type = metadata.get("model_type", "")
    if model_type not in MODELS:
        return None
    trained_on = {"dataset": metadata.get("dataset", "")} if has_known_training(metadata) else None
    return Variant(name, model_type, name, "", "", trained_on)
