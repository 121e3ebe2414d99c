"""The stress suite as small multiples: a panel per factor, a line of IoU over severity per variant."""

import math
from collections.abc import Hashable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import DASHES, SYMBOLS, hover, interval_band, new_figure, text
from floodeval.viz.style import Style

PANEL_PX = 190


def stress_figure(curves: pd.DataFrame, styles: dict[str, Style], columns: int = 3) -> go.Figure:
    """Draw IoU over severity, a panel per factor.

    Args:
        curves: rows of `floodeval.analysis.stress_response.stress_curves` for one prompt.
        styles: of the variants to draw, in order.
        columns: panels per row.

    Returns:
        Lines of the means over bases with bands of their 95% intervals. The title of every panel has its
        factor and n, the number of bases (the lowest and the highest where they differ).
    """
    factors = list(dict.fromkeys(curves["factor"]))
    rows = max(1, math.ceil(len(factors) / columns))
    titles = [_title(factor, curves[curves["factor"] == factor]) for factor in factors]
    figure = make_subplots(
        rows,
        columns,
        shared_xaxes=True,
        shared_yaxes=True,
        subplot_titles=titles,
        horizontal_spacing=0.03,
        vertical_spacing=0.3 / (rows + 1),
    )
    figure.update_layout(new_figure(70 + rows * PANEL_PX).layout)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 62, "b": 8}, legend_y=1.0 + 34 / (rows * PANEL_PX))
    for panel, factor in enumerate(factors):
        where = {"row": panel // columns + 1, "col": panel % columns + 1}
        for variant, style in styles.items():
            line = curves[(curves["factor"] == factor) & (curves["variant"] == variant)]
            band = interval_band(line["severity"], line["ci_low"], line["ci_high"], style)
            figure.add_scatter(**band, **where)
            figure.add_scatter(**_line(line, style), showlegend=panel == 0, **where)
    figure.update_annotations(font_size=13)
    figure.update_xaxes(fixedrange=True, range=[-0.15, 3.15], tickvals=[0, 1, 2, 3], automargin=True)
    figure.update_yaxes(fixedrange=True, range=[0, 1], tickvals=[0, 0.5, 1], automargin=True)
    figure.update_xaxes(title=say("dataset.severity_axis"), row=rows)
    figure.update_yaxes(title=say("metrics.iou"), col=1)
    return figure


def factor_label(factor: str) -> str:
    """The name of a factor of the suite."""
    return say(f"dataset.factor_{factor}")


def _title(factor: str, rows: pd.DataFrame) -> str:
    least, most = int(rows["n"].min()), int(rows["n"].max())
    n = say("dataset.range", low=least, high=most) if most > least else least
    return f"{factor_label(factor)}, n={n}"


def _line(rows: pd.DataFrame, style: Style) -> dict[str, object]:
    return {
        "name": text(style.label),
        "legendgroup": style.label,
        "x": rows["severity"],
        "y": rows["mean"],
        "mode": "lines+markers",
        "line": {"color": style.color, "width": 2.5, "dash": DASHES[style.hatch]},
        "marker": {"symbol": SYMBOLS[style.hatch], "size": 7, "color": style.color},
        **hover(map(_words, rows.to_dict("records"))),
    }


def _words(row: dict[Hashable, Any]) -> str:
    """The hover text of a point: IoU, its interval, and the loss since severity 0."""
    low, high = formats.score(row["ci_low"]), formats.score(row["ci_high"])
    return "<br>".join(
        (
            say("dataset.severity_hover", severity=row["severity"], iou=formats.score(row["mean"])),
            say("dataset.interval_hover", low=low, high=high),
            say("dataset.fallen_hover", fall=formats.gap(row["fall"]), n=row["n"]),
        )
    )
