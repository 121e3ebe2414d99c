"""What the variants cost, and what was run, with which settings, on which machine."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import pandas as pd
import streamlit as st

from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.home.home_queries import costs_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.tables import Column, draw_table, draw_words, folded
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import catalog, say
from floodeval.i18n.language import language
from floodeval.viz.svg.svg_canvas import swatch_html
from floodeval.viz.wording import label_words, photograph_words, source_words

Fact = tuple[str, str]
"""What the fact is about, and its value."""


def draw_cost(selection: Selection) -> None:
    """Draw the cost of A and B as a small table, with a link to all costs."""
    st.markdown(f"#### {say('home.cost' if selection.b else 'home.cost_alone')}")
    names = [name for name in (selection.a, selection.b) if name]
    costs = costs_of(selection)
    shown = [cost_rows(costs.loc[[name]].iloc[0]) for name in names]
    heads = ["", *(f"<b>{swatch_html(selection.styles[name])}</b>" for name in names)]
    rows = [[what, *(words[what] for words in shown)] for what in shown[0]]
    draw_words(heads, ([escape(cell) for cell in row] for row in rows), say("home.cost_alt"))
    link_to(
        "Subgroups",
        selection.params | {"section": "cost"},
        say("home.cost_more"),
        icon=":material/arrow_forward:",
    )


def cost_rows(cost: pd.Series) -> dict[str, str]:
    """One variant's cost in words, by what it is spent on; a dash where it is unknown.

    Args:
        cost: its row of `floodeval.analysis.cost.cost_table`.
    """
    return {
        say("home.cost_training"): training_words(cost),
        say("home.cost_trained"): parameters_words(cost),
        say("home.cost_checkpoint"): formats.decimal(cost["checkpoint_mb"], 1, "MiB"),
        say("home.cost_seconds"): seconds_words(cost),
        say("home.cost_memory"): formats.decimal(cost["peak_memory_mb"], 0, "MiB"),
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


def draw_provenance(selection: Selection) -> None:
    """Draw the facts of `run.json` as a table, folded away."""
    with folded(say("home.about"), ":material/info:", "home_about") as opened:
        if not opened:
            return
        columns = {name: Column(say(f"home.column_{name}")) for name in ("what", "value")}
        draw_table(pd.concat(map(provenance_rows, selection.pair.runs)), columns, say("home.about_alt"))


def provenance_rows(run: Run) -> pd.DataFrame:
    """The facts of `run.json` as text, in the columns what and value."""
    info = run.info
    facts = [(say("home.fact_run"), run.folder.name), (say("home.fact_created"), info.created)]
    facts += _facts("dataset", info.dataset)
    facts.append((say("home.fact_labels"), label_words(info.labels)))
    facts.append((say("home.fact_photographs"), photograph_words(info.photographs)))
    facts += _facts("split", info.split or {})
    for variant in info.variants:
        facts += _variant_facts(variant)
    parts = {"setting": info.metrics, "machine": info.environment, "seconds": info.timings}
    for title, part in parts.items():
        facts += _facts(title, part)
    return pd.DataFrame(facts, columns=["what", "value"])


def _variant_facts(variant: Variant) -> Iterator[Fact]:
    text = f"{source_words(variant)}, sha256 {variant.sha256[:12]}"
    yield say("home.fact_variant", name=variant.name), text
    for key, value in _flat(variant.trained_on or {}):
        yield say("home.fact_trained_on", name=variant.name, what=key), value


def _facts(title: str, part: Mapping[str, object]) -> list[Fact]:
    return [(say(f"home.fact_{title}", what=key), value) for key, value in _flat(part)]


def _flat(part: Mapping[str, object], before: str = "") -> Iterator[Fact]:
    """A part of `run.json` as rows; each entry of a nested mapping is a row of its own."""
    for key, value in part.items():
        name = f"{before}, {key}" if before else str(key)
        if isinstance(value, Mapping) and value:
            yield from _flat({str(one): of for one, of in value.items()}, name)
        else:
            yield name, _written(value)


def _written(value: object) -> str:
    """A value as text."""
    if value is None or (isinstance(value, Sequence | Mapping) and not value):
        return formats.NO_VALUE
    if isinstance(value, bool):
        return say("home.yes" if value else "home.no")
    if isinstance(value, str):
        known = f"audit.{value}"  # a kind of finding
        return say(known) if isinstance(catalog(language()).get(known), str) else value
    if isinstance(value, Sequence):
        return ", ".join(map(_written, value))
    return (
        formats.significant(value, 4) if isinstance(value, float) else str(value).replace("-", formats.MINUS)
    )
