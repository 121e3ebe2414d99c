"""The section Cost: what every variant takes, and what the gain costs."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from floodeval.analysis.cost import shared_stages
from floodeval.ui.selection import Selection
from floodeval.ui.slices.numbers import cost_of, overall_of
from floodeval.ui.words import code, plain
from floodeval.wording.numbers import NO_VALUE, signed

_STAGES = {"metrics_s": "measuring", "write_s": "writing", "wall_s": "in all"}


def draw_cost(selection: Selection) -> None:
    """Draw the cost of every variant and prompt beside its mean IoU."""
    table = cost_of(selection)
    st.markdown("#### What the gain costs")
    if selection.b:
        of = table[table["prompt"] == selection.prompt.spec].set_index("variant")
        gap = overall_of(selection).gap
        words = price_words(of.loc[[selection.a]].iloc[0], of.loc[[selection.b]].iloc[0], gap)
        st.markdown(f"With prompt {code(selection.prompt.spec)}, {words}")
    else:
        st.markdown("What a gain costs can be told of two variants; this is what the one takes.")
    st.dataframe(
        _shown(table),
        hide_index=True,
        column_config=_columns(),
        placeholder=NO_VALUE,
        alt="Cost of every variant and prompt",
    )
    st.caption(
        "Times are medians per photograph on the machine of the run; encoding is shared by the variants with "
        "one image encoder and by all prompts, and missing where embeddings were kept. Memory is the peak "
        "of the process, or of the graphics card. Fine-tuning is known where its model's folder is at hand."
        + stage_words(shared_stages(selection.run))
    )


def price_words(a: pd.Series, b: pd.Series, gap: float) -> str:
    """What B's gap costs against A: once, and per photograph, as Markdown.

    Args:
        a: A's row of the cost table; its name is the variant's.
        b: B's row.
        gap: of the mean IoU over the samples that both have a value for.
    """
    gain = f"**{plain(b.name)}** changes the mean IoU by **{signed(gap)}** against **{plain(a.name)}**"
    each = [
        _each(what, a[f"{column}_ms"], b[f"{column}_ms"])
        for what, column in (("decoding", "decode"), ("encoding", "encode"))
        if pd.notna(a[f"{column}_ms"]) and pd.notna(b[f"{column}_ms"])
    ]
    costs = [_once(b)] if pd.notna(b["training_s"]) else []
    costs += [f"per photograph, {' and '.join(each)}"] if each else []
    return f"{gain}. It costs {'; '.join(costs)}." if costs else f"{gain}. What it costs was not measured."


def stage_words(stages: dict[str, float]) -> str:
    """What a photograph of the whole run took, where it is known."""
    told = [f"{_STAGES[name]} {seconds:.2g} s" for name, seconds in stages.items()]
    return f" Per photograph of the whole run, all variants together: {', '.join(told)}." if told else ""


def _once(row: pd.Series) -> str:
    minutes = row["training_s"] / 60
    took = f"{minutes:.0f} min" if minutes >= 2 else f"{row['training_s']:.0f} s"
    changed = ""
    if pd.notna(row["trained_parameters"]) and pd.notna(row["parameters"]):
        trained, of = row["trained_parameters"] / 1e6, row["parameters"] / 1e6
        changed = f", {trained:.2g} of {of:.2g} million parameters"
    return (
        f"once **{took} of fine-tuning** ({row['epochs']:.0f} epochs{changed}) and a checkpoint of "
        f"{row['checkpoint_mb']:.1f} MiB"
    )


def _each(what: str, a: float, b: float) -> str:
    if a == b:
        return f"the same {_ms(b)} of {what}"
    return f"{_ms(b)} of {what} against {_ms(a)}"


def _ms(value: float) -> str:
    """Milliseconds without decimals, few ones with one."""
    return f"{value:,.0f} ms" if value >= 10 else f"{value:.1f} ms"


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table with minutes of training, and whole milliseconds of encoding and MiB of memory."""
    whole = {name: table[name].astype(float).round() for name in ("encode_ms", "peak_memory_mb")}
    return table.assign(training_s=table["training_s"].astype(float) / 60, **whole)


def _columns() -> dict[str, ColumnConfig]:
    number_column = st.column_config.NumberColumn
    return {
        "iou": number_column("mean IoU", format="%.3f"),
        "encode_ms": number_column("encoding, ms", format="localized"),
        "decode_ms": number_column("decoding, ms", format="%.0f"),
        "parameters": number_column("parameters", format="localized"),
        "trained_parameters": number_column("of them trained", format="localized"),
        "peak_memory_mb": number_column("peak memory, MiB", format="localized"),
        "checkpoint_mb": number_column("checkpoint, MiB", format="%.1f"),
        "training_s": number_column("fine-tuning, min", format="%.0f"),
        "epochs": number_column("epochs", format="%d"),
    }
