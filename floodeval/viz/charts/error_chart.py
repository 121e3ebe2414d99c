"""What the variants get wrong, by kind, as stacked bars: false water in one hue, missed water in another."""

import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.figure import hover, marker, new_figure, text
from floodeval.viz.palette import ClassInk, Ink

BAR_PX = 58
KIND_INKS = {
    "false_shore": ClassInk("false_shore", "#F2B38A"),
    "false_detached": ClassInk("false_detached", "#A84300", "x"),
    "false_spill": ClassInk("false_spill", "#D55E00", "/"),
    "missed_thin": ClassInk("missed_thin", "#9CCBEA"),
    "missed_small": ClassInk("missed_small", "#4A9FD4", "."),
    "missed_large": ClassInk("missed_large", "#0072B2", "x"),
}


def errors_figure(table: pd.DataFrame, inks: dict[str, Ink]) -> go.Figure:
    """Draw one bar a variant, from false water on its left to missed water on its right.

    The legend is the caller's to draw, from `KIND_INKS`.

    Args:
        table: rows of `floodeval.analysis.errors.error_table` for one prompt.
        inks: the variants to draw, in order.
    """
    frames = 100 * table.pivot_table(index="variant", columns="kind", values="frame", sort=False)
    frames = frames.reindex(index=[name for name in inks if name in frames.index], columns=list(KIND_INKS))
    counts = table.groupby("variant")["n"].first()
    labels = [f"{text(inks[name].label)}<br>n={formats.count(counts[name])}" for name in frames.index]
    figure = new_figure(64 + BAR_PX * len(labels), barmode="stack", bargap=0.35, showlegend=False)
    for kind, ink in KIND_INKS.items():
        figure.add_bar(
            name=ink.label,
            x=frames[kind],
            y=labels,
            orientation="h",
            marker=marker(ink),
            **hover(
                (say("slices.error_hover", share=formats.percent(x / 100)) for x in frames[kind]), ink.label
            ),
        )
    totals = frames.sum(axis=1)
    figure.add_scatter(
        x=totals,
        y=labels,
        mode="text",
        text=[f"  {formats.percent(total / 100)}" for total in totals],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_yaxes(autorange="reversed", ticksuffix=" ")
    top = 1.12 * float(totals.max()) if len(totals) and totals.max() > 0 else 1
    figure.update_xaxes(range=[0, top], ticksuffix=formats.percent_sign(), title=say("slices.error_axis"))
    return figure
