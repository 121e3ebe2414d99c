"""The wrong pixels of every variant by type of error, as stacked bars."""

import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import bar_marker, hover, new_figure, text
from floodeval.viz.style import ERROR_STYLES, Style

BAR_PX = 58


def errors_figure(table: pd.DataFrame, styles: dict[str, Style]) -> go.Figure:
    """Draw one bar per variant, from false water on the left to missed water on the right.

    The caller draws the legend, from `ERROR_STYLES`.

    Args:
        table: rows of `floodeval.analysis.review_queue.error_table` for one prompt.
        styles: of the variants to draw, in order.
    """
    frames = 100 * table.pivot_table(index="variant", columns="kind", values="frame", sort=False)
    frames = frames.reindex(
        index=[name for name in styles if name in frames.index], columns=list(ERROR_STYLES)
    )
    counts = table.groupby("variant")["n"].first()
    labels = [f"{text(styles[name].label)}<br>n={formats.count(counts[name])}" for name in frames.index]
    figure = new_figure(64 + BAR_PX * len(labels), barmode="stack", bargap=0.35, showlegend=False)
    for kind, style in ERROR_STYLES.items():
        figure.add_bar(
            name=style.label,
            x=frames[kind],
            y=labels,
            orientation="h",
            marker=bar_marker(style),
            **hover(
                (say("subgroups.error_hover", share=formats.percent(x / 100)) for x in frames[kind]),
                style.label,
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
    figure.update_xaxes(range=[0, top], ticksuffix=formats.percent_sign(), title=say("subgroups.error_axis"))
    return figure
