"""What every variant of a run takes with every prompt, and what the gain costs."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.cost import cost_table, shared_stages
from floodeval.dashboard.state.compared_pair import comparison_prompts
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, plain
from floodeval.dashboard.widgets.tables import Column, Form, draw_table
from floodeval.i18n import formats
from floodeval.i18n.catalog import say

_FORMS: dict[str, Form] = {
    "iou": formats.score,
    "encode_ms": formats.count,
    "decode_ms": formats.count,
    "parameters": formats.count,
    "trained_parameters": formats.count,
    "peak_memory_mb": formats.count,
    "checkpoint_mb": formats.distance,
    "training_s": formats.count,
    "epochs": formats.count,
}


def draw_variant_costs(selection: Selection) -> None:
    """Draw the cost of every variant and prompt next to its mean IoU."""
    table = cost_table(replace(selection.run, metrics=selection.metrics))
    st.markdown(f"#### {say('costs.title')}")
    if selection.b:
        rows = table[table["prompt"] == selection.prompt.spec].set_index("variant")
        gap = float(selection.table["iou_gap"].mean())
        cost = cost_words(
            rows.loc[[selection.a]].iloc[0], rows.loc[[selection.b]].iloc[0], gap, selection.titles
        )
        st.markdown(say("costs.with", prompt=code(comparison_prompts(selection.pair)), price=cost))
    else:
        st.markdown(say("costs.single"))
    shown = _shown(table)
    if selection.pair.has_two_prompts:
        shown["prompt"] = [selection.pair.prompt_of(str(name)).spec for name in shown["variant"]]
    shown["variant"] = [selection.name_of(str(name)) for name in shown["variant"]]
    draw_table(shown, {name: _column(name) for name in map(str, shown)}, say("costs.alt"))
    st.caption(say("costs.note") + stage_words(shared_stages(selection.run)))


def cost_words(a: pd.Series, b: pd.Series, gap: float, titles: Mapping[str, str]) -> str:
    """What B costs compared with A, for the gap that it gains: once, and per photograph, as Markdown.

    Args:
        a: A's row of the cost table; the row's name is the variant's.
        b: B's row.
        gap: of the mean IoU, over the samples where both have a value.
        titles: the names that people read, by the variants' short names.
    """
    each = [
        _stage_change(stage, a[f"{stage}_ms"], b[f"{stage}_ms"])
        for stage in ("decode", "encode")
        if pd.notna(a[f"{stage}_ms"]) and pd.notna(b[f"{stage}_ms"])
    ]
    costs = [_training_words(b)] if pd.notna(b["training_s"]) else []
    costs += [say("costs.each", costs=_both(each))] if each else []
    return say(
        "costs.price" if costs else "costs.unknown",
        a=plain(titles.get(str(a.name), a.name)),
        b=plain(titles.get(str(b.name), b.name)),
        gap=formats.gap(gap),
        costs="; ".join(costs),
    )


def stage_words(stages: dict[str, float]) -> str:
    """The seconds per photograph of each stage of the whole run; empty where they are not known."""
    parts = [say(f"costs.stage_{name}", seconds=_ms(1000 * seconds)) for name, seconds in stages.items()]
    return say("costs.stages", stages=", ".join(parts)) if parts else ""


def _training_words(row: pd.Series) -> str:
    whole = pd.notna(row["trained_parameters"]) and pd.notna(row["parameters"])
    return say(
        "costs.once_of" if whole else "costs.once",
        time=formats.duration(row["training_s"]),
        epochs=formats.count(row["epochs"]),
        trained=formats.decimal(row["trained_parameters"] / 1e6, 1) if whole else "",
        of=formats.decimal(row["parameters"] / 1e6, 1) if whole else "",
        size=formats.decimal(row["checkpoint_mb"], 1, "MiB"),
    )


def _stage_change(stage: str, a: float, b: float) -> str:
    return say(f"costs.{stage}_{'same' if a == b else 'other'}", time=_ms(b), before=_ms(a))


def _both(parts: list[str]) -> str:
    return say("costs.both", first=parts[0], second=parts[1]) if len(parts) > 1 else parts[0]


def _ms(value: float) -> str:
    """Milliseconds: one decimal below 10, none above."""
    return formats.decimal(value, 0 if value >= 10 else 1, "ms")


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table with training in minutes, and with encoding (ms) and memory (MiB) rounded."""
    whole = {name: table[name].astype(float).round() for name in ("encode_ms", "peak_memory_mb")}
    return table.assign(training_s=table["training_s"].astype(float) / 60, **whole)


def _column(name: str) -> Column:
    return Column(say(f"costs.column_{name}"), _FORMS.get(name))
