"""The choice of the models A and B of Try it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from floodeval.dashboard.pages.try_it.offered_models import RUN, OfferedModel, offered_models, run_variants
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code
from floodeval.evaluation.recorded_source import has_model
from floodeval.evaluation.sides import Side
from floodeval.evaluation.variant_record import Variant
from floodeval.i18n.catalog import say
from floodeval.viz.style import Style, variant_styles

SIDEBAR, NOTHING = "", "-"  # the choices of the model that the sidebar names, and of no second model


@dataclass(frozen=True)
class TriedModels:
    """A, and B where it is another model; their names differ.

    Attributes:
        variants: A first.
        chosen: what was chosen, in the same order.
    """

    chosen: tuple[OfferedModel, ...]

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The variants, A first."""
        return tuple(one.variant for one in self.chosen)

    @property
    def styles(self) -> dict[str, Style]:
        """How each model is drawn, by its name, with its letter where there are two."""
        names = [one.name for one in self.variants]
        styles = variant_styles(names)
        if len(names) < 2:
            return styles
        letters = zip(names, "AB", strict=True)
        return {
            name: replace(styles[name], name=f"{name} ({letter})", letter=letter) for name, letter in letters
        }


def choose_models(selection: Selection | None, places: Sequence[DeltaGenerator]) -> TriedModels:
    """Draw the choice of A and of B, each in its place; by default they are those of the sidebar."""
    sides = _sides(selection)
    runs = list(dict.fromkeys(one.run.folder.name for one in sides if one is not None))
    offered = offered_models(runs)
    chosen: list[OfferedModel] = []
    for letter, side, place in zip(("a", "b"), sides, places, strict=True):
        own = None if side is None else _of_side(side)
        others = [one for one in offered if own is None or one.identity != own.identity]
        if own is None:  # not the same as A, if it can be helped
            others.sort(key=lambda one: one.identity in [known.identity for known in chosen])
        options: dict[str, OfferedModel | None] = {SIDEBAR: own} if own else {}
        options |= {one.key: one for one in others}
        if letter == "b":
            nothing: dict[str, OfferedModel | None] = {NOTHING: None}
            is_alone = selection is not None and side is None
            options = nothing | options if is_alone else options | nothing
        if one := _choose(place, letter, options):
            chosen.append(one)
    return _distinct(chosen)


def _sides(selection: Selection | None) -> tuple[Side | None, Side | None]:
    return (None, None) if selection is None else (selection.pair.side_a, selection.pair.side_b)


def _of_side(side: Side) -> OfferedModel | None:
    """The model of a side of the sidebar; None, and why on the page, where it has none."""
    name = side.run.folder.name
    variant = next((one for one in run_variants(name) if one.name == side.variant), None)
    if variant is None:
        return None
    if not has_model(variant):
        st.info(say("try_it.no_model", variant=code(variant.name)), icon=":material/layers:")
        return None
    return OfferedModel(variant, RUN, name)


def _choose(
    place: DeltaGenerator, letter: str, options: dict[str, OfferedModel | None]
) -> OfferedModel | None:
    if not options:
        return None
    key = f"try_{letter}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = next(iter(options))

    def shown(option: str) -> str:
        one = options[option]
        if one is None:
            return say("try_it.no_second")
        return say("try_it.of_sidebar", name=one.variant.name) if option == SIDEBAR else one.label

    label, help_text = say(f"try_it.model_{letter}"), say("try_it.models_help")
    place.selectbox(label, list(options), format_func=shown, key=key, help=help_text, persist_state="session")
    return options[str(st.session_state[key])]


def _distinct(chosen: list[OfferedModel]) -> TriedModels:
    """A and B with different names; A alone, and that on the page, where B is the same model."""
    if len(chosen) == 2 and chosen[0].identity == chosen[1].identity:
        st.info(say("try_it.same_model"), icon=":material/looks_one:")
        chosen = chosen[:1]
    if len(chosen) == 2 and chosen[0].variant.name.casefold() == chosen[1].variant.name.casefold():
        a, b = (one.named(f"{one.run or one.origin}-{one.variant.name}") for one in chosen)
        chosen = [a.named(f"{a.variant.name}-1"), b] if a.variant.name == b.variant.name else [a, b]
    return TriedModels(tuple(chosen))
