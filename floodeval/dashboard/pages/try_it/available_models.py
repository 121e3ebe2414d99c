"""A and B as models that answer: loaded, or what is missing and how to get it."""

from collections.abc import Sequence

import streamlit as st

from floodeval.dashboard.pages.try_it.loaded_models import CPU, Models, load_models
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.recorded_source import published_part, recorded_checkpoint
from floodeval.evaluation.variant_record import Variant
from floodeval.i18n.catalog import say
from floodeval.sam.registry import weights_at_hand
from floodeval.storage.paths import model_folder


def models_of(variants: Sequence[Variant]) -> Models | None:
    """Load variants; draws what is missing, how to get it, and which weights differ from the run's.

    Returns None if not one of them can be loaded yet.
    """
    try:
        ready = [variant for variant in variants if _has_checkpoint(variant)]
        needed = {variant.name: published_part(variant) for variant in ready}
        lacking = {name: part for name, part in needed.items() if part and not weights_at_hand(part)}
        for model_type in dict.fromkeys(lacking.values()):
            _offer_weights(model_type)
        ready = [variant for variant in ready if variant.name not in lacking]
        if not ready:
            return None
        with st.spinner(say("try_it.loading"), show_time=True):
            models = load_models(ready)
    except FloodevalError as error:
        _warn(error_text(error))
        return None
    _warn_of_other_weights(ready, models)
    if unknown := [code(one.name) for one in ready if one.has_unknown_training]:
        st.caption(f":material/help: {say('try_it.unknown_training', variants=', '.join(unknown))}")
    return models


def device_words(models: Models) -> str:
    """On what the models run, as Markdown."""
    if models.device == CPU:
        key = "try_it.on_cpu" if not models.no_gpu else "try_it.on_cpu_instead"
        return say(key, why=plain(models.no_gpu))
    return say("try_it.on_gpu", name=plain(models.device_name or models.device))


def _has_checkpoint(variant: Variant) -> bool:
    if variant.checkpoint is None or recorded_checkpoint(variant):
        return True
    place = code(model_folder(variant.checkpoint))
    if variant.trained_on is None:  # of another program, from a file that the dashboard does not look for
        named = {"variant": code(variant.name), "name": code(variant.checkpoint)}
        _warn(say("try_it.not_imported", place=place, command=code("floodeval weights"), **named))
    else:
        _warn(say("try_it.no_checkpoint", variant=code(variant.name), place=place))
    return False


def _offer_weights(model_type: str) -> None:
    """Say that published weights are missing, with a button that downloads them."""
    command = code(f"floodeval weights {model_type}")
    st.info(say("try_it.no_weights", model=code(model_type), command=command), icon=":material/download:")
    if not st.button(say("try_it.fetch"), key=f"fetch/{model_type}", type="primary"):
        return
    from floodeval.sam.weights import obtain_weights

    with st.spinner(say("try_it.fetching"), show_time=True):
        obtain_weights(model_type)
    st.rerun()


def _warn_of_other_weights(variants: Sequence[Variant], models: Models) -> None:
    """Warn once of all variants whose weights differ from the run's, to leave room for the photograph."""
    others = [one for one in variants if one.sha256 and models.sha256[one.name] != one.sha256]
    if others:
        _warn(say("try_it.other_weights", variants=", ".join(_digests(one, models) for one in others)))


def _digests(variant: Variant, models: Models) -> str:
    here, there = (code(digest[:12]) for digest in (models.sha256[variant.name], variant.sha256))
    return say("try_it.other_weights_of", variant=code(variant.name), here=here, there=there)


def _warn(sentence: str) -> None:
    st.warning(sentence, icon=":material/warning:")
