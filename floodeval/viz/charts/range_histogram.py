"""A small histogram in which a range of values can be selected; bars outside of the chosen range are pale."""

import itertools

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n.catalog import say
from floodeval.viz.charts.distributions import Form
from floodeval.viz.charts.figure import hover, new_figure
from floodeval.viz.style import LINE, MARK

CHART_PX = 96
_PALE = 0.25  # opacity of a bar outside of the range


def range_figure(
    values: pd.Series, edges: npt.NDArray[np.float64], between: tuple[float, float] | None, form: Form
) -> go.Figure:
    """Draw how many images each bin has; dragging over the chart selects a range.

    Args:
        values: one per image; missing ones are left out.
        edges: of the bins, ascending.
        between: the chosen range; None for all values.
        form: how a value is written.
    """
    counts, _ = np.histogram(values.dropna(), edges)
    low, high = between or (edges[0], edges[-1])
    inside = [right > low and (left < high or left <= low) for left, right in itertools.pairwise(edges)]
    figure = new_figure(CHART_PX, bargap=0.08, showlegend=False)
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=np.diff(edges),
        marker={"color": MARK, "opacity": [1.0 if one else _PALE for one in inside]},
        **hover(
            say("worst_cases.hover_bar", low=form(left), high=form(right), n=int(n))
            for left, right, n in zip(edges[:-1], edges[1:], counts, strict=True)
        ),
    )
    if edges[0] < 0 < edges[-1]:
        figure.add_vline(0, line={"width": 1, "color": LINE})
    figure.update_layout(
        dragmode="select", selectdirection="h", margin={"l": 0, "r": 0, "t": 2, "b": 2}, hovermode="closest"
    )
    figure.update_xaxes(range=[edges[0], edges[-1]], visible=False)
    figure.update_yaxes(visible=False, rangemode="tozero")
    return figure
