"""What the gain costs, beside it: once for the training, and for every photograph."""

from html import escape

import pandas as pd
import streamlit as st

from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.home.numbers import costs_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.word_table import draw_words
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.legend import ink_html


def draw_price(selection: Selection) -> None:
    """Draw what A and B take as a small table, with a link to the whole."""
    st.markdown(f"#### {say('home.price' if selection.b else 'home.price_alone')}")
    names = [name for name in (selection.a, selection.b) if name]
    costs = costs_of(selection)
    prices = [price_rows(costs.loc[[name]].iloc[0]) for name in names]
    heads = ["", *(f"<b>{ink_html(selection.inks[name])}</b>" for name in names)]
    rows = [[what, *(price[what] for price in prices)] for what in prices[0]]
    draw_words(heads, ([escape(cell) for cell in row] for row in rows), say("home.price_alt"))
    link_to(
        "Slices",
        selection.params | {"section": "cost"},
        say("home.price_more"),
        icon=":material/arrow_forward:",
    )


def price_rows(cost: pd.Series) -> dict[str, str]:
    """One variant's cost in words, by what it is a cost of; a dash where it is not known.

    Args:
        cost: its row of `floodeval.analysis.cost.cost_table`.
    """
    return {
        say("home.price_training"): training_words(cost),
        say("home.price_trained"): parameters_words(cost),
        say("home.price_checkpoint"): formats.decimal(cost["checkpoint_mb"], 1, "MiB"),
        say("home.price_seconds"): seconds_words(cost),
        say("home.price_memory"): formats.decimal(cost["peak_memory_mb"], 0, "MiB"),
    }


def training_words(cost: pd.Series) -> str:
    """How long the fine-tuning took, and over how many epochs."""
    if pd.isna(cost["training_s"]):
        return say("home.untrained") if cost["trained_parameters"] == 0 else formats.NO_VALUE
    return say(
        "home.trained_for", took=formats.duration(cost["training_s"]), epochs=formats.count(cost["epochs"])
    )


def parameters_words(cost: pd.Series) -> str:
    """How many of the model's parameters were trained, in millions."""
    trained, of = cost["trained_parameters"], cost["parameters"]
    if pd.isna(trained) or pd.isna(of):
        return formats.NO_VALUE
    return say(
        "home.trained_of",
        trained=formats.decimal(trained / 1e6, 1 if trained else 0),
        of=formats.decimal(of / 1e6, 1),
    )


def seconds_words(cost: pd.Series) -> str:
    """Median seconds per photograph: encoding, where it was timed, and decoding."""
    if pd.isna(cost["decode_ms"]):
        return formats.NO_VALUE
    if pd.isna(cost["encode_ms"]):
        return say("home.decode_only", seconds=formats.decimal(cost["decode_ms"] / 1000, 2, "s"))
    return formats.decimal((cost["encode_ms"] + cost["decode_ms"]) / 1000, 2, "s")
